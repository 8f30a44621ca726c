"""The filters of a list of records, under our words, and the only lookups that an address may ask for.

A lookup that is no filter of the list is refused: `?name__startswith=` would spell out a name that is covered.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import filters

from backoffice.admin.words import WORDS

LOOKUPS = ("", "__exact", "__isnull")


class Choices(filters.ChoicesFieldListFilter):
    """One of the values a field has, in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = str(WORDS[self.field_path])


class YesOrNo(filters.BooleanFieldListFilter):
    """Yes or no."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = str(WORDS[self.field_path])


def asked(name: str, lookup: str) -> bool:
    """Tell whether a lookup of an address belongs to the filter of a field."""
    return lookup in {f"{name}{one}" for one in LOOKUPS}
