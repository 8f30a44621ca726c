"""Before anything is published, each command that reads figures says so, and no more."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", [["matrix"], ["shared"], ["transitions", "--since=2024-03-05"]])
def test_without_any_publication_they_say_so(words: list[str]) -> None:
    with translation.override("en"), pytest.raises(CommandError, match="Nothing is published"):
        call_command(*words, "--json")
