"""A token in software, without root: Debian's SoftHSM, fetched by apt and unpacked beside the virtual environment.

`python -m tests.signing.seals.softhsm` fetches it once and prints its library. `SOFTHSM` names another library
(its tool `softhsm2-util` is then looked for on PATH). apt proves by itself that the packages are Debian's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("libsofthsm2", "softhsm2")
PIN = "1234"
CONFIGURATION = "directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"


@dataclass(frozen=True)
class SoftHsm:
    """The library that speaks PKCS#11, and the tool that makes tokens."""

    library: Path
    tool: str

    def make_token(self, folder: Path, label: str) -> Path:
        """Make a token in a folder, and return the file of its PIN; the process must have `configure`d the folder."""
        subprocess.run(
            [
                *(self.tool, "--module", str(self.library), "--init-token", "--free", "--label", label),
                *("--so-pin", "12345678", "--pin", PIN),
            ],
            check=True,
            capture_output=True,
        )
        pin = folder / "pin"
        pin.write_text(PIN)
        return pin


def configure(folder: Path) -> None:
    """Tell this process and its children where tokens lie."""
    tokens = folder / "tokens"
    tokens.mkdir()
    file = folder / "softhsm2.conf"
    file.write_text(CONFIGURATION.format(folder=tokens))
    os.environ["SOFTHSM2_CONF"] = str(file)


def installed() -> SoftHsm:
    """SoftHSM, fetched and unpacked when missing. Raises RuntimeError when apt can not."""
    given = os.environ.get("SOFTHSM")
    if given:
        tool = shutil.which("softhsm2-util")
        if tool is None:
            raise RuntimeError("SOFTHSM is set, but softhsm2-util is not on PATH")
        return SoftHsm(Path(given), tool)
    folder = Path(sys.prefix) / "share" / "softhsm"
    if not folder.exists():
        _install(folder)
    return SoftHsm(folder / "usr/lib/softhsm/libsofthsm2.so", str(folder / "usr/bin/softhsm2-util"))


def _install(folder: Path) -> None:
    if shutil.which("apt-get") is None:
        raise RuntimeError("no apt-get to fetch SoftHSM with: set SOFTHSM to the library libsofthsm2.so")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        work = Path(place)
        if not _download(work):
            # Without lists of packages, or without the right to update them: lists of our own.
            own = [f"-oDir::State::Lists={work}/lists", f"-oDir::Cache={work}/cache"]
            for part in ("lists/partial", "cache/archives/partial"):
                (work / part).mkdir(parents=True)
            said = subprocess.run(["apt-get", *own, "update"], capture_output=True, text=True, check=False)
            if not _download(work, own):
                raise RuntimeError(f"apt could not fetch {', '.join(PACKAGES)}: {said.stderr.strip()[-300:]}")
        unpacked = work / "unpacked"
        for package in work.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(unpacked)], check=True)
        if not folder.exists():
            unpacked.rename(folder)


def _download(work: Path, options: list[str] | None = None) -> bool:
    command = ["apt-get", *(options or []), "download", *PACKAGES]
    done = subprocess.run(command, cwd=work, capture_output=True, check=False)
    return not done.returncode and len(list(work.glob("*.deb"))) == len(PACKAGES)


if __name__ == "__main__":
    print(installed().library)
