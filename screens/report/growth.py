"""Why signed assets changed: the waterfall as bars and as a table, and what left with its reasons.

The same exact amounts stand in both; points are rounded once each and never forced to add up.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from screens import formats
from screens.report.frame import Frame, points
from screens.report.headline import told
from screens.report.shape import Bar, Row, Section, Table
from smart_products.reports.figures import Span
from smart_products.signing.states import EndReason
from smart_products.statistics.figures import LEAVE_REASONS, Assets

Step = tuple[str, str, int]
"""Key, name and amount in fen; `before` and `now` are totals."""


def steps(assets: Assets) -> list[Step]:
    """Return the steps from the assets before to those now, in the order in which they are told."""
    entered = assets.entered
    moved = [("moved", _("Moved"), assets.moved)] if assets.moved else []
    return [
        ("before", _("Before"), assets.before),
        ("new_client", _("New clients"), entered.get("new_client", 0)),
        ("returned_client", _("Returned"), entered.get("returned_client", 0)),
        ("expanded", _("Expanded"), entered.get("expanded", 0)),
        ("left", _("Left"), -assets.left_total),
        *moved,
        ("flow", _("Net inflow"), assets.flow),
        ("market", _("Market"), assets.market),
        ("now", _("Now"), assets.now),
    ]


def waterfall(frame: Frame) -> Section:
    """Return the section that says why signed assets changed."""
    span = told(frame)
    spans = [span for span in (frame.figures.period, frame.figures.year) if span.since is not None]
    if not frame.monthly:
        spans = spans[:1]
    if span.since is None or not spans:
        return Section("why", _("Why signed assets changed"), _("There is no earlier day to compare with yet."))
    words = {"since": span.since.isoformat(), "until": frame.figures.as_of.isoformat(), "unit": frame.scale.word}
    remark = _("From %(since)s to %(until)s, in %(unit)s; points of growth below the amounts.") % words
    return Section("why", _("Why signed assets changed"), remark, _bars(frame, span), _table(frame, spans))


def _bars(frame: Frame, span: Span) -> tuple[Bar, ...]:
    assets, level, drawn = span.total.assets, 0, []
    for key, name, amount in steps(assets):
        total = key in {"before", "now"}
        start = 0 if total else level
        level = amount if total else level + amount
        drawn.append((key, name, amount, min(start, level), max(start, level), level))
    floor, top = min(one[3] for one in drawn), max(one[4] for one in drawn)
    height = (top - min(floor, 0)) or 1
    return tuple(
        Bar(
            name=name,
            text=frame.money(amount, signed=key not in {"before", "now"}),
            remark="" if key in {"before", "now"} else points(amount, assets.before),
            low=(low - min(floor, 0)) / height,
            high=(high - min(floor, 0)) / height,
            kind="total" if key in {"before", "now"} else "up" if amount >= 0 else "down",
            end=(end - min(floor, 0)) / height,
        )
        for key, name, amount, low, high, end in drawn
    )


def _table(frame: Frame, spans: Sequence[Span]) -> Table:
    told_by = [steps(span.total.assets) for span in spans]
    keys = {key: name for found in told_by for key, name, _amount in found}
    order = ("before", "new_client", "returned_client", "expanded", "left", "moved", "flow", "market", "now")
    rows = []
    for key in (one for one in order if one in keys):
        total = key in {"before", "now"}
        cells: list[str] = []
        for span, found in zip(spans, told_by, strict=True):
            amount = next((amount for known, _name, amount in found if known == key), 0)
            before = span.total.assets.before
            change = span.total.assets.change if key == "now" else amount
            cells += [frame.money(amount, signed=not total), "" if key == "before" else points(change, before)]
        rows.append(Row(keys[key], tuple(cells), total=total))
    heads = (frame.scale.word, _("points")) * len(spans)
    groups = tuple((_since(frame, span), 2) for span in spans)
    return Table(_("Step"), heads, tuple(rows), groups)


def _since(frame: Frame, span: Span) -> str:
    since = span.since.isoformat() if span.since else formats.DASH
    return _("%(since)s to %(until)s") % {"since": since, "until": frame.figures.as_of.isoformat()}


def lapses(frame: Frame) -> Section:
    """Return what left signed assets, by the reason of the subscription that ended last."""
    spans = [span for span in (frame.figures.period, frame.figures.year) if span.since is not None]
    spans = spans if frame.monthly else spans[:1]
    rows = []
    for reason in LEAVE_REASONS:
        amounts = [span.total.assets.left.get(reason, 0) for span in spans]
        if any(amounts):
            cells: list[str] = []
            for span, amount in zip(spans, amounts, strict=True):
                cells += [frame.money(amount), points(-amount, span.total.assets.before)]
            rows.append(Row(str(EndReason(reason).label), tuple(cells)))
    totals: list[str] = []
    for span in spans:
        totals += [
            frame.money(span.total.assets.left_total),
            points(-span.total.assets.left_total, span.total.assets.before),
        ]
    rows.append(Row(_("Left"), tuple(totals), total=True))
    lapsed = [formats.heads(span.total.clients.lapsed) for span in spans]
    words = {"count": lapsed[-1] if lapsed else formats.DASH, "over": frame.over(spans[-1].since if spans else None)}
    remark = _("%(count)s clients lapsed %(over)s; below, what their accounts were worth.") % words
    table = Table(
        _("Reason"),
        (frame.scale.word, _("points")) * len(spans),
        tuple(rows),
        tuple((_since(frame, span), 2) for span in spans),
    )
    return Section("lapses", _("What left, and why"), remark, table=table if spans else None)
