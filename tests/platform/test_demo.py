"""The demo as a person runs it: from nothing to a page one can log in to, and back to nothing."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedded.instance import open_instance

ROOT = Path(__file__).resolve().parents[2]
GIVEN = (
    "DATABASE_URL",
    "JOBS_DATABASE_URL",
    "MIGRATE_DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "DATABASE_ROLE",
)
PATIENCE = 180


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for one instance; what a failed test left running in it is ended."""
    place = tmp_path / "instance"
    yield place
    for process in _processes_of(place):
        process.kill()
    shutil.rmtree(open_instance(place).run_dir, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _start(folder: Path, port: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    sizes = ["--clients", "120", "--days", "30", "--seed", "7", "--port", str(port)]
    return subprocess.Popen(
        [sys.executable, "-m", "embedded", "demo", *sizes],
        cwd=ROOT,
        env={**environment, "LOCAL_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _wait_for(folder: Path, running: subprocess.Popen[str]) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while not (folder / "demo.json").exists():
        if running.poll() is not None or time.monotonic() > deadline:
            running.kill()
            assert running.stdout is not None
            pytest.fail(f"the demo did not come up:\n{running.stdout.read()}")
        time.sleep(0.1)
    found: dict[str, Any] = json.loads((folder / "demo.json").read_text())
    return found


def _processes_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("LOCAL_DIR") == str(folder) or Path(process.cwd()).is_relative_to(folder)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
        if ours and process.pid != os.getpid():
            found.append(process)
    return found


def _log_in(address: str, username: str, password: str) -> str:
    """The page behind the login form, as a browser without scripts would get it."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = opener.open(address, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "login": username, "password": password}
    login = urllib.parse.urljoin(address, "/accounts/login/?next=/")
    page: str = opener.open(login, urllib.parse.urlencode(fields).encode(), timeout=20).read().decode()
    return page


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_from_nothing_to_the_page_and_back_to_nothing(folder: Path, again: bool) -> None:
    port = _free_port()
    with _start(folder, port) as running:
        demo = _wait_for(folder, running)
        _check_first_page(folder, demo, port)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert said.rstrip().endswith("stopped")
    assert "> deliver" in said
    assert _processes_of(folder) == []
    if again:
        _run_again(folder, demo, port)


def _run_again(folder: Path, demo: dict[str, Any], port: int) -> None:
    # A second run loads nothing again; then everything is killed at once.
    (folder / "demo.json").unlink()
    with _start(folder, port) as second:
        users = [login["username"] for login in _wait_for(folder, second)["logins"]]
        assert users == [login["username"] for login in demo["logins"]]
        for process in _processes_of(folder):
            process.kill()
        said, _ = second.communicate(timeout=60)
    assert "> deliver" not in said

    # A third run finds dead servers' marks and their data; a terminate signal ends it as well.
    (folder / "demo.json").unlink()
    with _start(folder, port) as last:
        assert _wait_for(folder, last)["logins"]
        last.terminate()
        last.communicate(timeout=60)
    assert last.returncode == 0
    assert _processes_of(folder) == []


def _check_first_page(folder: Path, demo: dict[str, Any], port: int) -> None:
    assert demo["portal"] == f"{demo['backoffice']}portal/"
    assert [login["role"] for login in demo["logins"]].count("client") == 2
    assert demo["backoffice"] == f"http://127.0.0.1:{port}/"
    assert (folder / "demo.json").stat().st_mode & 0o077 == 0
    login = demo["logins"][0]
    assert set(login) == {"role", "username", "password"}
    assert "产品矩阵" in _log_in(demo["backoffice"], login["username"], login["password"])
    names = {path.name for path in (folder / "pids").iterdir()}
    assert names == {"postgres", "valkey", "web", "worker", "beat"}
