"""The body of a paper: plain text with headings, paragraphs and lists, read the same way wherever it is drawn.

An empty line parts blocks; a line that starts with `# ` is a heading, one that starts with `- ` an item of a list.
Lines of one paragraph belong together. Pure, and never fails: every text is some body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEADING, ITEM = "# ", "- "


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph (its lines in `lines`), or a list (its items in `lines`)."""

    kind: Literal["heading", "paragraph", "list"]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)


def blocks(body: str) -> tuple[Block, ...]:
    """Return the blocks of a body in order."""
    found: list[Block] = []
    joins = False
    for raw in body.split("\n"):
        line = raw.strip()
        if not line:
            joins = False
            continue
        block = _block(line)
        last = found[-1] if found else None
        if joins and last is not None and last.kind == block.kind != "heading":
            found[-1] = Block(last.kind, (*last.lines, *block.lines))
        else:
            found.append(block)
        joins = True
    return tuple(found)


def _block(line: str) -> Block:
    if line.startswith(HEADING):
        return Block("heading", (line.removeprefix(HEADING).strip(),))
    if line.startswith(ITEM):
        return Block("list", (line.removeprefix(ITEM).strip(),))
    return Block("paragraph", (line,))
