"""From nothing to the page: `make demo` in a fresh copy of the repository, until a manager reads the matrix.

Owns the copy, the browser's part (log in, open the matrix) and the end by Ctrl-C. Packages come from the caches that
the machine has. The copy is of what is committed; uncommitted changes are not measured.
"""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from benchmarks.figures import Figure, within
from benchmarks.instance import FOREIGN, ROOT, ChildFailed
from benchmarks.sizes import Sizes

SECONDS = 60.0
PATIENCE = 900.0
"""Seconds after which a demo that shows no page is given up."""
LOGIN_PAGE = "accounts/login/"


def measure(sizes: Sizes) -> list[Figure]:
    """Return the seconds from an empty copy to a matrix page, logged in."""
    folder = Path(tempfile.mkdtemp(prefix="smart-bench-demo-"))
    try:
        copy = folder / "copy"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], check=True)
        seconds = _run(copy, folder / "local", sizes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [within(f"make demo, {sizes.demo_clients:,} clients: nothing to the page", seconds, "s", SECONDS)]


def _run(copy: Path, local: Path, sizes: Sizes) -> float:
    environment = {name: value for name, value in os.environ.items() if name not in {*FOREIGN, "VIRTUAL_ENV"}}
    environment["LOCAL_DIR"] = str(local)
    said = copy.parent / "demo.log"
    began = time.perf_counter()
    with said.open("wb") as log:
        child = subprocess.Popen(
            [
                *("make", "demo", f"PYTHON={sys.executable}", f"PORT={_free_port()}", f"LOCAL_DIR={local}"),
                *(f"CLIENTS={sizes.demo_clients}", f"DAYS={sizes.demo_days}"),
            ],
            cwd=copy,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for_page(child, local / "demo.json", began, said)
            return time.perf_counter() - began
        finally:
            _end(child)


def _wait_for_page(child: subprocess.Popen[bytes], note: Path, began: float, said: Path) -> None:
    while not (note.exists() and _reads_matrix(json.loads(note.read_text()))):
        if child.poll() is not None or time.perf_counter() - began > PATIENCE:
            raise ChildFailed(f"make demo showed no page:\n{said.read_text(errors='replace')[-3_000:]}")
        time.sleep(0.05)


def _reads_matrix(demo: dict[str, object]) -> bool:
    """Log in as the first of the demo's logins and open the matrix; False while the server is not there."""
    address, logins = str(demo["backoffice"]), demo["logins"]
    assert isinstance(logins, list)
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    try:
        with browser.open(address + LOGIN_PAGE, timeout=30):
            token = next(cookie.value or "" for cookie in jar if cookie.name == "csrftoken")
        form = {"login": logins[0]["username"], "password": logins[0]["password"], "csrfmiddlewaretoken": token}
        with browser.open(address + LOGIN_PAGE, urllib.parse.urlencode(form).encode(), timeout=30):
            pass
        with browser.open(address + "matrix/", timeout=60) as page:
            return bool(page.status == http.client.OK and page.url.startswith(address + "matrix"))
    except (OSError, urllib.error.URLError, StopIteration):
        return False


def _end(child: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C in the demo's own session and wait until all of it is gone."""
    for sign, patience in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
            return


def _free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])
