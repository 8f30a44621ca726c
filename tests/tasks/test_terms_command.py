"""`manage.py terms`: from a file to a published version by two people, and errors that name file and path."""

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
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.terms import Terms
from tests.accounts.organisation import AT, BY, FIRST, organise
from tests.catalogue.terms_samples import SAMPLE, both, changed, fed_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> None:
    organise()
    fed_product()
    root = Unit.objects.get(code="HQ")
    for name in ("ann", "bo"):
        user = User.objects.create(username=name)
        grant_role(user=user, role=Role.PRODUCT_MANAGER, unit=root, since=FIRST, by=BY, at=AT)
    branch = User.objects.create(username="branch")
    grant_role(user=branch, role=Role.PRODUCT_MANAGER, unit=Unit.objects.get(code="B1"), since=FIRST, by=BY, at=AT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "grid.json"
    path.write_text(json.dumps(SAMPLE), encoding="utf-8")
    return path


def run(*arguments: Any) -> Any:
    out = StringIO()
    call_command("terms", *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def say(*arguments: Any) -> str:
    out = StringIO()
    call_command("terms", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("house")
def test_from_a_file_to_a_published_version(file: Path) -> None:
    assert run("check", file)["digest"] == Terms.read(SAMPLE).digest()
    assert run("draft", file, "--product", "grid", "--by", "ann")["state"] == "draft"
    file.write_text(json.dumps(changed("risk_level", "R4")), encoding="utf-8")
    assert run("draft", file, "--product", "grid", "--by", "ann")["number"] == 1
    assert run("propose", "grid", "--by", "ann")["state"] == "proposed"
    with pytest.raises(CommandError, match="1"):
        run("draft", file, "--product", "grid", "--by", "ann")
    with pytest.raises(CommandError):
        run("publish", "grid", "--by", "ann")
    published = run("publish", "grid", "--by", "bo")
    assert (published["state"], published["drafted_by"], published["published_by"]) == ("published", "ann", "bo")
    (row,) = run("list")["products"]
    assert row["in_force"]["digest"] == published["digest"]
    shown = run("show", "grid")
    assert Terms.read(shown["terms"]).digest() == published["digest"]
    assert shown["banned"] == []
    # What `show` prints can be drafted again.
    file.write_text(json.dumps(shown), encoding="utf-8")
    assert run("draft", file, "--product", "grid", "--by", "bo")["digest"] == published["digest"]
    assert run("discard", "grid", "--by", "bo")["state"] == "discarded"
    assert run("retire", "grid", "--by", "bo")["versions"] == [1]
    assert run("list")["products"][0]["in_force"] is None
    assert "grid" in say("list")
    assert "papers.1.body.zh:" in say("show", "grid", "--number", 1)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "grid.json"),
        ('{"name": 1, "name": 2}', "name"),
        ("[" * 100_000, "grid.json"),
        (json.dumps(changed("papers.1.body.zh", "")), r"grid\.json: papers\.1\.body\.zh: "),
        (json.dumps({**SAMPLE, "risk_level": "R9", "more": 1}), r"risk_level: .*\n.*more: "),
    ],
)
def test_a_bad_file_is_named_with_path_and_rule(file: Path, text: str, message: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        run("draft", file, "--product", "grid", "--by", "ann")
    assert not TermsVersion.objects.exists()


@pytest.mark.usefixtures("house")
def test_a_banned_phrase_is_named(file: Path) -> None:
    file.write_text(json.dumps(changed("does", both("稳 赚 不 赔", "It trades."))), encoding="utf-8")
    with pytest.raises(CommandError, match=r"does\.zh: 稳赚不赔"):
        run("check", file)
    run("draft", file, "--product", "grid", "--by", "ann")
    run("propose", "grid", "--by", "ann")
    with pytest.raises(CommandError, match=r"does\.zh: 稳赚不赔"):
        run("publish", "grid", "--by", "bo")


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", ["branch", "nobody"])
def test_only_who_manages_products_for_the_whole_house_acts(file: Path, name: str) -> None:
    with pytest.raises(CommandError, match=name):
        run("draft", file, "--product", "grid", "--by", name)
    assert not TermsVersion.objects.exists()


@pytest.mark.usefixtures("house")
def test_what_is_not_there_is_told(file: Path) -> None:
    for arguments in (("show", "grid"), ("propose", "grid", "--by", "ann"), ("show", "none"), ("check", "none.json")):
        with pytest.raises(CommandError):
            run(*arguments)
