"""The version history of a day's figures: what each version said, when it was published, and what it knew.

The difference stands against the version before. Nothing is computed anew: each line is what was reported then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.filters import Filters
from backoffice.pages.frame import Change, Frame, missing
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.head import Head, head, plain_frame
from backoffice.pages.table import Cell
from core.money import yuan
from screens import formats
from screens.tables import Entry, Table
from smart_products.statistics.queries import History, PublicationView, Reported

SHEET = (
    "as_of", "version", "current", "published_at", "retained_clients", "signed_assets", "first_sign_clients",
    "first_sign_retained", "first_sign_rate", "recorded_until", "deliveries", "cut",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as it is drawn; each figure with its difference to the version before."""

    name: str
    current: bool
    address: str
    differs: str
    """The choices that compare it with the version before; empty for the first."""
    published: str
    retained: Cell
    retained_change: Change | None
    assets: Cell
    assets_change: Change | None
    rate: Cell
    rate_change: Change | None
    knew: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Everything the template draws."""

    head: Head
    clauses: tuple[str, ...]
    rows: tuple[VersionRow, ...]


def page(found: History, filters: Filters, around: Surroundings) -> VersionsPage:
    """Return the page for the history of a day, the newest version first."""
    frame = plain_frame(filters, around)
    views = [one.publication for one in found.versions]
    current = next((one for one in views if one.current), views[0])
    earlier = [*found.versions[1:], None]
    top = head(frame, found.node, filters, around, current, views)
    return VersionsPage(
        head=replace(top, notes=(), version="", choices=replace(top.choices, bases=())),
        clauses=finding(frame, found.versions),
        rows=tuple(_row(frame, one, before, filters) for one, before in zip(found.versions, earlier, strict=True)),
    )


def finding(frame: Frame, versions: Sequence[Reported]) -> tuple[str, ...]:
    """Return the title: how many versions there are, and what the last one changed in signed assets."""
    if len(versions) < 2:
        return (_("Reported once and never changed"),)
    count = ngettext("%(count)s version", "%(count)s versions", len(versions)) % {"count": len(versions)}
    less = versions[0].assets - versions[1].assets
    if not less:
        return frame.clauses(count, _("the last one left signed assets as they were"))
    words = {"amount": str(frame.sized(less, signed=True))}
    return frame.clauses(count, _("the last one changed signed assets by %(amount)s") % words)


def _row(frame: Frame, one: Reported, before: Reported | None, filters: Filters) -> VersionRow:
    view, money = one.publication, frame.sized(one.assets)
    changes = (None, None, None) if before is None else _changes(frame, one, before)
    words = {"retained": formats.heads(one.first_retained), "clients": formats.heads(one.first_clients)}
    rate = Cell(formats.DASH, "", _("No first signings in the period."))
    if one.first_sign_rate is not None:
        rate = Cell(formats.rate(one.first_sign_rate), _("%(retained)s of %(clients)s clients") % words)
    return VersionRow(
        name=_("Version %(number)s") % {"number": view.version},
        current=view.current,
        address=filters.address(version=None if view.current else view.version),
        differs="" if before is None else filters.address(version=view.version, against=before.publication.version),
        published=formats.moment(view.published_at),
        retained=Cell(formats.heads(one.retained)),
        retained_change=changes[0],
        assets=Cell(str(money), money.exact),
        assets_change=changes[1],
        rate=rate,
        rate_change=changes[2],
        knew=tuple(knew(view)),
    )


def _changes(frame: Frame, one: Reported, before: Reported) -> tuple[Change, Change, Change]:
    money = frame.sized(one.assets - before.assets, signed=True)
    rate = missing(_("It can not be told on both sides."))
    if one.first_sign_rate is not None and before.first_sign_rate is not None:
        points = formats.percent(one.first_sign_rate - before.first_sign_rate, signed=True)
        rate = Change(_("%(points)s points") % {"points": points}, "")
    heads = formats.heads(one.retained - before.retained, signed=True)
    return Change(heads, ""), Change(str(money), "", money.exact), rate


def knew(view: PublicationView) -> list[str]:
    """Return what the cut of a version was made from: deliveries of holdings, and the last recorded subscription."""
    texts = []
    for source in view.cut.facts:
        words = {
            "source": source.source,
            "sequence": source.sequence,
            "at": formats.moment(source.received_at),
            "rows": formats.heads(source.rows),
        }
        texts.append(_("Source %(source)s, delivery %(sequence)s of %(at)s, %(rows)s rows") % words)
    if view.cut.recorded_until is not None:
        texts.append(_("Subscriptions as recorded until %(at)s") % {"at": formats.moment(view.cut.recorded_until)})
    return texts


def sheet(found: History) -> Table:
    """Return a line for each version."""
    lines: list[Sequence[Entry]] = []
    for one in found.versions:
        view = one.publication
        until = view.cut.recorded_until
        lines.append([
            found.as_of.isoformat(), view.version, "1" if view.current else "0", view.published_at.isoformat(),
            one.retained, yuan(one.assets), one.first_clients, one.first_retained,
            one.first_sign_rate, "" if until is None else until.isoformat(),
            " ".join(f"{source.source}:{source.sequence}" for source in view.cut.facts), view.cut.digest,
        ])  # fmt: skip
    return Table(SHEET, lines)
