"""The steps to the first signing as a page: a row a step, with its share of the first step and of the one before.

Takes the counts from signing; says of each step what it counts. Asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.filters import MATRIX, Filters
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.head import CodedNode, Head, head, plain_frame
from backoffice.pages.table import Cell
from screens import formats
from screens.tables import Entry, Table
from smart_products.catalogue.queries import ProductView
from smart_products.signing.queries.funnel import Funnel
from smart_products.statistics.figures import ratio
from smart_products.statistics.queries import PublicationView

SHEET = ("since", "as_of", "node", "unit", "step", "clients", "of", "share")


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it is drawn; `width` is its share of the first step in per cent, `key` its part of an address."""

    key: str
    name: str
    definition: str
    clients: str
    of_all: Cell
    of_last: Cell
    width: int


@dataclass(frozen=True, slots=True)
class FunnelPage:
    """Everything the template draws."""

    head: Head
    finding: str
    steps: tuple[Line, ...]
    kept: tuple[Line, ...]
    empty: bool

    @property
    def every(self) -> tuple[Line, ...]:
        """Return all lines in their order."""
        return self.steps + self.kept


def products_of(node: str | None, every: Iterable[ProductView]) -> list[int]:
    """Return the products of a node: one, those of a family, or all."""
    return [one.id for one in every if node in (None, MATRIX, one.code, one.family.code)]


def page(
    found: Funnel, node: CodedNode, versions: Sequence[PublicationView], filters: Filters, around: Surroundings
) -> FunnelPage:
    """Return the page of the steps for what was asked."""
    frame = plain_frame(filters, around)
    shown = next(one for one in versions if one.current)
    words = {"since": found.since.isoformat(), "day": found.as_of.isoformat()}
    signed = {"signed": formats.heads(found.signed), "begun": formats.heads(found.begun)}
    text = _("%(signed)s of %(begun)s clients who began to sign after %(since)s up to %(day)s have signed")
    return FunnelPage(
        head=head(frame, node, filters, around, shown, versions),
        finding=text % {**words, **signed} if found.begun else _("Steps to the first signing"),
        steps=_steps(found),
        kept=_kept(found),
        empty=not found.begun,
    )


def _names() -> dict[str, tuple[str, str]]:
    return {
        "begun": (_("Signing begun"), _("Opened a contract here, having signed none of this before the period.")),
        "decided": (_("Suitability decided"), _("A decision was made, by the class of the client's test.")),
        "passed": (_("May sign"), _("The product fits, or may be signed after a special written warning.")),
        "read": (_("Papers read"), _("Every paper was shown and acknowledged, the agreement last.")),
        "signed": (_("Agreement signed"), _("The agreement is signed and sealed.")),
    }


def _steps(found: Funnel) -> tuple[Line, ...]:
    lines: list[Line] = []
    last = found.begun
    for key, (name, definition) in _names().items():
        clients: int = getattr(found, key)
        lines.append(_line(key, name, definition, clients, found.begun, last))
        last = clients
    return tuple(lines)


def _kept(found: Funnel) -> tuple[Line, ...]:
    named = _("Retained after %(days)s days")
    seen = _("Of %(count)s clients who signed at least that long before the end of the period.")
    return tuple(
        _line(
            f"kept_{one.days}", named % {"days": one.days}, seen % {"count": formats.heads(one.observable)},
            one.retained, one.observable, one.observable,
        )
        for one in found.kept
    )  # fmt: skip


def _line(key: str, name: str, definition: str, clients: int, every: int, last: int) -> Line:
    width = round(100 * (ratio(clients, every) or 0))
    return Line(key, name, definition, formats.heads(clients), _share(clients, every), _share(clients, last), width)


def _share(part: int, whole: int) -> Cell:
    share = ratio(part, whole)
    return Cell(formats.DASH, "", _("Nobody to be counted yet.")) if share is None else Cell(formats.rate(share))


def step_name(key: str) -> str:
    """Return what a step is called."""
    names = {name: words for name, (words, _definition) in _names().items()}
    return names.get(key) or _("Retained after %(days)s days") % {"days": key.removeprefix("kept_")}


def sheet(found: Funnel, node: str | None, unit: str) -> Table:
    """Return a line for each step, with what it is a share of."""
    scope: list[Entry] = [found.since, found.as_of, node or MATRIX, unit]
    told = [(key, getattr(found, key), found.begun) for key in _names()]
    told += [(f"retained_{one.days}", one.retained, one.observable) for one in found.kept]
    return Table(SHEET, [[*scope, key, part, whole, ratio(part, whole)] for key, part, whole in told])
