"""The clients behind a figure of retention: of a cohort's cell, of N days, of those at risk, of first signings.

Counted from the data cut, as `retention` counts them, client by client. Never writes.
"""

from __future__ import annotations

from datetime import date

from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.queries.answers import UnknownScope
from smart_products.statistics.queries.retention import Question, counting
from smart_products.statistics.queries.retention_sources import Place
from smart_products.statistics.queries.scopes import Slice
from smart_products.statistics.retention import N_DAYS

Client = tuple[int, date, bool]
"""Its id, the day of its first signing or of the spell's start, and whether the figure counts it as retained."""

N_DAY = """
SELECT client_id, min(first_started),
  bool_or(started - first_started <= $days AND ended - first_started > $days)
FROM scoped WHERE is_cohort AND first_started BETWEEN $first AND $last AND $as_of - first_started >= $days
GROUP BY client_id HAVING bool_or(is_first) ORDER BY client_id
"""

AT_RISK = """
SELECT client_id, spell_started, ended > $as_of FROM scoped
WHERE ends_spell AND spell_started >= $known AND least(ended, $as_of) - spell_started >= $days
ORDER BY client_id, spell_started
"""

FIRST = """
SELECT client_id, min(first_started), bool_or(ended > $as_of)
FROM scoped WHERE is_cohort AND first_started BETWEEN $first AND $last
GROUP BY client_id HAVING bool_or(is_first) ORDER BY client_id
"""

COHORT = """
SELECT client_id, min(first_started), bool_or(started <= $end AND ended > $end) FROM scoped
WHERE is_cohort AND first_started > $after AND first_started <= $last GROUP BY client_id ORDER BY client_id
"""


def cohort_clients(question: Question, part: Slice, month: date, months: int) -> tuple[list[Client], tuple[date, date]]:
    """Return the cohort of a month, retained so many months later or not; and the month's first day and that month end.

    Raises UnknownScope for a cell that there is not.
    """
    with counting(question, [Place(part, part)], {}) as (connection, ends):
        places = [place for place, end in enumerate(ends) if (end.year, end.month) == (month.year, month.month)]
        if not places or not 0 <= months < len(ends) - places[0] or ends[places[0] + months] > question.as_of:
            raise UnknownScope("cohort", f"{month:%Y-%m}+{months}")
        last, end = ends[places[0]], ends[places[0] + months]
        after = ends[places[0] - 1] if places[0] else FIRST_DAY
        found = connection.execute(COHORT, {"end": end, "after": after, "last": last}).fetchall()
    return found, (last.replace(day=1), end)


def n_day_clients(question: Question, part: Slice, days: int) -> list[Client]:
    """Return the clients seen for so many days since their first signing, in force on the last of them or not.

    Raises UnknownScope for a number of days that is not published.
    """
    if days not in N_DAYS:
        raise UnknownScope("days", str(days))
    first, last = question.n_day
    return _listed(question, part, N_DAY, days=days, first=first, last=last)


def at_risk_clients(question: Question, part: Slice, days: int) -> list[Client]:
    """Return the spells that lasted at least so many days, still in force on the as-of day or not.

    Raises UnknownScope for a number of days below nought.
    """
    if days < 0:
        raise UnknownScope("days", str(days))
    return _listed(question, part, AT_RISK, days=days)


def first_sign_clients(question: Question, part: Slice) -> list[Client]:
    """Return the first signings of the six months up to the as-of day, in force on it or not."""
    first, last = question.first
    return _listed(question, part, FIRST, first=first, last=last)


def _listed(question: Question, part: Slice, statement: str, **given: date | int) -> list[Client]:
    with counting(question, [Place(part, part)], {}) as (connection, _ends):
        given |= {"as_of": question.as_of, "known": question.counted_from()}
        asked = {name: value for name, value in given.items() if f"${name}" in statement}
        found: list[Client] = connection.execute(statement, asked).fetchall()
    return found
