"""Reads of what clients are on a day: for one client, or for a hundred thousand in one statement.

Owns the statement that gathers the facts of clients as of a day; which of them count is decided by `rules/standing.py`
alone. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Client
from smart_products.suitability.models import Assessment
from smart_products.suitability.queries.versions import matching_rules
from smart_products.suitability.rules import Facts, Rules, Standing, stand
from smart_products.suitability.rules.days import add_months

SLACK = timedelta(days=4)

_FACTS = """
SELECT c.id, o.id, v.risk_class, v.risk_assessed_on, v.investor_class, o.risk_class, o.protected, o.assessed_on,
       o.expires_on, d.assessed_on,
       EXISTS (
           SELECT FROM suitability_professionalstatus p
           WHERE p.client_id = c.id AND p.state IN ('accepted', 'ended')
           AND p.since <= %(on)s AND coalesce(p.ended_on, p.until) > %(on)s
       )
FROM unnest(%(clients)s::bigint[]) AS c (id)
LEFT JOIN LATERAL (
    SELECT v.risk_class, v.risk_assessed_on, v.investor_class FROM accounts_clientversion v
    WHERE v.client_id = c.id AND v.valid_from <= %(on)s ORDER BY v.valid_from DESC LIMIT 1
) v ON true
LEFT JOIN LATERAL (
    SELECT * FROM suitability_assessment a
    WHERE a.client_id = c.id AND NOT a.declined AND a.assessed_on <= %(on)s
    ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1
) o ON true
LEFT JOIN LATERAL (
    SELECT a.declined, a.assessed_on FROM suitability_assessment a
    WHERE a.client_id = c.id AND a.assessed_on <= %(on)s
    ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1
) d ON d.declined
"""


class Known(NamedTuple):
    """The facts of a client as of a day, and the id of our own assessment among them."""

    client_id: int
    assessment_id: int | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Expiring:
    """A client whose class stops to hold after `expires_on`."""

    client_id: int
    expires_on: date


def known(client_ids: Collection[int], on: date) -> Iterator[Known]:
    """Yield what is known of each of these clients as of a day, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"clients": list(client_ids), "on": on})
        for row in cursor.fetchall():
            (client_id, assessment_id, feed_class, feed_on, investor, own_class, protected, own_on, until, no, by) = row
            facts = Facts(
                feed_class=feed_class or "",
                feed_assessed_on=feed_on,
                feed_investor_class=investor or "",
                own_class=own_class or "",
                own_protected=bool(protected),
                own_assessed_on=own_on,
                own_expires_on=until,
                declined_on=no,
                professional=by,
            )
            yield Known(client_id, assessment_id, facts)


def standing_of(client: Client, on: date) -> Standing:
    """Return what a client is on a day. Raises NothingPublished while there are no matching rules."""
    return standings_of([client.pk], on)[client.pk]


def standings_of(client_ids: Collection[int], on: date) -> dict[int, Standing]:
    """Return what clients are on a day, by client id, in one statement beside the one for the rules."""
    return stands(client_ids, matching_rules(on), on)


def stands(client_ids: Collection[int], rules: Rules, on: date) -> dict[int, Standing]:
    """Return what clients are on a day by given rules, by client id."""
    return {one.client_id: stand(one.facts, rules, on) for one in known(client_ids, on)}


def assessments_of(client_id: int) -> list[Assessment]:
    """Return the tests that a client took or declined here, the latest first."""
    return list(Assessment.objects.filter(client_id=client_id).order_by("-at", "-pk"))


def expiring(client_ids: Collection[int], on: date, within: int) -> list[Expiring]:
    """Return which of these clients have a class that holds on a day and expires within so many days, the next first.

    One that expires on the day itself is `within=0`.
    """
    last = on + timedelta(days=within)
    found = [
        Expiring(client_id, standing.expires_on)
        for client_id, standing in standings_of(client_ids, on).items()
        if standing.valid_class(on) and standing.expires_on is not None and standing.expires_on <= last
    ]
    return sorted(found, key=lambda one: (one.expires_on, one.client_id))


def expiring_among(clients: QuerySet[Client], on: date, within: int) -> list[Expiring]:
    """Return `expiring` for any number of clients: only those are judged whose class could expire in time."""
    rules, last = matching_rules(on), on + timedelta(days=within)
    # Months are of different length: a few days more on either side are judged and left out.
    told = (add_months(on, -rules.validity_months) - SLACK, add_months(last, -rules.validity_months) + SLACK)
    tested = Assessment.objects.filter(client=OuterRef("pk"), expires_on__range=(on, last))
    possible = clients.filter(Q(risk_assessed_on__range=told) | Exists(tested))
    return expiring(list(possible.order_by().values_list("pk", flat=True)), on, within)
