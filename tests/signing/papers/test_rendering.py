"""Papers: the same bytes for the same values, every page numbered, and no text that is more than text."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from smart_products.signing.papers import PaperError, render
from smart_products.signing.papers.labels import FIELDS, KINDS
from smart_products.signing.papers.letters import readable
from smart_products.signing.papers.rendering import TEMPLATE, _inputs, fonts
from tests.effort import examples

VALUES: dict[str, Any] = {
    "kind": "agreement",
    "language": "zh",
    "paper_title": "网格交易服务协议",
    "body": "# 一、内容\n\n正文。\n\n- 第一项",
    "fields": {"client": "张三"},
    "reference": "SP-1",
    "on": date(2026, 11, 22),
}
CODE = (
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "$ x^2 $",
    "*bold* _it_ `raw`",
    "\\u{41} \\\\ \\",
    "#set page(fill: red)",
    "<label> @label",
    "= heading",
    "// gone",
    "/* gone */",
    "#{1 + 1}",
    "]#[",
    '"); panic("x")',
    "~ -- --- ...",
    "'quoted' \"quoted\"",
)


def _made(**other: Any) -> bytes:
    return render(**{**VALUES, **other})


def _read(**other: Any) -> list[str]:
    """Every text of headings, paragraphs and lists, as Typst itself understood the template."""
    told = _inputs(**{**VALUES, **other})
    found: list[str] = []
    for selector in ("heading", "par", "list"):
        said = typst.query(
            str(TEMPLATE),
            selector,
            root=str(TEMPLATE.parent),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs=told,
        )
        found += _texts(json.loads(said))
    return found


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for part in node for text in _texts(part)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("func") == "text" and isinstance(node.get("text"), str) else []
    return own + [text for part in node.values() for text in _texts(part)]


@pytest.mark.parametrize("code", CODE)
def test_what_looks_like_markup_stays_text(code: str) -> None:
    said = {"paper_title": code, "body": f"甲 {code}\n\n- 乙 {code}\n\n# 丙 {code}", "fields": {"client": code}}
    texts = _read(**said)
    assert {code, f"甲 {code}", f"乙 {code}", f"丙 {code}"} <= set(texts)
    assert _made(**said).startswith(b"%PDF-1.7")


def test_the_machine_can_not_be_read_from_a_text() -> None:
    assert not any("root:" in text for text in _read(body='#read("/etc/passwd")'))


@examples(25)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_text_renders(title: str, body: str) -> None:
    said = {"paper_title": f"题{title}", "body": f"文{body}", "fields": {"client": title, "product": body}}
    assert _made(**said) == _made(**said)


def test_equal_values_give_equal_bytes_and_others_do_not() -> None:
    assert _made() == _made()
    others: list[dict[str, Any]] = [
        {"on": date(2026, 11, 23)},
        {"reference": "SP-2"},
        {"language": "en"},
        {"fields": {"client": "李四"}},
        {"kind": "risk_disclosure"},
        {"paper_title": "另一份"},
        {"body": "正文"},
    ]
    assert len({_made(), *(_made(**other) for other in others)}) == 1 + len(others)


def test_a_paper_is_pdf_a_3b_with_its_title_language_and_date() -> None:
    pdf = _made()
    reader = PdfFileReader(BytesIO(pdf))
    said = reader.root["/Metadata"].data.decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in said
    assert "网格交易服务协议" in said
    assert "2026-11-22T00:00:00Z" in said
    assert reader.root["/Lang"] == "zh-CN"
    assert reader.root["/MarkInfo"]["/Marked"]


def test_every_font_is_ours_and_inside() -> None:
    reader = PdfFileReader(BytesIO(_made()))
    fonts = reader.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    names = {str(fonts[name]["/BaseFont"]).split("+")[1] for name in fonts}
    assert {name.split("-")[0] for name in names} == {"NotoSansSC", "NotoSerifSC"}
    for name in fonts:
        assert "/FontFile3" in fonts[name]["/DescendantFonts"][0]["/FontDescriptor"]


def test_a_long_text_runs_over_pages_that_all_carry_the_foot() -> None:
    long = PdfFileReader(BytesIO(_made(body="\n\n".join(["一段文字。" * 60] * 20)))).root["/Pages"]
    assert int(long["/Count"]) > 3
    feet = [long["/Kids"][number]["/Contents"].data.count(b"/Artifact") for number in range(int(long["/Count"]))]
    assert min(feet) > 0


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_renders_in_both_languages(kind: str) -> None:
    assert _made(kind=kind, language="zh") != _made(kind=kind, language="en")


def test_every_field_has_its_place() -> None:
    assert _made(fields=dict.fromkeys(FIELDS, "值"))


@pytest.mark.parametrize(
    "wrong", [{"fields": {"unknown": "x"}}, {"kind": "other"}, {"body": " \n\n "}, {"paper_title": "  "}]
)
def test_what_can_not_be_a_paper_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PaperError):
        _made(**wrong)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("𠮷野", "[U+20BB7]野"),
        ("a\u202eb", "a[U+202E]b"),
        ("\x00", "[U+0000]"),
        ("张三", "张三"),
        ("a\ue000", "a[U+E000]"),
    ],
)
def test_what_can_not_be_seen_is_shown_by_its_number(text: str, shown: str) -> None:
    assert readable(text) == shown
