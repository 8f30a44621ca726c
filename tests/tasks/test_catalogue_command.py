"""`manage.py catalogue`: a product of our own, and a phrase that stops a text once it is banned."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from accounts.operations import grant_role
from accounts.rules import Role
from core.models import AuditEvent
from smart_products.catalogue.models import Product
from tests.accounts.organisation import AT, BY, FIRST, organise
from tests.catalogue.terms_samples import SAMPLE, fed_product

pytestmark = pytest.mark.django_db
OWN = ("--family=trading", "--name=自有", "--name-en=Own", "--risk-level=R2", "--regulatory-class=tool", "--by=ann")


@pytest.fixture(autouse=True)
def _house() -> None:
    organise()
    fed_product()
    for name, unit in (("ann", "HQ"), ("branch", "B1")):
        user = User.objects.create(username=name)
        place = Unit.objects.get(code=unit)
        grant_role(user=user, role=Role.PRODUCT_MANAGER, unit=place, since=FIRST, by=BY, at=AT)


def run(*words: str) -> Any:
    out = StringIO()
    call_command("catalogue", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_product_of_our_own_is_made_once() -> None:
    made = run("add", "own", *OWN)
    product = Product.objects.get(code="own")
    assert (product.source, made["public_id"]) == ("here", str(product.public_id))
    with pytest.raises(CommandError, match="own"):
        run("add", "own", *OWN)
    with pytest.raises(CommandError, match="nowhere"):
        run("add", "other", *OWN, "--family=nowhere")
    with pytest.raises(CommandError, match="branch"):
        run("add", "other", *OWN, "--by=branch")
    assert Product.objects.count() == 2


def test_a_banned_phrase_stops_a_text_until_it_is_allowed_again(tmp_path: Path) -> None:
    file = tmp_path / "grid.json"
    file.write_text(json.dumps(SAMPLE), encoding="utf-8")
    phrase = ("您会看到风险", "--language=zh", "--by=ann")
    call_command("terms", "check", str(file), stdout=StringIO())
    run("ban", *phrase, "--reason=lure")
    with pytest.raises(CommandError, match="您会看到风险"):
        call_command("terms", "check", str(file))
    assert {"language": "zh", "phrase": phrase[0], "reason": "lure", "active": True} in run("phrases")["phrases"]
    run("unban", *phrase)
    call_command("terms", "check", str(file), stdout=StringIO())
    assert AuditEvent.objects.filter(action="keep_phrase", subject_key=phrase[0], actor_name="ann").count() == 2
    with pytest.raises(CommandError, match="nonsense"):
        run("unban", "nonsense", "--language=en", "--by=ann")
    with pytest.raises(CommandError, match="branch"):
        run("ban", phrase[0], "--language=zh", "--reason=lure", "--by=branch")
