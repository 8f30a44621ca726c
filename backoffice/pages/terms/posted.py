"""A posted form as a mapping of terms: names of fields are paths, and what a person types becomes JSON values.

Yuan become fen, percent parts per million; a row that was left empty is dropped. What can not be read stays as it was
typed, so that the strict reading of terms names it. Never judges the terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.money import MoneyError, fen, yuan
from smart_products.catalogue.rules import Language, PaperKind
from smart_products.catalogue.terms import MOST_FEES, MOST_RISKS

LANGUAGES = tuple(Language.values)
BOTH = ("name", "summary", "does", "suits", "leaving")
WHOLE = ("cooling_off_days", "thinking_hours")
FEE = ("code", "basis", "period", "charged")
PPM, LONGEST_NUMBER = 10_000, 12
"""Parts per million in a percent, and the most characters of a number."""
PLACES = tuple(str(number) for number in range(max(MOST_RISKS, MOST_FEES) + 1))

Typed = dict[str, str]
"""What stands in each field, by its path."""


def typed(post: Mapping[str, str]) -> Typed:
    """Return what was posted, cleaned of loose edges and foreign line ends, with empty rows closed up."""
    clean = {name: "\n".join(text.splitlines()).strip() for name, text in post.items()}
    found = {name: text for name, text in clean.items() if not name.startswith(("risks.", "fees."))}
    found |= _closed_up(clean, "risks", MOST_RISKS, [f".{language}" for language in LANGUAGES])
    names = [f".name.{language}" for language in LANGUAGES]
    found |= _closed_up(clean, "fees", MOST_FEES, [".code", ".amount_fen", ".rate_ppm", *names])
    return found


def _closed_up(clean: Typed, name: str, most: int, telling: list[str]) -> Typed:
    """Return the rows of a list of which any telling field is filled, numbered anew."""
    found: list[Typed] = [{} for _ in range(most + 1)]
    for path, text in clean.items():
        head, _, rest = path.partition(".")
        number, dot, part = rest.partition(".")
        if head == name and dot and number in PLACES[: most + 1]:
            found[int(number)][f".{part}"] = text
    kept = [row for row in found if any(row.get(key) for key in telling)]
    return {f"{name}.{number}{key}": text for number, row in enumerate(kept) for key, text in row.items()}


def rows(fields: Typed, name: str) -> int:
    """Return how many rows of a list hold anything."""
    return len({path.split(".")[1] for path in fields if path.startswith(f"{name}.")})


def mapping(fields: Typed) -> dict[str, Any]:
    """Return the mapping that typed fields stand for, to be read as terms."""
    return {
        **{name: _both(fields, name) for name in BOTH},
        "risks": [_both(fields, f"risks.{number}") for number in range(rows(fields, "risks"))],
        "fees": [_fee(fields, f"fees.{number}") for number in range(rows(fields, "fees"))],
        "risk_level": fields.get("risk_level", ""),
        "regulatory_class": fields.get("regulatory_class", ""),
        "papers": [_paper(fields, number, kind) for number, kind in enumerate(PaperKind.values)],
        **{name: _whole(fields.get(name, "")) for name in WHOLE},
        "pause": {
            "allowed": fields.get("pause.allowed") == "on",
            "longest_days": _whole(fields.get("pause.longest_days", "")) or 0,
            "times_a_year": _whole(fields.get("pause.times_a_year", "")) or 0,
        },
        "duration": {
            "months": _whole(fields.get("duration.months", "")),
            "renewal": fields.get("duration.renewal", ""),
        },
    }


def filled(plain: Mapping[str, Any]) -> Typed:
    """Return the fields of a form for terms as JSON values: the other way round."""
    found: Typed = {}

    def put(path: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                put(f"{path}.{key}" if path else key, inner)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                put(f"{path}.{number}", inner)
        else:
            found[path] = _shown(path, value)

    put("", plain)
    return found


def _shown(path: str, value: Any) -> str:
    name = path.rpartition(".")[2]
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if name == "amount_fen":
        return str(yuan(value))
    if name == "rate_ppm":
        return f"{(Decimal(value) / PPM).normalize():f}"
    return str(value)


def _both(fields: Typed, path: str) -> dict[str, str]:
    return {language: fields.get(f"{path}.{language}", "") for language in LANGUAGES}


def _fee(fields: Typed, path: str) -> dict[str, Any]:
    return {
        **{name: fields.get(f"{path}.{name}", "") for name in FEE},
        "name": _both(fields, f"{path}.name"),
        "amount_fen": _fen(fields.get(f"{path}.amount_fen", "")),
        "rate_ppm": _ppm(fields.get(f"{path}.rate_ppm", "")),
    }


def _paper(fields: Typed, number: int, kind: str) -> dict[str, Any]:
    path = f"papers.{number}"
    return {
        "kind": kind,
        "title": _both(fields, f"{path}.title"),
        "body": _both(fields, f"{path}.body"),
        "reading_seconds": _whole(fields.get(f"{path}.reading_seconds", "")),
    }


def _whole(text: str) -> int | str | None:
    """Return a whole number, None for nothing, or what was typed instead."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else text


def _fen(text: str) -> int | str | None:
    try:
        return fen(text) if text else None
    except MoneyError:
        return text


def _ppm(text: str) -> int | str | None:
    if not text:
        return None
    try:
        ppm = Decimal(text.removesuffix("%")) * PPM if len(text) <= LONGEST_NUMBER else None
        return int(ppm) if ppm is not None and ppm.is_finite() and ppm == int(ppm) else text
    except InvalidOperation:
        return text
