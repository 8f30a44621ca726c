"""What a headline figure opens to: value, definition, scope, the identity to the fen, versions and data cut.

Definitions come from the registry of metrics and are never written a second time here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from backoffice.pages.growth import MONEY, step_names, steps
from backoffice.pages.headline import Figure
from backoffice.scope import Scope
from screens import formats
from screens.published import published
from smart_products.statistics.figures import MatrixRow, Returns
from smart_products.statistics.queries import Money, PublicationView, Who
from smart_products.statistics.registry import REGISTRY

METRICS = {
    "retained": "retained_clients",
    "first-sign": "first_sign_retention",
    "signed-assets": "signed_assets",
    "growth": "growth",
}
"""The registry's name of each headline figure."""
WHO = {"retained": Who.RETAINED, "first-sign": Who.FIRST_SIGN, "signed-assets": Money.ASSETS}
"""The clients that a headline figure opens to."""
TERMS = ("entered", "left", "flow", "market", "moved")
"""The registry's names of what growth comes from."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is said of it, with a link where there is more to read."""

    term: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """One line of an identity."""

    name: str
    amount: str
    who: str = ""
    """The count or amount whose clients can be listed."""
    more: str = ""
    """What an address says beside it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as it is drawn."""

    figure: Figure
    exact: str
    definition: str
    remark: str
    scope: tuple[Fact, ...]
    identity: tuple[IdentityLine, ...]
    who: str
    """The count whose clients the figure opens to; empty where it has none of its own."""
    address: str
    versions: tuple[Fact, ...]
    cut: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a chart or the heads of a table open to: the definition of each of its figures, their scope and data."""

    key: str
    name: str
    remark: str
    definitions: tuple[Fact, ...]
    scope: tuple[Fact, ...]
    versions: tuple[Fact, ...]
    cut: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all panels of a page share."""

    frame: Frame
    filters: Filters
    scope: Scope
    node: str
    tier: str
    channel: str
    publication: PublicationView
    versions: Sequence[PublicationView]
    basis: str = ""
    """Which signings count, in words; empty where it makes no difference."""


def panels(setting: Setting, row: MatrixRow, figures: Sequence[Figure]) -> list[Panel]:
    """Return one panel for each headline figure."""
    versions, cut = _versions(setting), _cut(setting, row)
    scope = _scope(setting, row)
    made, address = [], setting.filters.address()
    for figure in figures:
        exact, remark, identity = _own_parts(setting.frame, row, figure.key)
        definition = str(REGISTRY[METRICS[figure.key]].definition)
        who = WHO.get(figure.key, "")
        made.append(Panel(figure, exact, definition, remark, scope, identity, who, address, versions, cut))
    return made


def terms_panel(setting: Setting, row: MatrixRow) -> Definitions:
    """Return the panel of the terms that signed assets grow and shrink by."""
    remark = _(
        "The terms add up to the change to the fen. Points are an amount over the signed assets "
        "before, so they add up to the growth rate."
    )
    return definitions(setting, row, "terms", _("Where growth came from"), remark, TERMS)


def definitions(
    setting: Setting, row: MatrixRow | None, key: str, name: str, remark: str, metrics: Sequence[str]
) -> Definitions:
    """Return the panel that defines some metrics of the registry; without a row it tells no heads and accounts."""
    return Definitions(
        key=key,
        name=name,
        remark=remark,
        definitions=tuple(Fact(str(REGISTRY[one].title), str(REGISTRY[one].definition)) for one in metrics),
        scope=_scope(setting, row),
        versions=_versions(setting),
        cut=_cut(setting, row),
    )


def _own_parts(frame: Frame, row: MatrixRow, key: str) -> tuple[str, str, tuple[IdentityLine, ...]]:
    if key == "retained":
        return _retained_parts(frame, row)
    if key == "first-sign":
        return _first_sign_parts(row)
    if key == "signed-assets":
        remark = _(
            "This is the whole value of the signed accounts, not money that a product manages; "
            "it is never called assets under management."
        )
        return _exact_assets(frame, row), remark, _identity(frame, row)
    return _growth_parts(frame, row)


