"""Collects the texts of code and templates into locale/*/LC_MESSAGES/django.po.

Of the admin's package, which has no Chinese of its own, it takes those that Django does not translate either.

Run by a developer after a text was added or changed: `python locale/collect.py`; without a change in
the texts it changes nothing. `--check` only says what is missing and fails. Never translates, and never
guesses: a new text stands there untranslated until a person has written it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
import unfold
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("accounts", "api", "backoffice", "config", "core", "portal", "screens", "smart_products", "tasks")
PACKAGE = Path(unfold.__file__).parent
"""Texts of its templates and code stand on our pages; parts of it that we do not install (`contrib`) do not."""
DJANGO = ("conf", "contrib/admin", "contrib/auth")
CHANGING = re.compile(
    rb'"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Generated-By):[^\n]*\n'
)
"""Heads of a catalogue that would differ from one machine and day to another."""
Keyword = tuple[int | tuple[int, int] | tuple[int, str], ...]
KEYWORDS: dict[str, Keyword | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources() -> Iterator[tuple[str, bytes]]:
    """Yield the name and code of each file that may hold texts, templates turned into code that an extractor reads."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield path.relative_to(ROOT).as_posix(), _as_code(path)


def package_sources() -> Iterator[tuple[str, bytes]]:
    """Yield the same of the admin's package."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE)
        if name.parts[0] != "contrib" and path.suffix in (".py", ".html"):
            yield f"unfold/{name.as_posix()}", path.read_bytes() if path.suffix == ".py" else _as_code(path)


def _as_code(path: Path) -> bytes:
    lines = templatize(path.read_text("utf-8"), origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def _texts(code: bytes) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield each text of a file with its context."""
    found = extract("python", BytesIO(code), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        yield message, context


def translated_by_django(language: str = "zh_Hans") -> set[tuple[str, str | None]]:
    """Return the texts, each with its context, that Django's own catalogues of a language hold."""
    known = set()
    for part in DJANGO:
        folder = Path(django.__file__).parent / part / "locale" / language / "LC_MESSAGES"
        with (folder / "django.mo").open("rb") as file:
            known |= {(_forms(message.id)[0], message.context) for message in read_mo(file)}
    return known


def collect() -> Catalog:
    """Return a catalogue of all texts with the files they stand in, without line numbers, in a steady
    order.
    """
    catalogue, known = Catalog(), translated_by_django()
    for name, code in sources():
        for message, context in _texts(code):
            catalogue.add(message, locations=[(name, 0)], context=context)
    for name, code in package_sources():
        for message, context in _texts(code):
            if (_forms(message)[0], context) not in known:
                catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def _forms(text: object) -> tuple[str, ...]:
    """Return the singular and plural forms of a text; one form where there is no plural."""
    return tuple(str(form or "") for form in text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation, or one whose placeholders differ."""
    bad = []
    for message in catalogue:
        if not message.id:
            continue
        ids, strings = _forms(message.id), _forms(message.string)
        wanted = set(re.findall(r"%\((\w+)\)", " ".join(ids)))
        for string in strings:
            if not string or message.fuzzy or not set(re.findall(r"%\((\w+)\)", string)) <= wanted:
                bad.append(ids[0])
                break
    return bad


def update(path: Path, template: Catalog) -> Catalog:
    """Return the catalogue of a language after the texts of today: new ones empty, old ones gone."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def main(check: bool) -> int:
    """Update every language, or only say what is missing; return how many texts lack a translation."""
    settings.configure(USE_I18N=True)
    django.setup()
    template = collect()
    missing = 0
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        catalogue = update(path, template)
        lacking = untranslated(catalogue)
        missing += len(lacking)
        for text in lacking:
            print(f"{path.parts[-3]}: {text!r}", file=sys.stderr)
        if not check:
            buffer = BytesIO()
            write_po(buffer, catalogue, width=0, sort_output=True, include_lineno=False, omit_header=False)
            path.write_bytes(CHANGING.sub(b"", buffer.getvalue()))
    return missing


if __name__ == "__main__":
    sys.exit(1 if main("--check" in sys.argv[1:]) else 0)
