"""`manage.py publish_demo_terms`: terms for every product of a generated broker, drafted by one demo login and
published by another, in force since the broker's first day.

For a generated broker alone; production refuses it. A product that has terms is left as it is.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.queries import acting, user_by_name
from core import clock
from core.actor import Actor
from demo.terms import terms as written
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import draft_terms, propose_terms, publish_terms
from smart_products.catalogue.queries import product_terms, products
from smart_products.catalogue.terms import Terms

AUTHOR, COLLEAGUE = "products", "products_colleague"


class Command(BaseCommand):
    """Publish the demo's terms by two people."""

    help = "Publish terms for every product of a generated broker, by two demo logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish what has no terms yet and print a line each."""
        if settings.PRODUCTION:
            raise CommandError(_("Demo logins are refused in production."))
        users = [user_by_name(name) for name in (AUTHOR, COLLEAGUE)]
        people = [acting(user) for user in users if user is not None]
        if len(people) < len(users):
            raise CommandError(_("There are no demo logins yet: run create_demo_logins first."))
        first_days = {view.id: view.valid_from for view in products(date.min)}
        texts = written()
        for one in product_terms(clock.shanghai_today()):
            fresh = one.standing is None and one.coming is None and one.open is None
            if fresh and one.product.code in texts and one.product.pk in first_days:
                terms = Terms.read(texts[one.product.code])
                _publish(one.product, terms, first_days[one.product.pk], *people)
                self.stdout.write(f"{one.product.code}: {terms.name.zh} {terms.digest()[:12]}")


def _publish(product: Product, terms: Terms, day: date, author: Actor, colleague: Actor) -> None:
    """Take terms all the way on the morning of a day."""
    at = datetime.combine(day, time(9), tzinfo=clock.SHANGHAI)
    version = draft_terms(product=product, terms=terms, by=author, at=at)
    propose_terms(version=version, by=author, at=at)
    publish_terms(version=version, valid_from=day, by=colleague, at=at)
