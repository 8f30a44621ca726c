"""The pages of feed status: what arrived, how it was judged, and which rows were set aside.

Takes what holdings answered and puts codes into the reader's words. Values of refused rows are shown as
they came, shortened where they are long; they are never made safe by changing them, but by the
template's escaping.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from core.money import fen
from screens import formats
from screens.tables import Table
from smart_products.holdings.queries import DeliveryPage, DeliveryView, Refusal
from smart_products.holdings.reading import rules

LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery in the list."""

    address: str
    received: str
    source: str
    days: str
    sequence: int
    state: str
    verdict: str
    rows: str
    refused: str
    warnings: str
    clean: bool


@dataclass(frozen=True, slots=True)
class RuleText:
    """A breach in words: the rule's title, what to do, and where."""

    code: str
    title: str
    explanation: str
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was set aside."""

    file: str
    line: str
    column: str
    title: str
    explanation: str
    value: str


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A control total: what the manifest declares, and what the file holds."""

    column: str
    declared: str
    counted: str
    verdict: str
    state: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a delivery."""

    name: str
    kind: str
    form: str
    rows: str
    accepted: str
    refused: str
    sha256: str
    totals: tuple[TotalLine, ...]


def verdict(state: str) -> str:
    """Return the outcome of a delivery in words."""
    words = {"accepted": _("accepted"), "rejected": _("rejected"), "superseded": _("superseded")}
    return words.get(state, state)


def days(view: DeliveryView) -> str:
    """Return the days that a delivery covers: one, or from one to another for a history load.

    A folder whose manifest could not be read has none, and goes by its name.
    """
    if view.business_date is None:
        return view.folder or formats.DASH
    if view.first is None or view.first == view.business_date:
        return view.business_date.isoformat()
    return _("%(first)s to %(last)s") % {
        "first": view.first.isoformat(),
        "last": view.business_date.isoformat(),
    }


def line(view: DeliveryView, address: str) -> DeliveryLine:
    """Return a delivery as a line of the list."""
    return DeliveryLine(
        address=address,
        received=formats.moment(view.received_at),
        source=view.source,
        days=days(view),
        sequence=view.sequence,
        state=view.state,
        verdict=verdict(view.state),
        rows=formats.heads(view.rows),
        refused=formats.heads(view.quarantined),
        warnings=formats.heads(view.warnings),
        clean=not (view.quarantined or view.warnings),
    )


def waiting(inbox: Path, view: DeliveryView) -> list[str]:
    """Return the folders in the inbox that were sent from here for the days of a delivery."""
    start = f"{view.source}-{view.business_date}-"
    return sorted(path.name for path in inbox.glob(f"{start}*")) if inbox.is_dir() and view.business_date else []


def words_of(code: str) -> tuple[str, str]:
    """Return title and explanation of a rule in the reader's language; the code itself for one that is
    unknown.
    """
    rule = rules.RULES.get(code)
    return (str(rule.title), str(rule.explanation)) if rule else (code, "")


def shorten(value: str) -> str:
    """Return a value short enough for a cell."""
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"


def refused_row(refusal: Refusal) -> RefusedRow:
    """Return a row of the quarantine in words."""
    title, explanation = words_of(refusal.rule)
    number = "" if refusal.line is None else formats.heads(refusal.line)
    return RefusedRow(refusal.file, number, refusal.column, title, explanation, shorten(refusal.value))


def fault(refusal: Refusal) -> RuleText:
    """Return what refused a whole delivery, in words."""
    title, explanation = words_of(refusal.rule)
    parts = [refusal.file]
    if refusal.line is not None:
        parts.append(_("line %(number)s") % {"number": formats.heads(refusal.line)})
    if refusal.column:
        parts.append(_("column %(name)s") % {"name": refusal.column})
    place = " · ".join(part for part in parts if part)
    return RuleText(refusal.rule, title, explanation, place, shorten(refusal.value))


def grouped(amount: str) -> str:
    """Return an amount in yuan with grouping marks; nothing for a total that was not counted."""
    return formats.exact(fen(amount)) if amount else amount


def files(page: DeliveryPage) -> list[FileLine]:
    """Return the files of a delivery with their control totals."""
    found = []
    for file in page.files:
        totals = tuple(
            TotalLine(
                total.column, grouped(total.declared), grouped(total.counted),
                _("agrees") if total.agrees else _("differs"), "accepted" if total.agrees else "rejected",
            )
            for total in file.totals
        )  # fmt: skip
        form = " · ".join(part for part in (file.mode, file.format, file.encoding) if part)
        found.append(
            FileLine(
                file.name, file.kind, form, formats.heads(file.rows), formats.heads(file.accepted),
                formats.heads(file.quarantined), file.sha256, totals,
            )
        )  # fmt: skip
    return found


def quarantine_table(refusals: Iterable[Refusal]) -> Table:
    """Return the refused rows as a table to keep: file, line, column, rule and value."""
    head = ("file", "line", "column", "rule", "title", "value")
    return Table(
        head, [(one.file, one.line, one.column, one.rule, words_of(one.rule)[0], one.value) for one in refusals]
    )


def pages_around(offset: int, size: int, total: int) -> tuple[int | None, int | None]:
    """Return the offsets of the page before and after, None where there is none."""
    before: Sequence[int] = range(max(0, offset - size), offset) if offset else ()
    after = offset + size
    return (before[0] if before else None, after if after < total else None)
