"""The page of a product, a family or the whole matrix: how it stands, who stays, and for how long.

Takes what the domain answered and gives every part in the reader's words. What costs another question (where clients
went, how units compare) stands on pages of its own, which this one draws in. Asks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from backoffice.filters import Filters
from backoffice.pages.headline import Figure, headline
from backoffice.pages.matrix import Surroundings, frame_of, main_row
from backoffice.pages.notes import notes
from backoffice.pages.panels import Definitions, Panel, panels
from backoffice.pages.product.head import METRICS, Head, chart_panel, head, setting
from backoffice.pages.product.league import way_of
from backoffice.pages.product.tenure import NDays, Side, Tenure, n_days, tenure
from backoffice.pages.product.triangle import Triangle, triangle
from smart_products.statistics.queries import Matrix
from smart_products.statistics.retention import Retention


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything the template draws."""

    head: Head
    figures: tuple[Figure, ...]
    triangle: Triangle
    tenure: Tenure
    n_days: NDays
    panels: tuple[Panel, ...]
    definitions: tuple[Definitions, ...]
    league: bool
    """Whether anything below this scope can be set side by side."""
    empty: bool
    """Whether nobody in this selection ever signed."""
    plain_address: str
    """The same without tier, channel and basis."""


def page(matrix: Matrix, found: Retention, filters: Filters, around: Surroundings) -> ProductPage:
    """Return the page for the answers of the domain about one node."""
    row = main_row(matrix, filters.node)
    frame = frame_of(matrix, row, around.days, around.language)
    figures = headline(frame, row, matrix.line)
    top = head(frame, row, filters, around, matrix.publication, matrix.versions)
    shared = setting(frame, filters, around, top.title, matrix.publication, matrix.versions)
    told = notes(frame, row, matrix.publication, matrix.versions, matrix.warnings, filters)
    return ProductPage(
        head=replace(top, notes=tuple(told)),
        figures=tuple(figures),
        triangle=triangle(frame, found.cohorts, filters),
        tenure=tenure(frame, [Side(top.title, found.survival)]),
        n_days=n_days(frame, found, filters),
        panels=tuple(panels(shared, row, figures)),
        definitions=tuple(chart_panel(shared, row, key) for key in METRICS),
        league=bool(way_of(around.scope, filters)),
        empty=not (row.clients.retained or row.clients.before or found.cohorts or found.survival.spells),
        plain_address=filters.address(tier=None, channel=None, basis=""),
    )
