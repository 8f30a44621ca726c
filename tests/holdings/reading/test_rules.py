"""Every rule that the code names has its words, and no words stand without a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from smart_products import holdings
from smart_products.holdings.reading.columns import KINDS
from smart_products.holdings.reading.rules import RULES, Weight

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [path for path in Path(str(holdings.__file__)).parent.rglob("*.py") if path.name != "rules.py"]
BUILT = {"unknown_client", "unknown_product", "unknown_account"}
"""Made from the name of the column that refers."""


PLACES = {"refuse": 1, "Refusal": 3, "breach": 0}
"""Callable: the position of the rule among its arguments."""


def _named() -> Iterator[str]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            rule = node.args[PLACES[name]] if len(node.args) > PLACES.get(name, 99) else None
            if isinstance(rule, ast.Constant):
                yield str(rule.value)


def test_the_rules_named_in_code_are_found() -> None:
    assert {"hash_differs", "file_missing", "not_parquet", "path_in_name"} <= set(_named())


def test_every_rule_is_used_and_every_used_rule_has_words() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    quoted = set(re.findall(r"""["']([a-z_0-9]+)["']""", text))
    assert set(RULES) - quoted - BUILT == set()
    assert set(_named()) <= set(RULES)
    assert {column.rule for columns in KINDS.values() for column in columns} <= set(RULES)


def _documented() -> Iterator[tuple[str, str]]:
    """Yield (code, weight) of every rule in the tables of docs/feed.md, the weight being the heading of the table."""
    weight = ""
    for line in (ROOT / "docs" / "feed.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            weight = line.lstrip("# ").lower()
        elif (found := re.match(r"\| `([a-z_0-9]+)` \| \S", line)) and weight in set(Weight):
            yield found[1], weight


def test_the_documentation_lists_every_rule_once_with_its_weight() -> None:
    listed = list(_documented())
    assert len(listed) == len(dict(listed))
    assert dict(listed) == {rule.code: str(rule.weight) for rule in RULES.values()}


def test_titles_are_short_and_explanations_are_sentences() -> None:
    with translation.override("en"):
        for rule in RULES.values():
            assert 0 < len(str(rule.title)) <= 40, rule.code
            assert str(rule.explanation).endswith("."), rule.code
