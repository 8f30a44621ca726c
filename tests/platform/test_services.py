"""The launcher on a real folder: first and second run, crashes, strangers' addresses, a normal user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from embedded import demo, postgres, processes, services, valkey
from embedded.errors import EmbeddedError
from embedded.instance import Instance, open_instance, remove

ROOT = Path(__file__).resolve().parents[2]
GIVEN = ("DATABASE_URL", "JOBS_DATABASE_URL", "MIGRATE_DATABASE_URL", "BROKER_URL")


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    """A new instance in a folder with a long name and a 0700 parent; nothing of it is left afterwards."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / ("home-" + "x" * 80)
    home.mkdir(mode=0o700)
    fresh = open_instance(home / "instance")
    yield fresh
    services.down(fresh)
    shutil.rmtree(fresh.run_dir, ignore_errors=True)


def _ask(address: str, question: str) -> object:
    with psycopg.connect(address, autocommit=True) as link:
        row = link.execute(question.encode()).fetchone()
        return row[0] if row else None


def _processes_of(instance: Instance) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(instance.folder) in words or str(instance.run_dir) in words:
            found.append(process)
    return found


def test_starts_answers_and_leaves_nothing(instance: Instance) -> None:
    began = time.monotonic()
    done = services.up(instance)
    seconds = time.monotonic() - began

    assert done.started == ("postgres", "valkey")
    assert _ask(done.addresses["DATABASE_URL"], "SELECT current_user::text") == "app"
    assert _ask(done.addresses["JOBS_DATABASE_URL"], "SELECT current_user::text") == "jobs"
    assert _ask(done.addresses["MIGRATE_DATABASE_URL"], "SELECT current_user::text") == "owner"
    assert valkey.answers(instance)
    assert seconds < 10
    assert services.down(instance) == ["valkey", "postgres"]
    assert _processes_of(instance) == []
    assert not instance.run_dir.exists()


def test_listens_on_no_network_port(instance: Instance) -> None:
    services.up(instance)
    running = [processes.running(instance, name) for name in (postgres.NAME, valkey.NAME)]
    for process in running:
        assert process is not None
        assert psutil.Process(process.pid).net_connections(kind="inet") == []
    assert instance.run_dir.stat().st_mode & 0o077 == 0


def test_second_up_changes_nothing(instance: Instance) -> None:
    services.up(instance)
    before = [processes.running(instance, name) for name in (postgres.NAME, valkey.NAME)]
    again = services.up(instance)
    assert again.started == ()
    assert [processes.running(instance, name) for name in (postgres.NAME, valkey.NAME)] == before


