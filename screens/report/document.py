"""A report in words, from its frozen figures: the same document stands on its page and in its PDF.

Owns which parts a report has and their order. Reads nothing: equal figures give an equal document, as long as the words
of the language stay the same.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from screens import formats
from screens.report import growth, headline, parts
from screens.report.frame import Frame, frame_of
from screens.report.shape import Document, Section
from smart_products.reports.figures import Figures

__all__ = ["Document", "document"]


def document(figures: Figures, language: str) -> Document:
    """Return the report in a language."""
    with override(language):
        frame = frame_of(figures, language)
        return Document(
            language=language,
            kicker=_kicker(frame),
            title=headline.title(frame),
            days=_days(frame),
            tiles=headline.tiles(frame),
            sections=tuple(one for one in _sections(frame) if one is not None),
            foot=_foot(frame),
        )


def _sections(frame: Frame) -> list[Section | None]:
    every: list[Section | None] = [growth.waterfall(frame), parts.products(frame), parts.units(frame)]
    if frame.monthly:
        every[1:1] = [parts.line(frame)]
        every += [parts.cohorts(frame), parts.tenure(frame)]
    return [*every, growth.lapses(frame), parts.definitions(), parts.source(frame)]


def _kicker(frame: Frame) -> str:
    kinds = {"daily": _("Daily report"), "weekly": _("Weekly report"), "monthly": _("Month-end report")}
    return f"{kinds[frame.figures.frequency]} · {frame.name(frame.figures.place)}"


def _days(frame: Frame) -> str:
    span = headline.told(frame)
    until = formats.day_with_weekday(frame.figures.as_of, frame.language)
    if span.since is None:
        return _("As of %(until)s") % {"until": until}
    since = formats.day_with_weekday(span.since, frame.language)
    return _("As of %(until)s, compared with %(since)s") % {"until": until, "since": since}


def _foot(frame: Frame) -> str:
    held = frame.figures
    words = {"day": held.as_of.isoformat(), "version": held.source.version, "cut": held.source.cut[:12]}
    return _("%(day)s, version %(version)s, fingerprint %(cut)s") % words