def _exact_assets(frame: Frame, row: MatrixRow) -> str:
    return _("Exactly %(amount)s") % {"amount": formats.money(row.assets.now, frame.language).exact}


def _retained_parts(frame: Frame, row: MatrixRow) -> tuple[str, str, tuple[IdentityLine, ...]]:
    clients = row.clients
    exact = _("%(count)s on %(day)s") % {
        "count": formats.heads(clients.before),
        "day": frame.since.isoformat(),
    }
    retained = _("Retained %(day)s") % {"day": frame.as_of.isoformat()}
    lines = [
        IdentityLine(_("Retained %(day)s") % {"day": frame.since.isoformat()}, formats.heads(clients.before)),
        IdentityLine(_("First signings"), formats.heads(clients.first_time, signed=True), Who.FIRST_TIME),
        IdentityLine(_("Came back"), formats.heads(clients.reactivated, signed=True), Who.REACTIVATED),
        IdentityLine(_("Lapsed"), formats.heads(-clients.lapsed, signed=True), Who.LAPSED),
        IdentityLine(_("Moved between slices"), formats.heads(clients.moved, signed=True)),
        IdentityLine(retained, formats.heads(clients.retained), Who.RETAINED),
    ]
    if not clients.moved:
        del lines[4]
    funded = _("%(count)s of them have accounts worth more than 0.") % {"count": formats.heads(clients.funded)}
    return ("", funded, ()) if frame.opening else (exact, funded, tuple(lines))


def _first_sign_parts(row: MatrixRow) -> tuple[str, str, tuple[IdentityLine, ...]]:
    first = row.first_sign
    if first.rate is None:
        return "", "", ()
    words = {"retained": formats.heads(first.retained), "clients": formats.heads(first.clients)}
    exact = _("%(retained)s of %(clients)s clients") % words
    if first.interval is not None:
        low, high = (formats.percent(bound) for bound in first.interval)
        exact = _("%(share)s, 95%% interval %(low)s to %(high)s%%") % {
            "share": exact,
            "low": low,
            "high": high,
        }
    period = {
        "since": first.since.isoformat(),
        "until": first.until.isoformat(),
        "days": formats.decimal(first.mean_days or 0.0, 0),
    }
    remark = _(
        "Period %(since)s to %(until)s. The nearer a signing, the higher the share, so two more "
        "figures stand beside "
        "it: the mean of %(days)s days since signing, and 180-day retention. Basis: signed."
    )
    return exact, remark % period, ()


def _growth_parts(frame: Frame, row: MatrixRow) -> tuple[str, str, tuple[IdentityLine, ...]]:
    assets, returns = row.assets, row.returns
    if assets.growth is None or frame.opening:
        return "", "", ()
    exact = _("Exactly %(rate)s") % {"rate": formats.rate(assets.growth, signed=True, digits=4)}
    remark = _("Compared with %(day)s.") % {"day": formats.day_with_weekday(frame.since, frame.language)}
    told = [
        (_("Time-weighted return %(rate)s."), returns.time_weighted),
        (_("Modified Dietz %(rate)s."), returns.modified_dietz),
        (_("Without the market %(rate)s."), row.market_neutral_growth),
    ]
    rates = [text % {"rate": formats.rate(rate, signed=True)} for text, rate in told if rate is not None]
    names = step_names(frame)
    inner = [step for step in steps(assets) if not step.total]
    lines = [IdentityLine(names[step.key][0], formats.points(step.amount, assets.before) or "") for step in inner]
    lines.append(IdentityLine(_("Growth, points"), formats.points(assets.change, assets.before) or ""))
    return exact, frame.sentences(remark, *rates, _skipped(returns)), tuple(lines)


def _skipped(returns: Returns) -> str:
    if not returns.skipped_days:
        return ""
    text = ngettext(
        "The time-weighted return leaves out %(count)s day without signed assets, so growth "
        "without the market "
        "is not told.",
        "The time-weighted return leaves out %(count)s days without signed assets, so growth "
        "without the market "
        "is not told.",
        returns.skipped_days,
    )
    return text % {"count": formats.heads(returns.skipped_days)}


