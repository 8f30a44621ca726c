"""Shared clients and transitions as metrics.md defines them, on top of the judge's nodes and slices.

Owns sets of clients and nothing else: every figure is the size of a set. Where a sentence decides, it stands beside.
"""

from __future__ import annotations

from typing import Any

from tests.oracle.judge import MATRIX, Judge, Where


def here(judge: Judge, node: str, where: Where, i: int) -> set[str]:
    """Return the clients retained in a node who stand in the slice on the day."""
    return {client for client in judge.retained(node, i) if judge.inside(client, i, where)}


def shared_row(judge: Judge, node: str, where: Where, i: int) -> dict[str, Any]:
    """Return the figures of a row of `manage.py shared`."""
    point = judge.point(node, where, i)
    retained, products = here(judge, node, where, i), judge.nodes[node]
    others = set().union(*(judge.retained(product, i) for product in judge.nodes[MATRIX] - products))
    return {
        "retained_clients": len(retained),
        "elsewhere_clients": len(retained & others),
        "gross_clients": point["gross_clients"],
        "overlap_clients": point["gross_clients"] - len(retained),
        "net_clients": len(retained),
        "products_per_client": point["products_per_client"],
        "clients_on_books": point["clients_on_books"],
        "penetration": point["penetration"],
        "shared_clients": _shared(judge, node, where, i),
    }


def _shared(judge: Judge, node: str, where: Where, i: int) -> dict[str, int] | None:
    """Return "clients retained in both" with each other product."""
    if node not in judge.world.families:
        return None
    mine = here(judge, node, where, i)
    return {q: len(mine & judge.retained(q, i)) for q in judge.world.families if q != node}


def transition_row(judge: Judge, node: str, where: Where, i0: int, i1: int) -> dict[str, Any]:
    """Return the figures of a row of `manage.py transitions` over a period."""
    was, now = judge.retained(node, i0), judge.retained(node, i1)
    any_was, any_now = judge.retained(MATRIX, i0), judge.retained(MATRIX, i1)
    at_start = {client for client in any_was if judge.inside(client, i0, where)}
    from_nowhere = {client for client in any_now - any_was if judge.inside(client, i1, where)}
    left, came = (was - now) & at_start, (now - was) & at_start
    changed = movers(judge, i0, i1)
    to_others = {client for client in left if any(client in goes for goes in changed[0].values())}
    from_others = {client for client in came if any(client in gone for gone in changed[1].values())}
    return {
        "clients_before": len(was & at_start),
        "stayed": len(was & now & at_start),
        "left_clients": len(left),
        "switched_out": len(to_others),
        # metrics.md has it that *outside* is in no product, and *kept others* the rest of the row
        "outside": len(left - any_now),
        "kept_others": len((left & any_now) - to_others),
        "came_clients": len(came) + len(now & from_nowhere),
        "switched_in": len(from_others),
        "added": len(came - from_others),
        "from_outside": len(now & from_nowhere),
        "retained_clients": len(here(judge, node, where, i1)),
        "transitions": _transitions(judge, node, at_start, i0, i1),
        "shared_clients": _shared(judge, node, where, i1),
    }


def movers(judge: Judge, i0: int, i1: int) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return who is new in each product at the end, and who is not in it any more."""
    both = {p: (judge.retained(p, i0), judge.retained(p, i1)) for p in judge.world.families}
    return {p: now - was for p, (was, now) in both.items()}, {p: was - now for p, (was, now) in both.items()}


def _transitions(judge: Judge, node: str, at_start: set[str], i0: int, i1: int) -> dict[str, int] | None:
    """Return "in p not q at its start, in q not p at its end" for each other product q."""
    if node not in judge.world.families:
        return None
    new, gone = movers(judge, i0, i1)
    return {q: len(gone[node] & new[q] & at_start) for q in judge.world.families if q != node}


def switched(judge: Judge, where: Where, i0: int, i1: int) -> int:
    """Return how many clients stand in at least one transition."""
    new, gone = movers(judge, i0, i1)
    pairs = (gone[p] & new[q] for p in gone for q in new if p != q)
    return len({client for pair in pairs for client in pair if judge.inside(client, i0, where)})
