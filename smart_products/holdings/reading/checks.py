"""What a single value may be, as SQL over columns of text.

Owns the rules of one field (docs/feed.md) and the exact typing of a field that passed.
Never joins: what a value refers to is checked in relations.py. A table `raw_<kind>` holds
`line` and each column as VARCHAR, an empty field being NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from smart_products.holdings.reading.columns import CODE_LIMIT, KINDS, TEXT_LIMIT, Column, Sort
from smart_products.holdings.reading.faults import VALUE_LIMIT
from smart_products.holdings.reading.manifest import FIRST_DAY

AMOUNT = "DECIMAL(15,2)"
"""The type whose range is the range of amounts; times 100 it still fits 18 digits, and so 64 bits."""

_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]"
_INVISIBLE_IN_TEXT = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}]"


def literal(value: str) -> str:
    """Return a string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def rules_of(column: Column, today: date) -> list[tuple[str, str]]:
    """Return (rule, SQL that is true when it is broken) of a column, the first to be named first."""
    name = f'"{column.name}"'
    rules = [("empty", f"{name} IS NULL")] if column.required else []
    match column.sort:
        case Sort.CODE:
            rules += [
                ("control_character", f"regexp_matches({name}, {literal(_INVISIBLE)})"),
                ("surrounding_space", rf"regexp_matches({name}, '^[\s\p{{Z}}]|[\s\p{{Z}}]$')"),
                ("code_too_long", f"length({name}) > {CODE_LIMIT}"),
            ]
        case Sort.TEXT:
            rules += [
                ("control_character", f"regexp_matches({name}, {literal(_INVISIBLE_IN_TEXT)})"),
                ("text_too_long", f"length({name}) > {TEXT_LIMIT}"),
            ]
        case Sort.CHOICE:
            choices = ", ".join(map(literal, column.choices))
            rules.append((column.rule, f"{name} NOT IN ({choices})"))
        case Sort.YEAR:
            rules.append(("bad_year", _bad_year(name, today)))
        case Sort.DATE:
            rules += _date_rules(name, None if column.may_lie_ahead else today)
        case Sort.MONEY:
            rules += _money_rules(name)
    if column.name == "turnover":
        rules.append(("negative_turnover", f"TRY_CAST({name} AS {AMOUNT}) < 0"))
    return rules


def _bad_year(name: str, today: date) -> str:
    number = f"TRY_CAST({name} AS INTEGER)"
    return f"NOT regexp_full_match({name}, '[0-9]{{4}}') OR {number} NOT BETWEEN 1900 AND {today.year}"


def _date_rules(name: str, latest: date | None) -> list[tuple[str, str]]:
    day = f"TRY_CAST({name} AS DATE)"
    ahead = [] if latest is None else [("date_in_future", f"{day} > DATE '{latest}'")]
    return [
        (
            "not_iso_date",
            (
                f"NOT regexp_full_match({name}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') OR "
                f"({name} IS NOT NULL AND {day} IS NULL)"
            ),
        ),
        ("date_too_early", f"{day} < DATE '{FIRST_DAY}'"),
        *ahead,
    ]


def _money_rules(name: str) -> list[tuple[str, str]]:
    return [
        ("not_plain_decimal", f"NOT regexp_full_match({name}, '-?[0-9]+([.][0-9]+)?')"),
        ("too_many_decimals", f"NOT regexp_full_match({name}, '-?[0-9]+([.][0-9]{{1,2}})?')"),
        ("amount_too_large", f"{name} IS NOT NULL AND TRY_CAST({name} AS {AMOUNT}) IS NULL"),
    ]


def typed(column: Column) -> str:
    """Return the SQL that types a value which broke no rule."""
    name = f'"{column.name}"'
    match column.sort:
        case Sort.DATE:
            return f"TRY_CAST({name} AS DATE) AS {name}"
        case Sort.YEAR:
            return f"TRY_CAST({name} AS SMALLINT) AS {name}"
        case Sort.MONEY:
            return f"{fen(f'TRY_CAST({name} AS {AMOUNT})')} AS {name}"
        case _:
            return name


def fen(amount: str) -> str:
    """Return the SQL of an AMOUNT as whole fen."""
    return f"CAST({amount} * CAST(100 AS DECIMAL(3,0)) AS BIGINT)"


def list_values(connection: duckdb.DuckDBPyConnection, kind: str, file: str, today: date) -> None:
    """Write every breach of a value rule in `raw_<kind>` to `refused`, one a field at most."""
    columns = KINDS[kind]
    flags = [_flag(rules_of(column, today)) for column in columns]
    anywhere = " OR ".join(f"({flag}) IS NOT NULL" for flag in flags)
    found = connection.execute(f"SELECT count(*) FROM raw_{kind} WHERE {anywhere}").fetchone()
    if not found or not found[0]:
        return
    for column, flag in zip(columns, flags, strict=True):
        connection.execute(
            f"INSERT INTO refused SELECT {literal(file)}, line, '{column.name}', {flag} AS rule, "
            f"""coalesce("{column.name}"[:{VALUE_LIMIT}], '') FROM raw_{kind} WHERE rule IS NOT NULL"""
        )


def _flag(rules: Sequence[tuple[str, str]]) -> str:
    return "CASE " + " ".join(f"WHEN {broken} THEN '{rule}'" for rule, broken in rules) + " END"