def test_roles_have_their_rights(instance: Instance) -> None:
    addresses = services.up(instance).addresses
    with psycopg.connect(addresses["MIGRATE_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    for name in ("DATABASE_URL", "JOBS_DATABASE_URL"):
        with psycopg.connect(addresses[name], autocommit=True) as link:
            link.execute("INSERT INTO kept (word) VALUES ('x')")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("DROP TABLE kept")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("CREATE TABLE mine (id int)")
    bypass = "SELECT array_agg(rolname::text ORDER BY rolname) FROM pg_roles WHERE rolbypassrls AND NOT rolsuper"
    assert _ask(addresses["DATABASE_URL"], bypass) == ["jobs", "owner"]


def test_data_survives_kill_9_of_everything(instance: Instance) -> None:
    addresses = services.up(instance).addresses
    with psycopg.connect(addresses["MIGRATE_DATABASE_URL"], autocommit=True) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for process in _processes_of(instance):
        process.kill()
    again = services.up(instance)
    assert again.started == ("postgres", "valkey")
    assert _ask(again.addresses["DATABASE_URL"], "SELECT answer FROM kept") == 42


def test_starts_again_while_children_of_a_killed_server_live(instance: Instance) -> None:
    addresses = services.up(instance).addresses
    server = processes.running(instance, postgres.NAME)
    assert server is not None
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as busy:
        assert busy.execute("SELECT 1").fetchone() == (1,)
        os.kill(server.pid, signal.SIGKILL)
        assert "postgres" in services.up(instance).started
    assert _ask(addresses["DATABASE_URL"], "SELECT 1") == 1


def test_a_stale_note_never_ends_a_stranger(instance: Instance) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (instance.pid_dir / "postgres").write_text(f"{stranger.pid} 12345\n")
        (instance.pid_dir / "valkey").write_text("nonsense\n")
        assert services.down(instance) == []
        assert stranger.poll() is None
        assert services.up(instance).started == ("postgres", "valkey")
    finally:
        stranger.kill()
        stranger.wait()


def test_given_addresses_start_nothing(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@db.example/smart")
    monkeypatch.setenv("BROKER_URL", "redis://broker.example/0")
    done = services.up(instance)
    assert done.started == ()
    assert set(done.addresses.values()) == {"postgresql://a:b@db.example/smart", "redis://broker.example/0"}
    assert "given" in services.status(instance)["postgres"]
    assert _processes_of(instance) == []


@pytest.mark.slow
def test_two_folders_are_two_instances(instance: Instance, tmp_path: Path) -> None:
    other = open_instance(tmp_path / "other")
    try:
        one, two = services.up(instance).addresses, services.up(other).addresses
        assert one["DATABASE_URL"] != two["DATABASE_URL"]
        services.down(other)
        assert _ask(one["DATABASE_URL"], "SELECT 1") == 1
    finally:
        services.down(other)
        remove(other)
    assert not other.folder.exists()


def test_clean_refuses_a_folder_with_something_else(instance: Instance) -> None:
    precious = instance.folder / "thesis.docx"
    precious.write_text("years of work")
    with pytest.raises(EmbeddedError, match=r"thesis\.docx"):
        remove(instance)
    assert precious.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_root_without_namespaces_drops_its_privileges(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDED_NO_NAMESPACE", "1")
    addresses = services.up(instance).addresses
    assert _ask(addresses["DATABASE_URL"], "SELECT 1") == 1
    server = processes.running(instance, postgres.NAME)
    assert server is not None
    assert psutil.Process(server.pid).uids().real == postgres.NOBODY
    services.down(instance)
    shutil.rmtree((instance.folder / "postgres-dir").read_text().strip())


@pytest.mark.parametrize("user", [pytest.param(1, marks=pytest.mark.slow), 1234], ids=["named", "nameless"])
def test_a_normal_user_in_a_private_home(user: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    # Root stays able to reach the interpreter, yet is a normal user to whoever asks.
    namespace = ["unshare", "--user", f"--map-user={user}", f"--map-group={user}"] if os.getuid() == 0 else []
    kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
    environment = {**kept, "LOCAL_DIR": str(home / "local"), "HOME": str(home), "PYTHONPATH": str(ROOT)}
    for command, word in (
        ("up", "started now"),
        ("status", "running"),
        ("down", "stopped: valkey, postgres"),
    ):
        said = subprocess.run(
            [*namespace, sys.executable, "-m", "embedded", command],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        assert word in said.stdout


def test_demo_says_the_way_out_when_the_port_is_taken(instance: Instance) -> None:
    script = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); "
    script += "print(s.getsockname()[1], flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as taken:
        try:
            assert taken.stdout is not None
            port = int(taken.stdout.readline())
            with pytest.raises(EmbeddedError, match=f"PORT={port + 1}"):
                demo.check_machine(instance, demo.Broker(clients=10, days=10, seed=1), port)
        finally:
            taken.kill()


def test_demo_says_the_way_out_when_the_disk_is_small(instance: Instance) -> None:
    with pytest.raises(EmbeddedError, match="GB free"):
        demo.check_machine(instance, demo.Broker(clients=10**9, days=500, seed=1), 0)


def test_demo_refuses_another_broker_in_the_same_folder(instance: Instance) -> None:
    (instance.folder / "demo-broker.json").write_text('{"clients": 5, "days": 10, "seed": 1}')
    demo.check_machine(instance, demo.Broker(clients=5, days=10, seed=1), 0)
    with pytest.raises(EmbeddedError, match="make clean"):
        demo.check_machine(instance, demo.Broker(clients=6, days=10, seed=1), 0)
