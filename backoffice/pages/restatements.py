"""Restated days as they are drawn: figures before and after, the largest moves, the cause, and the ways further.

Takes what statistics answered. Never computes a figure beyond the difference of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from screens import formats
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.queries import Moved, Restatement


@dataclass(frozen=True, slots=True)
class Cause:
    """What a version knew and the one before did not."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class RestatedLine:
    """A restated day as it is drawn."""

    day: str
    version: str
    published: str
    causes: tuple[Cause, ...]
    retained: tuple[str, str, str]
    assets: tuple[str, str, str]
    exact: tuple[str, str]
    moved: tuple[str, ...]
    history: str
    differs: str


def line(found: Restatement, who: Mapping[str, str], language: str) -> RestatedLine:
    """Return a restated day; `who` names the people who sent a folder again."""
    view, scale = found.publication, formats.scale_for(found.assets[1], language)
    day = view.as_of.isoformat()
    before, after = (formats.money(fen, language, scale=scale) for fen in found.assets)
    less = found.assets[1] - found.assets[0]
    chosen = {"as_of": day, "version": view.version, "against": view.version - 1}
    return RestatedLine(
        day=day,
        version=_("Version %(number)s") % {"number": view.version},
        published=formats.moment(view.published_at),
        causes=tuple(_cause(one, who) for one in found.deliveries)
        or (Cause(_("Master data, signings, or facts of an earlier day"), ""),),
        retained=(
            formats.heads(found.retained[0]), formats.heads(found.retained[1]),
            formats.heads(found.retained[1] - found.retained[0], signed=True),
        ),
        assets=(before.full, after.full, formats.money(less, language, signed=True).full),
        exact=(before.exact, after.exact),
        moved=tuple(_moved(one, language) for one in found.moved),
        history=f"{reverse('backoffice:versions')}?{urlencode({'as_of': day})}",
        differs=f"{reverse('backoffice:differences')}?{urlencode(chosen)}",
    )  # fmt: skip


def place(name: str, text: str) -> str:
    """Return the query of a page of the list."""
    return urlencode({name: text})


def _cause(one: DayFactsView, who: Mapping[str, str]) -> Cause:
    words = {"source": one.source, "sequence": one.sequence, "at": formats.moment(one.received_at)}
    text = _("Source %(source)s, delivery %(sequence)s of %(at)s") % words
    if one.folder in who:
        sent = _("sent again by %(who)s") % {"who": who[one.folder]}
        text = f"{text} · {sent}"
    return Cause(text, reverse("backoffice:delivery", args=(one.delivery,)) if one.delivery else "")


def _moved(cell: Moved, language: str) -> str:
    chinese = formats.is_chinese(language)
    unit = cell.unit.name if chinese else cell.unit.name_en or cell.unit.name
    node = cell.node.name if chinese else cell.node.name_en or cell.node.name
    return f"{unit} · {node} {formats.money(cell.after - cell.before, language, signed=True).full}"
