"""What all pages of a product share: their name, the filter bar, the panels that define their charts.

Draws nothing, asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils.translation import gettext as _

from backoffice.filters import MATRIX, Filters
from backoffice.pages.choices import Choices, anniversary, bases, choices, on_or_before
from backoffice.pages.frame import Frame
from backoffice.pages.matrix import Surroundings
from backoffice.pages.notes import Note, about_version
from backoffice.pages.panels import Definitions, Setting, definitions
from screens import formats
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.queries import PublicationView

METRICS = {
    "cohorts": ("cohort_retention", "value_retention", "market_neutral_value_retention"),
    "tenure": ("tenure_survival", "median_tenure", "log_rank"),
    "n-day": ("n_day_retention", "unbounded_retention"),
    "league": ("first_sign_retention", "retention_180", "median_tenure"),
    "moves": (
        "stayed",
        "left_clients",
        "switched_out",
        "kept_others",
        "outside",
        "came_clients",
        "switched_in",
        "added",
        "from_outside",
        "transitions",
        "switched_clients",
        "shared_clients",
    ),
}
"""The registry's names of what each chart shows."""


class Node(Protocol):
    """What a page needs to know of a node; rows of the matrix and `queries.node_names()` of statistics fit."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class CodedNode(Node, Protocol):
    """A node with its code."""

    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a page: what it is about, the filter bar, and which version it shows."""

    title: str
    kind: str
    frame: Frame
    choices: Choices
    notes: tuple[Note, ...]
    version: str
    published: str
    others: bool
    """Whether there are versions beside the one shown."""
    address: str
    """The present choices."""
    whole_address: str
    """The same for all products."""


def head(
    frame: Frame,
    node: Node,
    filters: Filters,
    around: Surroundings,
    shown: PublicationView,
    versions: Sequence[PublicationView],
) -> Head:
    """Return the head of a page about a node."""
    return Head(
        title=node_text(node, around.language),
        kind={"product": _("Product"), "family": _("Product family")}.get(node.kind, ""),
        frame=frame,
        choices=bar(filters, around, frame),
        notes=tuple(about_version(shown, versions, filters)),
        version=_("Version %(number)s") % {"number": shown.version},
        published=formats.moment(shown.published_at),
        others=len(versions) > 1,
        address=filters.address(),
        whole_address=filters.address(node=None),
    )


def node_text(node: Node, language: str) -> str:
    """Return the name of a node in the reader's language."""
    if node.kind == MATRIX:
        return _("All products")
    return node.name if formats.is_chinese(language) else node.name_en or node.name


def node_called(nodes: Iterable[CodedNode], code: str | None) -> CodedNode:
    """Return the node of this code, the matrix without one; the domain has answered for it, so it is there."""
    return next(one for one in nodes if one.code == (code or MATRIX))


def plain_frame(filters: Filters, around: Surroundings) -> Frame:
    """Return the frame of a page that shows no money: its day, and the day that its movements start from."""
    as_of = filters.as_of or around.days[-1]
    earlier = [day for day in around.days if day < as_of]
    year = on_or_before(earlier, anniversary(as_of))
    since = filters.since or year or (earlier[0] if earlier else as_of)
    return Frame(around.language, as_of, since, since == year, formats.scales(around.language)[-1], not earlier)


def basis_name(filters: Filters) -> str:
    """Return the basis in words."""
    return _("Confirmed") if filters.basis else _("Signed")


def setting(
    frame: Frame,
    filters: Filters,
    around: Surroundings,
    node: str,
    publication: PublicationView,
    versions: Sequence[PublicationView],
) -> Setting:
    """Return what the panels of a page share."""
    return Setting(
        frame=frame,
        filters=filters,
        scope=around.scope,
        node=node,
        tier=around.tiers.get(filters.tier or "", ""),
        channel=around.channels.get(filters.channel or "", ""),
        publication=publication,
        versions=versions,
    )


def chart_panel(shared: Setting, row: MatrixRow | None, key: str) -> Definitions:
    """Return the panel of one chart of retention."""
    name = {
        "cohorts": _("Cohorts of first signings"),
        "tenure": _("How long a signing lasts"),
        "n-day": _("Retention by days of each client"),
        "league": _("First-sign retention compared"),
        "moves": _("Where clients went"),
    }[key]
    if key == "moves":
        remark = _("The slice chooses the clients who stand in it at the start, wherever they stand at the end.")
        return definitions(shared, row, key, name, remark, METRICS[key])
    remark = (
        _(
            "Retention reads subscriptions alone. A client counts in the unit, tier and channel of the day of the "
            "first signing. Shares carry the 95%% Wilson interval; over several groups they are pooled, never averaged."
        )
        % {}
    )
    based = replace(shared, basis=basis_name(shared.filters))
    return definitions(based, row, key, name, remark, METRICS[key])


def bar(filters: Filters, around: Surroundings, frame: Frame) -> Choices:
    """Return the filter bar of a page of retention."""
    found = choices(
        around.days, around.scope, filters, as_of=frame.as_of, since=None if frame.opening else frame.since,
        tiers=around.tiers, channels=around.channels, language=around.language,
    )  # fmt: skip
    return replace(found, bases=bases(filters.basis))
