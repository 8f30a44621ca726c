"""What a check of a paper, a pack or the chain has to say: which part, which rule, in words.

Pure. The rule is for programs and never changes its name; the words are for people, in their language.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    part: str
    rule: str
    words: str

    def plain(self) -> dict[str, str]:
        """Return it as JSON values."""
        return {"part": self.part, "rule": self.rule, "words": self.words}
