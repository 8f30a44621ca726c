"""Moves to other terms for a terminal and as JSON: a dry run, a move with its counts, the list of moves.

Takes what signing answered and asks nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from smart_products.catalogue.models import TermsVersion
from smart_products.signing.consent import Consent
from smart_products.signing.models import TermsMove
from smart_products.signing.queries.terms_moves import Preview
from smart_products.signing.terms_moves import Kept, Outcome, TermsMoveState
from tasks.tables import table


def plain_preview(before: TermsVersion, after: TermsVersion, found: Preview) -> dict[str, Any]:
    """Return a dry run as a JSON object."""
    return {
        "product": after.product.code,
        "from": before.number,
        "to": after.number,
        "needed": found.needed,
        "consent": found.consent,
        "causes": [{"path": one.path, "consent": one.consent} for one in found.causes],
        "contracts": found.contracts,
        "outcomes": dict(found.counts),
    }


def plain(move: TermsMove, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return a move as a JSON object."""
    return {
        "move": str(move.public_id),
        "product": move.product.code,
        "from": move.before.number,
        "to": move.after.number,
        "state": move.state,
        "needed": move.needed,
        "consent": move.consent,
        "days": move.days,
        "after_due": move.after_due,
        "planned_by": move.planned_by.get_username(),
        "confirmed_by": move.confirmed_by.get_username() if move.confirmed_by else None,
        "cancelled_by": move.cancelled_by.get_username() if move.cancelled_by else None,
        "contracts": sum(counts.values()),
        "outcomes": dict(counts),
    }


def told_preview(before: TermsVersion, after: TermsVersion, found: Preview) -> Iterator[str]:
    """Yield a dry run line by line."""
    yield f"{after.product.code} {before.number} → {after.number}: {Consent(found.consent).label}"
    for one in found.causes:
        yield f"  {one.path}: {Consent(one.consent).label}"
    yield from outcomes(found.counts)
    yield _("This was a dry run: nothing was written.")


def told(move: TermsMove, counts: Mapping[str, int]) -> Iterator[str]:
    """Yield a move line by line."""
    numbers = f"{move.product.code} {move.before.number} → {move.after.number}"
    yield f"{move.public_id} {numbers}: {TermsMoveState(move.state).label}; {Consent(move.consent).label}"
    yield from outcomes(counts)


def outcomes(counts: Mapping[str, int]) -> Iterator[str]:
    """Yield the contracts by outcome, then all of them."""
    for key, count in counts.items():
        yield f"  {count:>9,}  {words(key)}"
    yield f"  {sum(counts.values()):>9,}  " + _("contracts")


def words(key: str) -> str:
    """Return the words for an outcome such as `moved` or `kept.paused`."""
    outcome, _dot, kept = key.partition(".")
    said = str(Outcome(outcome).label)
    return f"{said}: {Kept(kept).label}" if kept else said


def listed(moves: list[TermsMove]) -> list[str]:
    """Return the lines of the list of moves."""
    head = [_("Move"), _("Product"), _("Versions"), _("State"), _("Planned")]
    rows = [
        [
            str(move.public_id),
            move.product.code,
            f"{move.before.number} → {move.after.number}",
            str(TermsMoveState(move.state).label),
            f"{move.planned_by.get_username()} {move.planned_at:%Y-%m-%d}",
        ]
        for move in moves
    ]
    return table(head, rows, text_columns=len(head))
