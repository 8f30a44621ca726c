"""Who acts in a command of the catalogue: a login that manages products for the whole house, named by `--by`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.queries import acting, user_by_name
from accounts.roles import Area
from accounts.scoping import areas
from core.actor import Actor


def product_manager(options: dict[str, Any]) -> Actor:
    """Return the person named by `--by`. Raises CommandError for anybody else."""
    user = user_by_name(options["by"] or "")
    if user is None or Area.MANAGE_TERMS not in areas(user):
        raise CommandError(_("%(name)s does not manage products for the whole house.") % {"name": options["by"]})
    return acting(user)
