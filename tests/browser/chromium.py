"""The browser of the tests, without apt: fetched by npm, unpacked beside the virtual environment.

`python -m tests.browser.chromium` installs it once and prints its program. `CHROMIUM` names another one
(such as Debian's), which is then used as it is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import brotli

VERSION = "147.0.0"
PACKAGE = f"@sparticuz/chromium@{VERSION}"
SHA512 = (
    "e1929e01041af2ea769adebbe6a4a2b73b4b75b42b95ff0129d0b99da79aa7ee"
    "4cbf5395d4e94974fa14f84242fe9e6c414254426378afeab9f8485a68e507a5"
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser to start: its program, and what its environment needs."""

    program: Path
    environment: dict[str, str]


def installed() -> Chromium:
    """The browser, fetched and unpacked when missing. Raises RuntimeError when npm or the digest fails."""
    given = os.environ.get("CHROMIUM")
    folder = Path(sys.prefix) / "share" / f"chromium-{VERSION}"
    if not given and not (folder / "chromium").exists():
        _install(folder)
    fonts = _font_file(folder)
    if given:
        return Chromium(Path(given), {"FONTCONFIG_FILE": str(fonts)})
    libraries = folder / "al2023" / "lib"
    return Chromium(folder / "chromium", {"LD_LIBRARY_PATH": f"{libraries}:{folder}", "FONTCONFIG_FILE": str(fonts)})


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Extract an archive whose digest is known; Python before 3.11.4 has no filter for strange members."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
    else:
        archive.extractall(folder)


def _install(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        work = Path(place)
        archive = _fetch(work)
        if hashlib.sha512(archive.read_bytes()).hexdigest() != SHA512:
            raise RuntimeError(f"{PACKAGE} is not the file we know: its SHA-512 differs")
        with tarfile.open(archive) as package:
            _unpack(package, work)
        packed = work / "package" / "bin"
        unpacked = work / "unpacked"
        unpacked.mkdir()
        program = unpacked / "chromium"
        program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
        program.chmod(0o755)
        _untar(packed / "al2023.tar.br", unpacked / "al2023")
        _untar(packed / "swiftshader.tar.br", unpacked)
        if folder.exists():
            shutil.rmtree(folder)
        unpacked.rename(folder)


def _fetch(work: Path) -> Path:
    # The wheel's own npm first: it is the one that is pinned.
    wheel = Path(sys.prefix) / "bin" / "npm"
    npm = str(wheel) if wheel.exists() else shutil.which("npm")
    if npm is None:
        raise RuntimeError("no npm: install requirements-dev.txt, or set CHROMIUM to a browser")
    # Node trusts the system's certificates only when told to; a house with its own authority keeps them there.
    trusting = os.environ | {"NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()}
    command = [npm, "pack", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=work, env=trusting, capture_output=True, text=True, check=False)
    found = list(work.glob("*.tgz"))
    if done.returncode or len(found) != 1:
        raise RuntimeError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()}; or set CHROMIUM to a browser")
    return found[0]


def _untar(packed: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed.read_bytes()))) as files:
        _unpack(files, target)


def _font_file(folder: Path) -> Path:
    """A font configuration with the wheel's Chinese fonts alone: equal screens on every machine."""
    spec = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise RuntimeError("the fonts are missing: install requirements-dev.txt")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fonts.conf"
    text = FONTS.format(fonts=Path(spec.origin).parent, cache=folder / "font-cache")
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
    return file


if __name__ == "__main__":
    print(installed().program)
