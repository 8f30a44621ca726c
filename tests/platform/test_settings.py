"""The settings as processes see them: production refuses to start incomplete, and is clean when complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import security

ROOT = Path(__file__).resolve().parents[2]
SHOW = "import os; from django.conf import settings; print(settings.{})"


def _environment(**given: str) -> dict[str, str]:
    """A bare environment, so that nothing of the test run leaks into it."""
    return {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **given}


def _production(folder: Path) -> dict[str, str]:
    return _environment(
        DJANGO_ENV="production",
        SECRET_KEY="k9!" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
        CODE_KEY="q7?" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
        SETTLEMENT_DIR=str(folder / "settlement"),
        ALLOWED_HOSTS="matrix.broker.example",
        DATABASE_URL="postgresql://app:pw@db.example/smart",
        MIGRATE_DATABASE_URL="postgresql://owner:pw@db.example/smart",
        BROKER_URL="redis://broker.example/0",
        FACTS_URL=str(folder / "facts"),
        INBOX_DIR=str(folder / "inbox"),
        DOCUMENTS_URL=str(folder / "documents"),
        ANCHOR_DIR=str(folder / "anchors"),
        SEAL_KEY=str(folder / "seal.p12"),
        TRUST_FILE=str(folder / "trust.json"),
        TSA_URL="https://tsa.example/",
        BROKER_NAME="某证券股份有限公司",
        BROKER_NAME_EN="Some Securities Co., Ltd.",
        LOCAL_DIR=str(folder),
    )


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_production_is_clean_under_every_deployment_check(tmp_path: Path) -> None:
    said = _run(_production(tmp_path), "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET_KEY", "CODE_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL"),
        *("FACTS_URL", "INBOX_DIR", "SETTLEMENT_DIR"),
        *("DOCUMENTS_URL", "ANCHOR_DIR", "SEAL_KEY", "TRUST_FILE", "TSA_URL", "BROKER_NAME", "BROKER_NAME_EN"),
    ],
)
def test_production_does_not_start_without(name: str, tmp_path: Path) -> None:
    environment = _production(tmp_path)
    del environment[name]
    said = _run(environment, "-c", SHOW.format("SECRET_KEY"))
    assert said.returncode != 0
    assert f"{name} is not set" in said.stderr
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("name", ["SEAL_KEY", "TRUST_FILE", "TSA_URL"])
def test_production_seals_with_no_local_authority(name: str, tmp_path: Path) -> None:
    said = _run(_production(tmp_path) | {name: "local"}, "-c", SHOW.format("SECRET_KEY"))
    assert said.returncode != 0
    assert "local authority" in said.stderr


def test_a_mistyped_environment_is_refused(tmp_path: Path) -> None:
    said = _run(_environment(DJANGO_ENV="prod", LOCAL_DIR=str(tmp_path)), "-c", SHOW.format("DEBUG"))
    assert said.returncode != 0
    assert "DJANGO_ENV is 'prod'" in said.stderr


def test_demo_secrets_are_private_and_stay_the_same(tmp_path: Path) -> None:
    environment = _environment(LOCAL_DIR=str(tmp_path))
    first = _run(environment, "-c", SHOW.format("SECRET_KEY")).stdout
    second = _run(environment, "-c", SHOW.format("SECRET_KEY")).stdout
    assert first == second
    assert len(first.strip()) >= 50
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file-" * 6 + "\n")
    environment = _production(tmp_path)
    del environment["SECRET_KEY"]
    said = _run({**environment, "SECRET_KEY_FILE": str(file)}, "-c", SHOW.format("SECRET_KEY"))
    assert said.stdout.strip() == "from-a-file-" * 6


@pytest.mark.parametrize(("role", "user"), [("owner", "owner"), ("app", "app"), ("jobs", "app")])
def test_each_role_has_its_address_and_one_serves_for_all(role: str, user: str, tmp_path: Path) -> None:
    environment = {**_production(tmp_path), "DATABASE_ROLE": role}
    assert _run(environment, "-c", SHOW.format("DATABASES['default']['USER']")).stdout.strip() == user


def test_web_and_worker_connect_in_their_own_roles(tmp_path: Path) -> None:
    (tmp_path / "services.env").write_text(
        "DATABASE_URL=postgresql://app@/x?host=/s\nJOBS_DATABASE_URL=postgresql://jobs@/x?host=/s\n"
    )
    environment = _environment(LOCAL_DIR=str(tmp_path))
    ask = "import config.{}; " + SHOW.format("DATABASES['default']['USER']")
    assert _run(environment, "-c", ask.format("worker")).stdout.strip() == "jobs"
    assert _run(environment, "-c", ask.format("wsgi")).stdout.strip() == "app"


def test_a_given_database_wins_over_the_embedded_one(tmp_path: Path) -> None:
    (tmp_path / "services.env").write_text("MIGRATE_DATABASE_URL=postgresql://owner@/x?host=/s\n")
    environment = _environment(
        LOCAL_DIR=str(tmp_path), DATABASE_URL="postgresql://a@db.example/smart", DATABASE_ROLE="owner"
    )
    assert _run(environment, "-c", SHOW.format("DATABASES['default']['HOST']")).stdout.strip() == "db.example"


def test_a_killed_task_comes_back_within_seconds_and_not_while_it_runs(tmp_path: Path) -> None:
    environment = _environment(LOCAL_DIR=str(tmp_path))
    options = _run(environment, "-c", SHOW.format("CELERY_BROKER_TRANSPORT_OPTIONS")).stdout
    assert "'unacked_restore_interval': 2" in options
    assert "'unacked_restore_throttle': 1" in options
    limit = int(_run(environment, "-c", SHOW.format("CELERY_TASK_TIME_LIMIT")).stdout)
    assert f"'visibility_timeout': {limit + 600}" in options


def test_passwords_are_kept_by_argon2_with_its_own_work() -> None:
    """Tests hash with the least work (tests/passwords.py); the house does not."""
    assert security.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
