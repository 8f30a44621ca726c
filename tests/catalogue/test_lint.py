"""The lint: promises found however they are dressed up, and negations that the law demands left alone."""

from __future__ import annotations

import pytest

from smart_products.catalogue.lint import Context, Phrase, Search, lint
from smart_products.catalogue.queries import banned_words, lint_lists
from smart_products.catalogue.rules import Language, PhraseReason
from tests.catalogue.terms_samples import terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def search() -> Search:
    return Search(*lint_lists())


PROMISES = [
    ("本产品保本", "保本"),
    ("保 本", "保本"),
    ("保，本", "保本"),
    ("保-本-保-收-益", "保本保收益"),
    ("保\n本", "保本"),
    ("保\u200b本", "保本"),
    ("保\u0336本", "保本"),
    ("【保】【本】", "保本"),
    ("０风险", "0风险"),
    ("零　风　险", "零风险"),
    ("稳赚！", "稳赚"),
    ("稳*赚*不*赔", "稳赚不赔"),
    ("低风险、高收益", "低风险高收益"),
    ("１００％ 盈利", "100%盈利"),
    ("亏损？不，保本！", "保本"),
    ("亏损？不 保本", "保本"),
    ("不用担心，保本", "保本"),
    ("不可能不保本", "保本"),
    ("我们不会不保本的", "保本"),
    ("不仅保本，还有收益", "保本"),
    ("不得不说：零风险", "零风险"),
    ("Guaranteed returns", "guaranteed"),
    ("G U A R A N T E E D", "guaranteed"),
    ("g.u.a.r.a.n.t.e.e.d", "guaranteed"),
    ("ＧＵＡＲＡＮＴＥＥＤ", "guaranteed"),
    ("guaránteed", "guaranteed"),
    ("risk-free", "risk free"),
    ("low risk, high return", "low risk high return"),
    ("We can not lose. Not: guaranteed!", "cannot lose"),
    ("Loss? Not! Guaranteed.", "guaranteed"),
    ("not only guaranteed but fast", "guaranteed"),
    ("Gains are not not guaranteed", "guaranteed"),
    ("本产品 guaranteed", "guaranteed"),
    ("guaranteed收益", "guaranteed"),
]


@pytest.mark.parametrize(("text", "phrase"), PROMISES)
def test_a_promise_is_found_however_it_is_dressed_up(search: Search, text: str, phrase: str) -> None:
    assert phrase in [finding.phrase for finding in search.find(text)]


HONEST = [
    "本产品不保证本金不受损失，也不保证最低收益。",
    "不保证本金不受损失",
    "我们不承诺保本或者保证收益。",
    "不得以任何方式承诺或者保证收益",
    "不存在“零风险”的投资。",
    "不承诺收益，您自行承担损失。",
    "历史表现不代表最低收益",
    "本公司未承诺收益",
    "没有稳赚不赔的交易",
    "融资保证金比例为百分之百。",
    "第一条 本协议自签署之日生效",
    "R50风险提示",
    "This does not guarantee a profit.",
    "Past results are no guarantee.",
    "Nothing here is guaranteed.",
    "No order type is risk-free.",
    "There is no risk free\ninvestment",
    "We do not promise a guaranteed return",
    "Returns are not guaranteed or risk-free.",
    "casino losses are not covered",
    "An unguaranteed outcome",
    "We cannot guarantee that an order trades.",
    "You bear your losses.",
]


@pytest.mark.parametrize("text", HONEST)
def test_what_the_law_demands_is_left_alone(search: Search, text: str) -> None:
    assert [(finding.phrase, finding.excerpt) for finding in search.find(text)] == []


def test_the_longest_context_decides_and_of_equal_ones_the_strict() -> None:
    phrases = [Phrase("保本", "zh", "principal")]
    excuse, back = Context("不…", True), Context("不可能不…", False)
    assert [len(Search(phrases, some).find("不可能不保本")) for some in ([], [excuse], [excuse, back])] == [1, 0, 1]
    assert len(Search(phrases, [excuse, Context("不…", False)]).find("不保本")) == 1


def test_a_sentence_without_a_slot_excuses_all_of_itself() -> None:
    phrases = [Phrase("保本", "zh", "principal"), Phrase("稳赚", "zh", "promise")]
    search = Search(phrases, [Context("凡声称保本稳赚的都是骗局", True)])
    assert search.find("凡声称保本稳赚的都是骗局。") == []
    assert [one.phrase for one in search.find("凡声称保本稳赚的都是骗局。稳赚！")] == ["稳赚"]


def test_a_finding_says_where_and_why(search: Search) -> None:
    (found,) = search.find("说在前面：本产品 保 本，请放心", "papers.1.body.zh")
    assert (found.phrase, found.path, found.language, found.reason) == (
        *("保本", "papers.1.body.zh"),
        *(Language.ZH, PhraseReason.PRINCIPAL),
    )
    assert found.excerpt == "说在前面：本产品 保 本，请放心"
    assert "说在前面：本产品 保 本，请放心"[found.start : found.end] == "保 本"


def test_terms_are_looked_through_whole_and_in_both_languages() -> None:
    assert banned_words(terms()) == []
    for path, text in (
        ("name.zh", "稳赚网格"),
        ("risks.1.en", "There is no loss"),
        ("fees.0.name.zh", "保本费"),
        ("papers.3.body.en", "All is well\n\n- guaranteed"),
        ("papers.2.title.zh", "零 风 险 警示"),
        ("does.en", "本产品保本"),
    ):
        assert [found.path for found in banned_words(terms(path, text))] == [path]


def test_no_list_finds_nothing() -> None:
    assert lint(terms("does.zh", "保本"), [], []) == []
