"""Two versions of a day next to each other: what each told, by which term they differ, and what made the difference.

Amounts stand here to the fen: rounded, two versions look alike. Accounts, days and rows that are not listed are counted
and summed in one line. Says nothing of an account that the reader may not see but that it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.filters import MATRIX, Filters
from backoffice.pages.choices import Option
from backoffice.pages.frame import Change, Frame, missing
from backoffice.pages.growth import step_names, steps
from backoffice.pages.matrix import Surroundings
from backoffice.pages.panels import Definitions, definitions, version_name
from backoffice.pages.product.head import CodedNode, Head, bar, head, node_called, plain_frame, setting
from backoffice.pages.table import Cell
from screens import formats
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import Differences, PublicationView
from smart_products.statistics.queries.differences import FactsChange
from smart_products.statistics.queries.parts import OtherAccounts

METRICS = (
    "retained_clients", "first_sign_retention", "signed_assets", "entered", "left", "flow", "market", "moved",
)  # fmt: skip
SHOWN_ACCOUNTS = 20
SHOWN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in both versions and its difference, the later less the earlier."""

    same: bool
    """Whether both versions tell the same."""
    name: str
    remark: str
    before: Cell
    after: Cell
    difference: Change
    kind: str = ""
    """`child` for a term of the figure above."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account that is worth something else, or some of them in one line; `client` is what it adds to the heads."""

    name: str
    remark: str
    before: str
    after: str
    difference: str
    client: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The delivery that a version took the facts of a day from; with an address where the reader may open it."""

    name: Cell
    remark: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class FactsLine:
    """A day whose facts came from another delivery."""

    day: str
    source: str
    before: Delivered
    after: Delivered


@dataclass(frozen=True, slots=True)
class CutLine:
    """A kind of master data and how many rows one version knew and the other did not."""

    name: str
    removed: str
    added: str


@dataclass(frozen=True, slots=True)
class Side:
    """A version that is compared, with what can be chosen in its place."""

    key: str
    """The name of the choice in an address."""
    name: str
    published: str
    address: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """Everything the template draws."""

    head: Head
    address: str
    clauses: tuple[str, ...]
    period: str
    cause: str
    sides: tuple[Side, Side]
    kept: tuple[tuple[str, str], ...]
    """What the choice of versions leaves as it is: names and values of the other choices."""
    lines: tuple[Line, ...]
    accounts: tuple[AccountLine, ...]
    accounts_title: str
    rests: tuple[AccountLine, ...]
    facts: tuple[FactsLine, ...]
    more_days: str
    cut: tuple[CutLine, ...]
    definitions: tuple[Definitions, ...]


def settled(filters: Filters, found: Differences) -> Filters:
    """Return the choices with both versions in them."""
    return replace(filters, version=found.later.version, against=found.earlier.version)


def page(
    found: Differences, nodes: Sequence[CodedNode], filters: Filters, around: Surroundings, *, feeds: bool
) -> DifferencesPage:
    """Return the page for two versions of a day; `feeds` tells whether the reader may open deliveries."""
    frame, node = plain_frame(filters, around), node_called(nodes, filters.node or MATRIX)
    chosen = settled(filters, found)
    shown = replace(filters, version=None if found.later.current else found.later.version, against=None)
    top = head(frame, node, shown, around, found.later, found.versions)
    shared = setting(frame, chosen, around, top.title, found.later, found.versions)
    remark = _("A difference is the later version less the earlier one; the terms of each version add up to the fen.")
    title = _("Two versions compared")
    return DifferencesPage(
        head=replace(top, notes=(), version="", choices=replace(bar(chosen, around, frame), bases=())),
        address=chosen.address(),
        clauses=finding(frame, found),
        period=_period(frame),
        cause=cause(frame, found),
        sides=(_side("against", found.earlier, found, shown), _side("version", found.later, found, shown)),
        kept=tuple(replace(chosen, version=None, against=None).pairs()),
        lines=tuple(_lines(frame, *found.figures)),
        accounts=tuple(_accounts(found)),
        accounts_title=_accounts_title(found),
        rests=tuple(_rests(found)),
        facts=tuple(_facts_line(one, feeds) for one in reversed(found.facts[-SHOWN_DAYS:])),
        more_days=_more_days(found),
        cut=tuple(
            CutLine(part_name(one.part), formats.heads(one.removed), formats.heads(one.added)) for one in found.cut
        ),
        definitions=(definitions(shared, found.figures[1], "differences", title, remark, METRICS),),
    )


def finding(frame: Frame, found: Differences) -> tuple[str, ...]:
    """Return the title: what became of signed assets and clients from one version to the other."""
    before, after = found.figures
    words = {"earlier": found.earlier.version, "later": found.later.version}
    way = _("From version %(earlier)s to version %(later)s") % words
    told = []
    if assets := after.assets.now - before.assets.now:
        told.append(_("signed assets %(amount)s") % {"amount": str(frame.sized(assets, signed=True))})
    if clients := after.clients.retained - before.clients.retained:
        told.append(_("retained clients %(count)s") % {"count": formats.heads(clients, signed=True)})
    if not told:
        same = before == after and not _accounts_that_differ(found)
        told = [_("nothing differs here") if same else _("signed assets and retained clients are the same")]
    return frame.clauses(way, *told)


def _accounts_that_differ(found: Differences) -> int:
    return len(found.accounts) + found.others.accounts + found.outside.accounts


def _period(frame: Frame) -> str:
    if frame.opening:
        return _("Levels of %(day)s, to the fen.") % {"day": frame.as_of.isoformat()}
    words = {"day": frame.as_of.isoformat(), "since": frame.since.isoformat()}
    return _("Levels of %(day)s and terms since %(since)s, to the fen.") % words


def cause(frame: Frame, found: Differences) -> str:
    """Return what one version knew and the other did not, in a sentence or two."""
    told = []
    if found.facts:
        days = len(found.facts)
        text = ngettext(
            "The facts of %(count)s day were delivered anew.", "The facts of %(count)s days were delivered anew.", days
        )
        told.append(text % {"count": formats.heads(days)})
    if found.cut:
        parts = _(", ").join(part_name(one.part) for one in found.cut)
        told.append(_("Master data differs in: %(parts)s.") % {"parts": parts})
    if not told and found.earlier.version != found.later.version:
        told.append(_("Both know the same deliveries and the same master data as far as this day is concerned."))
    return frame.sentences(*told)


def _side(key: str, mine: PublicationView, found: Differences, shown: Filters) -> Side:
    options = []
    for one in found.versions:
        words = {"name": version_name(one.version), "at": formats.moment(one.published_at)}
        text = _("%(name)s, current, of %(at)s") if one.current else _("%(name)s of %(at)s")
        options.append(Option(str(one.version), text % words, one.version == mine.version))
    return Side(
        key=key,
        name=version_name(mine.version),
        published=formats.moment(mine.published_at),
        address=shown.address(version=None if mine.current else mine.version),
        options=tuple(options),
    )


def _lines(frame: Frame, before: MatrixRow, after: MatrixRow) -> Iterator[Line]:
    """Yield the figures of both versions, each level with the terms it came from."""
    names = step_names(frame)
    day, since = frame.as_of.isoformat(), frame.since.isoformat()
    yield _money(_("Signed assets"), day, before.assets.now, after.assets.now)
    if not frame.opening:
        told = [{step.key: step.amount for step in steps(row.assets)} for row in (before, after)]
        yield _money(_("Before"), since, *(row.assets.before for row in (before, after)), kind="child")
        for key in (key for key in names if key in {**told[0], **told[1]} and key not in ("before", "now")):
            yield _money(*names[key], *(one.get(key, 0) for one in told), kind="child")
    yield _heads(_("Retained clients"), day, before.clients.retained, after.clients.retained)
    if not frame.opening:
        yield from _movements(since, before, after)
    yield _rate(before, after)


def _movements(since: str, before: MatrixRow, after: MatrixRow) -> Iterator[Line]:
    one, other = before.clients, after.clients
    yield _heads(_("Before"), since, one.before, other.before, kind="child")
    yield _heads(_("First signings"), "", one.first_time, other.first_time, kind="child")
    yield _heads(_("Came back"), "", one.reactivated, other.reactivated, kind="child")
    yield _heads(_("Lapsed"), "", -one.lapsed, -other.lapsed, kind="child")
    if one.moved or other.moved:
        yield _heads(_("Moved between slices"), "", one.moved, other.moved, kind="child")


def _money(name: str, remark: str, before: int, after: int, *, kind: str = "") -> Line:
    less = Change(_less(after - before), "")
    return Line(before == after, name, remark, Cell(formats.exact(before)), Cell(formats.exact(after)), less, kind)


def _heads(name: str, remark: str, before: int, after: int, *, kind: str = "") -> Line:
    less = Change(formats.heads(after - before, signed=True), "")
    return Line(before == after, name, remark, Cell(formats.heads(before)), Cell(formats.heads(after)), less, kind)


def _rate(before: MatrixRow, after: MatrixRow) -> Line:
    cells = []
    for one in (before.first_sign, after.first_sign):
        words = {"retained": formats.heads(one.retained), "clients": formats.heads(one.clients)}
        exact = _("%(retained)s of %(clients)s clients") % words
        none = Cell(formats.DASH, "", _("No first signings in the period."))
        cells.append(none if one.rate is None else Cell(formats.rate(one.rate), exact))
    less = missing(_("It can not be told on both sides."))
    if before.first_sign.rate is not None and after.first_sign.rate is not None:
        points = formats.percent(after.first_sign.rate - before.first_sign.rate, signed=True)
        less = Change(_("%(points)s points") % {"points": points}, "")
    return Line(cells[0] == cells[1], _("First-sign retention"), "", cells[0], cells[1], less)


def _less(fen: int) -> str:
    """Return a difference of money; none is a plain zero."""
    return formats.exact(fen, signed=True) if fen else "0"


def _accounts_title(found: Differences) -> str:
    count = _accounts_that_differ(found)
    if not count:
        return _("No account makes a difference")
    text = ngettext("%(count)s account makes the difference", "%(count)s accounts make the difference", count)
    return text % {"count": formats.heads(count)}


def _accounts(found: Differences) -> Iterator[AccountLine]:
    for part in found.accounts:
        client = formats.heads(part.clients, signed=True) if part.clients else ""
        amounts = formats.exact(part.assets_before), formats.exact(part.assets_after)
        yield AccountLine(part.code, part.source, *amounts, _less(part.assets), client)


def _rests(found: Differences) -> Iterator[AccountLine]:
    """Yield what is not listed, and the sum of all."""
    rests = (
        (found.others, ngettext("%(count)s further account", "%(count)s further accounts", found.others.accounts)),
        (
            found.outside,
            ngettext(
                "%(count)s account outside your units", "%(count)s accounts outside your units", found.outside.accounts
            ),
        ),
    )
    for rest, text in rests:
        if rest.accounts:
            yield _rest(text % {"count": formats.heads(rest.accounts)}, rest)
    if _accounts_that_differ(found):
        before, after = found.figures
        clients = after.clients.retained - before.clients.retained
        yield _rest(_("Difference"), OtherAccounts(0, after.assets.now - before.assets.now, clients))


def _rest(name: str, rest: OtherAccounts) -> AccountLine:
    return AccountLine(name, "", "", "", _less(rest.assets), formats.heads(rest.clients, signed=True))


def _facts_line(change: FactsChange, feeds: bool) -> FactsLine:
    sides = (_delivered(view, feeds) for view in (change.before, change.after))
    return FactsLine(change.day.isoformat(), change.source, *sides)


def _delivered(view: DayFactsView | None, feeds: bool) -> Delivered:
    if view is None:
        return Delivered(Cell(formats.DASH, "", _("This version knew no facts of that day from this source.")))
    words = {"at": formats.moment(view.received_at), "rows": formats.heads(view.rows)}
    return Delivered(
        Cell(_("Delivery %(sequence)s") % {"sequence": view.sequence}),
        _("received %(at)s, %(rows)s rows") % words,
        _address(view.delivery) if feeds and view.delivery else "",
    )


def _address(delivery: UUID) -> str:
    return reverse("backoffice:delivery", args=(delivery,))


def _more_days(found: Differences) -> str:
    more = len(found.facts) - SHOWN_DAYS
    if more <= 0:
        return ""
    text = ngettext("%(count)s earlier day stands in the export.", "%(count)s earlier days stand in the export.", more)
    return text % {"count": formats.heads(more)}


def part_name(part: str) -> str:
    """Return a kind of master data in words."""
    names = {
        "subscriptions": _("subscriptions"),
        "placements": _("clients' places"),
        "accounts": _("accounts"),
        "units": _("places of units"),
        "products": _("products and families"),
    }
    return names[part]
