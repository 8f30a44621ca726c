"""The commands of proof: packs handed out and judged without anything, the chain sealed, judged and stamped again."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from core import clock, jobs
from core.actor import system
from core.models import JobRun
from smart_products.signing.operations import append_evidence
from smart_products.signing.seals.configured import anchors, local_signers, sealer
from tasks import proofs
from tests.signing import house

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _instance(settings: Settings, tmp_path: Path) -> None:
    """An instance of its own: folders, and the local authorities that the settings name."""
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    settings.LOCAL_SEALS_DIR = tmp_path / "secrets" / "seals"


@pytest.fixture
def proof(db: None) -> str:
    """One signing with its evidence, sealed as the settings say; returns the subscription's code."""
    at = clock.now()
    agreement = sealer(at).seal(house.paper(), reason="签约", at=at).pdf
    append_evidence(
        subscription_code="S1",
        contents=house.contents("S1", lambda: agreement),
        sealer=sealer(at),
        by=system("test"),
        at=at,
    )
    return "S1"


def _said(*arguments: Any, **options: Any) -> Any:
    printed = StringIO()
    call_command(*arguments, "--json", stdout=printed, **options)
    return json.loads(printed.getvalue())


def _alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody types it who has the program and nothing else."""
    return subprocess.run(
        [sys.executable, "manage.py", "verify_evidence", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_pack_is_judged_without_database_secret_or_instance(proof: str, tmp_path: Path) -> None:
    pack, trust = tmp_path / "S1.zip", tmp_path / "trust.json"
    assert _said("seal_head")["head"]["position"] == 1
    listed = _said("evidence", "list")
    assert [(one["subscription"], one["position"], one["time_stamped"]) for one in listed] == [("S1", 1, True)]
    assert listed[0]["head_day"] == clock.shanghai_today().isoformat()
    assert _said("evidence", "export", proof, str(pack))["bytes"] == pack.stat().st_size
    _said("evidence", "trust", str(trust))
    before = set(ROOT.iterdir())
    alone = _alone(str(pack), "--json")
    told = json.loads(alone.stdout)
    assert (alone.returncode, told["ok"], told["trust"], told["subscription"]) == (0, True, "inside", "S1")
    given = _alone(str(pack), "--trust", str(trust))
    assert given.returncode == 0, given.stdout + given.stderr
    assert set(ROOT.iterdir()) == before
    strange = tmp_path / "strange.json"
    strange.write_bytes(house.anchors().dump())
    refused = json.loads(_alone(str(pack), "--trust", str(strange), "--json").stdout)
    assert {"manifest.p7s", "export.p7s"} <= {one["part"] for one in refused["findings"]}


def test_a_broken_pack_is_named_and_ends_with_1(proof: str, tmp_path: Path) -> None:
    pack = tmp_path / "S1.zip"
    _said("evidence", "export", proof, str(pack))
    data = pack.read_bytes()
    place = data.index(b'"outcome"') + 12
    pack.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    alone = _alone(str(pack))
    assert alone.returncode == 1
    assert "decision.json" in alone.stdout
    assert _alone(str(tmp_path / "missing.zip")).returncode == 1
    with pytest.raises(SystemExit) as ended:
        call_command("verify_evidence", str(pack), stdout=StringIO())
    assert ended.value.code == 1


def test_a_person_can_read_the_judgement(proof: str, tmp_path: Path) -> None:
    pack, printed = tmp_path / "S1.zip", StringIO()
    call_command("evidence", "export", proof, str(pack), stdout=StringIO())
    call_command("verify_evidence", str(pack), stdout=printed)
    assert "S1" in printed.getvalue()
    assert anchors(clock.now()).fingerprints()["seals"][0] in printed.getvalue()


def test_a_file_that_is_there_is_not_overwritten(proof: str, tmp_path: Path) -> None:
    (tmp_path / "S1.zip").write_bytes(b"mine")
    with pytest.raises(CommandError):
        call_command("evidence", "export", proof, str(tmp_path / "S1.zip"), stdout=StringIO())
    assert (tmp_path / "S1.zip").read_bytes() == b"mine"
    with pytest.raises(CommandError):
        call_command("evidence", "export", "S99", str(tmp_path / "S99.zip"), stdout=StringIO())


def test_the_chain_is_judged_and_stamped_again(proof: str, tmp_path: Path) -> None:
    call_command("seal_head", stdout=StringIO())
    assert _said("evidence", "verify", "--packs") == {"ok": True, "findings": []}
    assert _said("evidence", "stamp") == {"stamped": []}
    assert _said("evidence", "stamp", "--days", "9999") == {"stamped": ["S1"]}
    assert _said("evidence", "list")[0]["stamps"] == 1
    (tmp_path / "anchors" / f"{clock.shanghai_today()}.json").unlink()
    with pytest.raises(CommandError):
        call_command("evidence", "verify", stdout=StringIO())


def test_words_of_every_command_can_be_printed(proof: str, tmp_path: Path) -> None:
    for arguments in (
        ("evidence", "list"),
        ("evidence", "verify"),
        ("evidence", "stamp"),
        ("evidence", "trust", str(tmp_path / "trust.json")),
        ("seal_head",),
    ):
        printed = StringIO()
        call_command(*arguments, stdout=printed)
        assert printed.getvalue().strip()


def test_an_empty_chain_says_so(db: None) -> None:
    assert _said("seal_head") == {"head": None}
    assert _said("evidence", "list") == []
    for arguments in (("seal_head",), ("evidence", "list")):
        printed = StringIO()
        call_command(*arguments, stdout=printed)
        assert printed.getvalue().strip()


def test_the_jobs_of_the_night_seal_and_stamp(proof: str) -> None:
    at = clock.now()
    run, _created = jobs.request("tasks.seal_head", clock.shanghai_today(), "nightly", by=system("beat"), at=at)
    assert proofs.seal_chain(run, system("tasks"), _tell) == {"position": 1}
    assert proofs.restamp(JobRun(job="tasks.restamp"), system("tasks"), _tell) == {"stamped": 0}


def _tell(_done: int, _total: int, _unit: str) -> None:
    return


@pytest.mark.parametrize(("stamps", "level"), [("local", "B-LT"), ("none", "B-B"), ("http://127.0.0.1:9/", "B-B")])
def test_settings_say_what_seals_and_stamps(settings: Settings, stamps: str, level: str) -> None:
    settings.TSA_URL, settings.TSA_SECONDS = stamps, 1
    assert sealer(house.AT).seal(house.paper(), reason="签约", at=house.AT).level == level
    assert sealer(house.AT) is sealer(house.AT)
    assert local_signers(house.AT).name == "local"
