"""The matrix page, drawn from a sample in both languages: nothing untranslated, nothing inline,
nothing missing.
"""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import escape

from accounts.models import User
from backoffice.filters import Filters
from backoffice.queries import Reader
from smart_products.statistics.registry import REGISTRY
from tests.backoffice import samples

LANGUAGES = ("zh-hans", "en")


def draw(language: str, **options: object) -> str:
    with translation.override(language):
        page = samples.page(language, **options)  # type: ignore[arg-type]
        request = RequestFactory().get("/matrix/")
        request.user = User(username="wu", is_active=True)
        context = {
            "page": page, "filters": options.get("filters") or Filters(), "section": "matrix",
            "reader": Reader("吴敏", "", True), "sheet_address": "/matrix/sheet.csv",
        }  # fmt: skip
        return render_to_string("backoffice/matrix.html", context, request=request)


def words(html: str) -> str:
    """Return the text of a page without its tags, its links' targets and its sample names."""
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opening", [False, True])
def test_a_strict_policy_has_nothing_to_refuse(language: str, opening: bool) -> None:
    html = draw(language, opening=opening)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)


def test_the_chinese_page_has_no_english_sentence() -> None:
    left = re.findall(r"[A-Za-z]{3,}", words(draw("zh-hans")))
    known = {"ETF", "CNY", "SHA", "XLSX", "core", "app", "English", "Esc", "aa", "bd"}
    assert set(left) <= known


def test_the_english_page_has_no_chinese_but_names_and_the_switch() -> None:
    text = words(draw("en"))
    for name in ("吴敏", "中文"):
        text = text.replace(name, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_opens_to_its_definition(language: str) -> None:
    html = draw(language)
    for key in ("retained", "first-sign", "signed-assets", "growth"):
        assert html.count(f'href="#figure-{key}"') >= 1
        assert html.count(f'id="figure-{key}"') == 1
    assert "4,000,095,215.61" in html
    assert "3fa96bd201aa" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heads_of_the_tables_open_to_definitions(language: str) -> None:
    html = draw(language)
    heads = re.findall(r'<thead role="rowgroup".*?</thead>', html, re.DOTALL)
    assert len(heads) == 2
    for head in heads:
        for key in ("retained", "signed-assets", "growth", "terms", "first-sign"):
            assert f'href="#figure-{key}"' in head
    (panel,) = re.findall(r'<aside class="figure-panel"\s+id="figure-terms".*?</aside>', html, re.DOTALL)
    with translation.override(language):
        for name in ("entered", "left", "flow", "market", "moved"):
            assert escape(str(REGISTRY[name].definition)) in panel
    assert "3fa96bd201aa" in panel


def test_ids_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', draw("zh-hans"))
    assert len(ids) == len(set(ids))


def test_the_identity_in_the_panel_adds_up_to_the_fen() -> None:
    with translation.override("en"):
        panel = next(one for one in samples.page("en").panels if one.figure.key == "signed-assets")
    amounts = [int(re.sub(r"[,.+]", "", one.amount).replace("−", "-")) for one in panel.identity]
    assert sum(amounts[:-1]) == amounts[-1] == 400_009_521_561


def test_an_earlier_version_says_so_and_leads_to_the_current_one() -> None:
    with translation.override("en"):
        page = samples.page("en", filters=Filters(version=1), current=False)
    assert page.notes[0].strong == "This is version 1 as it was reported then."
    assert "version" not in page.notes[0].address


def test_colours_of_up_follow_the_language_until_chosen() -> None:
    assert 'data-updown="red-up"' in draw("zh-hans")
    assert 'data-updown="green-up"' in draw("en")


def test_a_row_leads_to_the_page_for_that_product() -> None:
    assert 'href="/product/?node=grid"' in draw("zh-hans")
    assert 'href="?unit=B1"' in draw("zh-hans")


def test_gross_has_no_growth() -> None:
    with translation.override("en"):
        table = samples.page("en").table
    assert table is not None
    assert [foot.name for foot in table.feet] == ["Gross", "Overlap"]
    assert table.net is not None
    assert table.net.growth.text == "+82.0%"
    assert "".join(table.clauses) == "ETF rotation, Grid trading more than doubled,Check-up shrank"
