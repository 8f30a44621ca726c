"""`manage.py suitability`: what it prints, and what it refuses in words."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation

from accounts.operations import create_staff
from smart_products.suitability.models import Assessment
from smart_products.suitability.queries import matching_rules
from tests.accounts.organisation import AT, BY
from tests.suitability.house import (
    QUESTIONS,
    RULES,
    TODAY,
    assess,
    best,
    client,
    decided,
    furnish,
    rules_content,
)

pytestmark = pytest.mark.django_db
ON = f"--on={TODAY}"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def broker(db: None) -> None:
    furnish()
    for name in ("anna", "boris"):
        create_staff(username=name, password="right horse", by=BY, at=AT)


def run(*words: Any) -> str:
    out = StringIO()
    call_command("suitability", *map(str, words), stdout=out)
    return out.getvalue()


def asked(*words: Any) -> Any:
    return json.loads(run(*words, "--json"))


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_an_empty_installation_is_seeded_once() -> None:
    with pytest.raises(CommandError, match="Nothing is in force on 2024-06-03: questionnaire"):
        run("show", ON)
    assert asked("seed", "--from=2024-01-02") == {"published": ["questionnaire", "rules"]}
    assert run("seed") == "Published: —\n"
    assert asked("show", ON)["rules"] == RULES
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="--by"):
        run("seed")


@pytest.mark.usefixtures("broker")
class TestCommand:
    def test_what_is_in_force_is_shown(self) -> None:
        said = asked("show", ON)
        assert (said["on"], said["questionnaire"], said["rules"]) == ("2024-06-03", QUESTIONS, RULES)
        assert [(one["number"], one["drafted_by"]) for one in said["questionnaires"]] == [(1, "system:supplier")]
        assert said["rule_versions"][0]["digest"] == matching_rules(TODAY).digest
        lines = run("show", ON)
        for part in (
            "Suitability test",
            "13. loss: How much",
            "C5 ≥ 82",
            "8 times in twelve months",
            "may go on after",
        ):
            assert part in lines
        with translation.override("zh-hans"):
            assert "风险承受能力测评" in run("show", ON)

    def test_a_client_is_assessed_by_a_file(self, tmp_path: Path) -> None:
        answers = {code: chosen[0] if len(chosen) == 1 else chosen for code, chosen in best(loss="to_10").items()}
        file = written(tmp_path / "answers.json", answers)
        said = asked("assess", "C2", file, ON, "--by=anna")
        assert (said["client"], said["points"], said["risk_class"], said["expires_on"]) == (
            "C2",
            100,
            "C3",
            "2026-06-03",
        )
        assert (said["by_question"]["loss"], said["capped_by"], said["protected_by"]) == (3, ["little_loss"], [])
        assert Assessment.objects.get().answers == best(loss="to_10")
        protected = written(tmp_path / "none.json", best(loss="nothing"))
        assert run("assess", "C2", protected, ON) == "C2: 97 points, C1, until 2026-06-03; protected lowest class\n"
        with pytest.raises(CommandError, match="can be taken again on 2024-06-04"):
            run("assess", "C2", file, ON)

    def test_what_can_not_be_assessed_is_said_in_words(self, tmp_path: Path) -> None:
        partial = written(tmp_path / "partial.json", {"age": "to_30"})
        with pytest.raises(CommandError, match="Unanswered: capacity, income"):
            run("assess", "C2", partial, ON)
        with pytest.raises(CommandError, match="No client has the code X"):
            run("assess", "X", partial, ON)
        with pytest.raises(CommandError, match="Nobody has the username"):
            run("assess", "C2", partial, ON, "--by=nobody")
        with pytest.raises(CommandError, match="Answers that can not be: age"):
            run("assess", "C2", written(tmp_path / "wrong.json", {"age": "x"}), ON)
        with pytest.raises(CommandError, match="must be an object"):
            run("assess", "C2", written(tmp_path / "list.json", []), ON)
        with pytest.raises(CommandError, match="can not be read"):
            run("assess", "C2", tmp_path / "none.json", ON)
        assert run("assess", "C2", partial, ON, "--declined") == "C2 declined to give the information.\n"
        assert asked("standing", "C2", ON)["declined"] is True

    def test_a_standing_is_shown_with_every_product(self) -> None:
        assess(client(), loss="to_10")
        said = asked("standing", "C2", ON)
        assert (said["valid_class"], said["source"], said["investor_class"]) == ("C3", "here", "ordinary")
        assert [(one["product"], one["outcome"]) for one in said["products"]] == [("PICK", "warning"), ("GRID", "fit")]
        lines = run("standing", "C2", ON)
        assert "C2, C3, ordinary investor, until 2026-06-03" in lines
        assert "We do not recommend this product to you." in lines
        assert "—, ordinary investor" in run("standing", "C4", ON)

    def test_rules_are_published_by_two_people(self, tmp_path: Path) -> None:
        file = written(tmp_path / "rules.json", rules_content(validity_months=12))
        assert asked("draft", "rules", file, "--by=anna")["number"] == 2
        with pytest.raises(CommandError, match="takes another person"):
            run("publish", "rules", 2, "--from=2090-01-01", "--by=anna")
        with pytest.raises(CommandError, match="tomorrow at the earliest"):
            run("publish", "rules", 2, "--from=2024-06-03", "--by=boris")
        with pytest.raises(CommandError, match="--from"):
            run("publish", "rules", 2, "--by=boris")
        assert "in force from 2090-01-01" in run("publish", "rules", 2, "--from=2090-01-01", "--by=boris")
        with pytest.raises(CommandError, match="no draft any more"):
            run("publish", "rules", 2, "--from=2090-01-01", "--by=boris")
        with pytest.raises(CommandError, match="no such version"):
            run("publish", "questionnaire", 9, "--from=2090-01-01", "--by=boris")
        written(file, {**QUESTIONS, "title": {"zh": "测评", "en": "Test"}})
        assert asked("draft", "questionnaire", file)["number"] == 2
        assert asked("publish", "questionnaire", 2, "--from=2090-01-01", "--by=boris")["valid_from"] == "2090-01-01"

    def test_every_fault_of_a_content_is_a_line(self, tmp_path: Path) -> None:
        file = written(tmp_path / "rules.json", {**RULES, "schema": 2, "advice_above": "fit"})
        with pytest.raises(CommandError) as caught:
            run("draft", "rules", file)
        assert str(caught.value).splitlines() == [
            "schema: must be a schema that this software can read",
            "advice_above: must be one of the values allowed here",
        ]

    def test_a_banned_phrase_is_named(self, tmp_path: Path) -> None:
        told = {**QUESTIONS, "title": {"zh": "测评", "en": "A sure win"}}
        run("draft", "questionnaire", written(tmp_path / "questions.json", told))
        with pytest.raises(CommandError, match=r"title.en: sure win \(promises a gain\)"):
            run("publish", "questionnaire", 2, "--from=2090-01-01", "--by=boris")

    def test_a_decision_is_worked_out_again(self) -> None:
        assess(client())
        made = decided(client(), "R5")
        said = asked("replay", made.public_id)
        assert (said["outcome"], said["same"], said["broken"]) == ("fit", True, None)
        assert said["replayed"]["thinking_hours"] == 24
        assert "please take time to think" in run("replay", made.public_id)
        with pytest.raises(CommandError, match="no such decision"):
            run("replay", uuid4())

    @pytest.mark.parametrize(
        ("change", "part"),
        [
            ("outcome = 'warning'", "digest"),
            ("terms_digest = repeat('0', 64)", "columns"),
            ("decided_on = at", "columns"),
        ],
    )
    def test_a_decision_that_was_tampered_with_is_an_error(self, change: str, part: str) -> None:
        assess(client())
        made = decided(client(), "R5")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE suitability_decision DISABLE TRIGGER append_only")
            cursor.execute(f"UPDATE suitability_decision SET {change}")
            cursor.execute("ALTER TABLE suitability_decision ENABLE TRIGGER append_only")
        out = StringIO()
        with pytest.raises(CommandError, match=part):
            call_command("suitability", "replay", str(made.public_id), "--json", stdout=out)
        assert json.loads(out.getvalue())["broken"] == part