def _identity(frame: Frame, row: MatrixRow) -> tuple[IdentityLine, ...]:
    if frame.opening:
        return ()
    names = step_names(frame)
    found = steps(row.assets)
    lines = []
    for step in found:
        name = _("Signed assets %(day)s") % {"day": names[step.key][1]} if step.total else names[step.key][0]
        who, more = MONEY.get(step.key, ("", ""))
        lines.append(IdentityLine(name, formats.exact(step.amount, signed=not step.total), who, more))
    return tuple(lines)


def unit_text(scope: Scope) -> str:
    """Return the name of the unit and how many branches and outlets stand below it."""
    counts = []
    if scope.branches and scope.unit.level != "branch":
        text = ngettext("%(count)s branch company", "%(count)s branch companies", scope.branches)
        counts.append(text % {"count": scope.branches})
    if scope.outlets and scope.unit.level != "outlet":
        counts.append(ngettext("%(count)s outlet", "%(count)s outlets", scope.outlets) % {"count": scope.outlets})
    if not counts:
        return scope.unit.name
    return _("%(unit)s (%(counts)s)") % {"unit": scope.unit.name, "counts": _(", ").join(counts)}


def _scope(setting: Setting, row: MatrixRow | None) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Unit"), unit_text(setting.scope)),
        Fact(_("Product"), setting.node or _("All products")),
        Fact(_("Asset tier"), setting.tier or _("All tiers")),
        Fact(_("Channel"), setting.channel or _("All channels")),
    ]
    if setting.filters.structure:
        facts.append(Fact(_("Structure"), _("as on the as-of day, for all days")))
    if setting.basis:
        facts.append(Fact(_("Basis"), setting.basis))
    if row is not None:
        holds = {"clients": formats.heads(row.clients.retained), "accounts": formats.heads(row.assets.accounts)}
        facts.append(Fact(_("Holds"), _("%(clients)s clients, %(accounts)s asset accounts") % holds))
    return tuple(facts)


def version_name(number: int) -> str:
    """Return how a version is called: `version 2`."""
    return _("Version %(number)s") % {"number": number}


def _versions(setting: Setting) -> tuple[Fact, ...]:
    facts = []
    for one in setting.versions:
        text = _("published %(told)s") % {"told": published(one.published_at, one.published_by)}
        if one.current:
            text = _("%(text)s, current") % {"text": text}
        shown = one.version == setting.publication.version
        address = "" if shown else setting.filters.address(version=None if one.current else one.version)
        facts.append(Fact(version_name(one.version), text, address))
    return tuple(facts)


def _cut(setting: Setting, row: MatrixRow | None) -> tuple[Fact, ...]:
    frame, cut = setting.frame, setting.publication.cut
    day = formats.day_with_weekday(frame.as_of, frame.language)
    facts = [Fact(_("As of"), _("%(day)s, trading day") % {"day": day})]
    for source in cut.facts:
        words = {
            "source": source.source,
            "sequence": source.sequence,
            "at": formats.moment(source.received_at),
            "rows": formats.heads(source.rows),
            "refused": formats.heads(source.refused_rows),
        }
        text = _("source %(source)s, delivery %(sequence)s, received %(at)s, %(rows)s rows, %(refused)s in quarantine")
        facts.append(Fact(_("Holdings"), text % words))
    if cut.recorded_until is not None:
        until = {"at": formats.moment(cut.recorded_until)}
        facts.append(Fact(_("Subscriptions"), _("as recorded until %(at)s") % until))
    facts.append(Fact(_("Fingerprint"), cut.digest[:12]))
    if row is not None and row.assets.carried_accounts:
        words = {
            "count": formats.heads(row.assets.carried_accounts),
            "amount": str(frame.sized(row.assets.carried_value)),
        }
        facts.append(Fact(_("Carried"), _("%(count)s accounts, %(amount)s, at their last value") % words))
    return tuple(facts)
