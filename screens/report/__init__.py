"""A report in words: what stands on its page, in its PDF and in its workbook, from frozen figures alone."""

from __future__ import annotations

from screens.report.document import Document, document
from screens.report.drawing import draw

__all__ = ["Document", "document", "draw"]
