"""Papers: what a client reads and signs, as PDF/A that looks the same in twenty years.

`rendering.render` makes one from a frozen text and plain values. Nothing of a text is ever read as
markup, and equal input gives equal bytes.
"""

from __future__ import annotations

from smart_products.signing.papers.labels import PaperKind
from smart_products.signing.papers.letters import readable
from smart_products.signing.papers.rendering import PaperError, fonts, render

__all__ = ["PaperError", "PaperKind", "fonts", "readable", "render"]
