"""The other parts of a report: families and products, the units below, month ends, cohorts, definitions and source.

Takes the frozen figures and nothing else.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from screens import formats
from screens.published import published
from screens.report.frame import Frame, own, points, rate
from screens.report.headline import told
from screens.report.shape import Bar, Fact, Row, Section, Table
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.registry import REGISTRY

COHORTS, MONTHS = 13, 12
"""So many cohorts by so many months fit on a page."""
DEFINED = (
    "retained_clients", "first_sign_retention", "retention_180", "signed_assets", "entered", "left", "flow", "market",
    "growth", "market_neutral_growth", "cohort_retention", "n_day_retention", "median_tenure",
)  # fmt: skip
"""The figures that a report shows, by their names in the registry."""


def products(frame: Frame) -> Section:
    """Return the rows of the matrix: families with their products, then gross, overlap and net."""
    span = told(frame)
    rows = [_row(frame, one, _node(frame, one), deep=one.kind == "product") for one in span.rows[1:]]
    overlap, empty = span.overlap, ("",) * 5
    rows += [
        Row(_("Products added up"), _two(frame, overlap.gross_clients, overlap.gross_assets, *empty), total=True),
        Row(_("Counted more than once"), _two(frame, -overlap.clients, -overlap.assets, *empty)),
        _row(frame, span.total, _("All products"), total=True),
    ]
    remark = _("Amounts in %(unit)s. Growth %(over)s, in points from clients and money and from the market.")
    words = {"unit": frame.scale.word, "over": frame.over(span.since)}
    return Section("products", _("Products and families"), remark % words, table=_rows_table(_("Product"), rows))


def units(frame: Frame) -> Section | None:
    """Return the units right below, the largest signed assets first; None for a unit without any."""
    span = told(frame)
    if not span.units:
        return None
    ranked = sorted(span.units, key=lambda one: (-one.row.assets.now, one.place.code))
    rows = [
        _row(frame, one.row, f"{number}. {frame.name(one.place)}")
        for number, one in enumerate(ranked, 1)
    ]  # fmt: skip
    rows.append(_row(frame, span.total, frame.name(frame.figures.place), total=True))
    remark = _("Amounts in %(unit)s, the largest first. A unit is on each day what it was then.")
    words = {"unit": frame.scale.word}
    return Section("units", _("League of units"), remark % words, table=_rows_table(_("Unit"), rows))


def _rows_table(first: str, rows: list[Row]) -> Table:
    heads = (_("Clients"), _("Assets"), _("Change"), _("Growth"), _("Clients' points"), _("Market's points"),
             _("First-sign"))  # fmt: skip
    return Table(first, heads, tuple(rows))


def _two(frame: Frame, clients: int, assets: int, *rest: str) -> tuple[str, ...]:
    return formats.heads(clients), frame.money(assets), *rest


def _row(frame: Frame, row: MatrixRow, name: str, *, deep: bool = False, total: bool = False) -> Row:
    assets = row.assets
    if told(frame).since is None:
        rest = (formats.DASH,) * 4
    else:
        rest = (
            frame.money(assets.change, signed=True),
            rate(assets.growth, signed=True),
            points(own(assets), assets.before),
            points(assets.market, assets.before),
        )
    cells = _two(frame, row.clients.retained, assets.now, *rest, rate(row.first_sign.rate))
    return Row(name, cells, total=total, deep=deep)


def _node(frame: Frame, row: MatrixRow) -> str:
    return row.name if frame.chinese else row.name_en


def line(frame: Frame) -> Section | None:
    """Return signed assets and clients at the month ends; None before there are two."""
    found = frame.figures.line
    if len(found) < 2:
        return None
    top = max(point.assets for point in found) or 1
    bars = tuple(
        Bar(f"{point.day:%Y-%m}", frame.money(point.assets), "", 0.0, max(point.assets, 0) / top, "total")
        for point in found
    )
    rows = [
        Row(
            f"{point.day:%Y-%m}",
            (formats.heads(point.retained), frame.money(point.assets), rate(point.yoy, signed=True),
             rate(point.first_sign_rate)),
        )
        for point in found
    ]  # fmt: skip
    table = Table(_("Month end"), (_("Clients"), _("Assets"), _("Year on year"), _("First-sign")), tuple(rows))
    return Section("line", _("Month ends"), _("Signed assets in %(unit)s") % {"unit": frame.scale.word}, bars, table)


def cohorts(frame: Frame) -> Section | None:
    """Return the cohort triangle, the newest cohorts; None before anybody signed."""
    found = frame.figures.tenure.cohorts[-COHORTS:]
    if not found:
        return None
    months = min(MONTHS, max(len(one.cells) for one in found) - 1)
    rows = []
    for cohort in found:
        shares = tuple(cohort.rate(month) if month < len(cohort.cells) else None for month in range(months + 1))
        texts = tuple("" if share is None else formats.percent(share, digits=0) for share in shares)
        rows.append(Row(f"{cohort.month:%Y-%m}", (formats.heads(cohort.clients), *texts), heat=(None, *shares)))
    heads = (_("Clients"), *(str(month) for month in range(months + 1)))
    remark = _("Of the clients whose first signing lies in a month, the percentage retained so many months later.")
    return Section(
        "cohorts", _("Cohorts by month of first signing"), remark, table=Table(_("Cohort"), heads, tuple(rows))
    )


def tenure(frame: Frame) -> Section:
    """Return how long signings last: N-day retention and the median of survival."""
    held = frame.figures.tenure
    words = {"spells": formats.heads(held.spells), "ends": formats.heads(held.ends), "days": held.median_days}
    remark = (
        _("%(spells)s spells, of which %(ends)s ended: more than half still run, so the median can not be told yet.")
        if held.median_days is None
        else _("%(spells)s spells, of which %(ends)s ended; half of them last %(days)s days or longer.")
    )
    rows = [
        Row(
            _("%(days)s days") % {"days": one.days},
            (formats.heads(one.observable), formats.heads(one.retained), rate(one.rate), _interval(one.interval)),
        )
        for one in held.n_day
    ]
    heads = (_("Observable"), _("Retained of them"), _("Share"), _("95%% interval") % {})
    return Section(
        "tenure", _("How long signings last"), remark % words, table=Table(_("After"), heads, tuple(rows))
    )  # fmt: skip


def _interval(found: tuple[float, float] | None) -> str:
    return formats.DASH if found is None else f"{formats.percent(found[0])}–{formats.percent(found[1])}%"


def definitions() -> Section:
    """Return what the figures mean, in the words of the registry."""
    facts = tuple(Fact(str(REGISTRY[name].title), str(REGISTRY[name].definition)) for name in DEFINED)
    return Section("definitions", _("What the figures mean"), facts=facts)


def source(frame: Frame) -> Section:
    """Return where every figure comes from."""
    held, unit = frame.figures.source, frame.name(frame.figures.place)
    missed = frame.figures.year.missed
    facts = [
        Fact(_("Unit"), _("%(unit)s and what lies below it; no figure comes from elsewhere") % {"unit": unit}),
        Fact(_("As of"), formats.day_with_weekday(frame.figures.as_of, frame.language)),
        Fact(_("Version"), str(held.version)),
        Fact(_("Published"), published(held.published_at, held.published_by)),
        Fact(_("Fingerprint"), held.cut[:12]),
    ]
    if held.recorded_until is not None:
        until = _("as recorded until %(at)s") % {"at": formats.moment(held.recorded_until)}
        facts.append(Fact(_("Subscriptions"), until))
    if missed:
        words = {"count": len(missed), "first": missed[0]}
        facts.append(Fact(_("Missed days"), _("%(count)s trading days without facts, first %(first)s") % words))
    return Section("source", _("Where the figures come from"), facts=tuple(facts))
