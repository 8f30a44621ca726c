"""`manage.py migrate_terms`: a dry run writes nothing, two people, and the same counts in each step's answer."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from accounts.operations import grant_role
from accounts.rules import Role
from core import clock, jobs
from core.models import JobRun
from smart_products.signing.models import TermsMove
from tasks.jobs import move_terms
from tests.accounts.organisation import AT, BY, FIRST
from tests.signing.contracts import noon
from tests.signing.moves_of_terms import NEXT, NOTICE, SIGN_AGAIN, SILENT, broker, put
from tests.signing.signings import TODAY

pytestmark = pytest.mark.django_db


def house(change: tuple[str, Any] = SILENT) -> None:
    """Three contracts on version 1, one of them paused; two product managers, and one of a branch."""
    contracts = broker(change, count=3)
    put(contracts[0], "paused")
    for name, unit in (("ann", "HQ"), ("bo", "HQ"), ("branch", "B1")):
        user = User.objects.create(username=name)
        grant_role(user=user, role=Role.PRODUCT_MANAGER, unit=Unit.objects.get(code=unit), since=FIRST, by=BY, at=AT)


def say(*arguments: Any, on: Any = NEXT) -> str:
    out = StringIO()
    call_command("migrate_terms", *map(str, arguments), "--on", str(on), stdout=out)
    return out.getvalue()


def run(*arguments: Any, on: Any = NEXT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say(*arguments, "--json", on=on))
    return found


def test_from_the_dry_run_to_the_last_contract() -> None:
    house()
    foreseen = run("GRID")
    assert foreseen == {
        "product": "GRID", "from": 1, "to": 2, "needed": "silent", "consent": "silent",
        "causes": [{"path": "fees.use", "consent": "silent"}],
        "contracts": 3, "outcomes": {"kept.paused": 1, "moved": 2},
    }  # fmt: skip
    assert not TermsMove.objects.exists()
    planned = run("GRID", "--plan", "--by", "ann")
    assert (planned["state"], planned["outcomes"]) == ("planned", {"waiting": 3})
    assert run("--confirm", planned["move"], "--by", "bo")["confirmed_by"] == "bo"
    done = run("--apply", planned["move"])
    assert (done["state"], done["outcomes"]) == ("finished", foreseen["outcomes"])
    assert run("--show", planned["move"]) == done
    assert run("--list") == {"moves": [done]}
    for lines in (say("--show", planned["move"]), say("--list"), say("GRID", "--from", 2, "--to", 1, on=TODAY)):
        assert "GRID" in lines
        assert "%(" not in lines


def test_a_move_is_taken_back() -> None:
    house(NOTICE)
    planned = run("GRID", "--plan", "--by", "ann", "--consent", "sign_again", "--after-due", "end")
    assert (planned["needed"], planned["consent"], planned["after_due"]) == ("notice", "sign_again", "end")
    run("--confirm", planned["move"], "--by", "bo")
    assert run("--apply", planned["move"])["outcomes"] == {"asked_to_sign": 2, "kept.paused": 1}
    back = run("--cancel", planned["move"], "--by", "ann")
    assert (back["state"], back["outcomes"]) == ("cancelled", {"kept.cancelled": 2, "kept.paused": 1})


def test_refusals_say_why() -> None:
    house(SIGN_AGAIN)
    move = run("GRID", "--plan", "--by", "ann")["move"]
    nobody = "00000000-0000-4000-8000-000000000000"
    for arguments, word in (
        (("GRID", "--plan", "--by", "branch"), "branch"),
        (("GRID", "--plan"), "None"),
        (("GRID", "--plan", "--by", "bo"), move),
        (("--confirm", move, "--by", "ann"), ""),
        (("--apply", move), ""),
        (("--show", nobody), ""),
        (("GRID", "--consent", "notice"), ""),
        (("GRID", "--from", "2"), ""),
        (("GRID", "--to", "9"), "GRID"),
        (("NONE",), ""),
    ):
        with pytest.raises(CommandError) as refusal:
            say(*arguments)
        assert word in str(refusal.value)
        assert "%(" not in str(refusal.value)
    assert TermsMove.objects.get().state == "planned"


def test_the_nightly_job_goes_on_with_it() -> None:
    house()
    move = run("GRID", "--plan", "--by", "ann")["move"]
    run("--confirm", move, "--by", "bo")
    asked, _created = jobs.request("tasks.move_terms", NEXT, by=BY, at=noon(NEXT))
    move_terms(run_id=asked.pk)
    assert JobRun.objects.get(pk=asked.pk).result == {"stopped": {}}
    assert run("--show", move)["outcomes"] == {"kept.paused": 1, "moved": 2}
    assert clock.shanghai_today() >= NEXT
