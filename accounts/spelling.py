"""How a name is found by its sound: pinyin in full and by initials, in small letters without spaces.

Pure. A surname that is read otherwise than the same character elsewhere is read as a surname; every other character
has its usual reading. What is no Chinese character stays as it is written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

SURNAMES = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "单于": ("chan", "yu"), "澹台": ("tan", "tai"),
    "单": ("shan",), "曾": ("zeng",), "解": ("xie",), "仇": ("qiu",), "任": ("ren",), "查": ("zha",), "区": ("ou",),
    "朴": ("piao",), "盖": ("ge",), "覃": ("qin",), "华": ("hua",), "翟": ("zhai",), "缪": ("miao",), "乐": ("yue",),
    "员": ("yun",), "种": ("chong",), "召": ("shao",), "秘": ("bi",), "冼": ("xian",), "乜": ("nie",), "宁": ("ning",),
}  # fmt: skip
"""Readings of surnames, the longer ones first."""


LONGEST = 800
"""Letters that are kept: more than any name has, and few enough for an index."""


class Spelling(NamedTuple):
    """A name by its sound: `zengxiaoming`, `zxm`."""

    pinyin: str
    initials: str


def folded(text: str) -> str:
    """Return a text as it is compared: in small letters of usual width, without spaces and marks between words."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def spell(name: str) -> Spelling:
    """Return how a name is found by its sound; of a name in letters, its letters and the first one of each word."""
    sounds: list[str] = []
    for word in unicodedata.normalize("NFKC", name).casefold().replace("·", " ").split():
        sounds += _sounds(word, first=not sounds)
    return Spelling("".join(sounds)[:LONGEST], "".join(sound[0] for sound in sounds)[:LONGEST])


def _sounds(word: str, *, first: bool) -> list[str]:
    """Return the sounds of a word: one a character, letters between them as one."""
    surname = next((one for one in SURNAMES if word.startswith(one)), "") if first else ""
    sounds, letters = list(SURNAMES.get(surname, ())), ""
    for character in word[len(surname) :]:
        sound = _sound(character)
        if sound and letters:
            sounds.append(letters)
            letters = ""
        if sound:
            sounds.append(sound)
        elif character.isalnum():
            letters += character
    return [*sounds, letters] if letters else sounds


@lru_cache(maxsize=50_000)
def _sound(character: str) -> str:
    """Return the usual reading of a Chinese character; nothing for any other character."""
    return "".join(lazy_pinyin(character, style=Style.NORMAL, errors="ignore"))
