"""The words for acquisition channels."""

from __future__ import annotations

from django.utils import translation

from backoffice.pages import channels


def test_common_channels_have_words_and_others_stand_as_they_came() -> None:
    with translation.override("zh-hans"):
        assert channels.names(["bank", "街边"]) == {"bank": "银行", "街边": "街边"}
    with translation.override("en"):
        assert channels.names(["branch"]) == {"branch": "Outlet"}
