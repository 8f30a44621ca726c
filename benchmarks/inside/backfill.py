"""A late list of subscriptions: what the days it touches cost, and that no other day is closed again.

Owns the list: clients who sign anew, for some weeks of the past, what they had signed long before and given up. Where
the list ends, clients are again what they were, so that all later days stand. Needs an instance that is closed.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection as postgres

from benchmarks import feed
from benchmarks.figures import Figure, reported
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.holdings.operations import deliver
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import close

CLIENTS = 1_000
SETTLED = timedelta(days=400)
"""A first signing older than this has passed all days on which a figure looks back at it."""
SEQUENCE = 3
"""A generated broker comes as deliveries 1 and 2."""
QUERY = """
SELECT c.code, p.code, a.code
FROM signing_subscription s
JOIN accounts_client c ON c.id = s.client_id
JOIN accounts_assetaccount a ON a.id = s.account_id
JOIN catalogue_product p ON p.id = s.product_id
WHERE a.closed_on IS NULL
GROUP BY c.code, p.code, a.code
HAVING min(s.start) < %(settled)s AND max(coalesce(s."end", 'infinity')) < %(since)s
ORDER BY c.code, p.code, a.code LIMIT %(clients)s
"""


def measure(sizes: Sizes) -> list[Figure]:
    """Return the seconds of the delivery and of the close after it. Raises RuntimeError when other days are closed."""
    published = Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("as_of")
    touched = [row.as_of for row in published][-2 * sizes.touched_days : -sizes.touched_days]
    folder = settings.LOCAL_DIR / "late"
    signed = _write(folder, touched, published[len(published) - 1].as_of)
    delivered = timed(lambda: _deliver(folder))
    before = dict(published.values_list("as_of", "public_id"))
    seconds = timed(lambda: close(by=system("bench"), at=clock.now(), confirm=True))
    after = dict(published.values_list("as_of", "public_id"))
    changed = [day for day, version in after.items() if before[day] != version]
    if changed != touched:
        raise RuntimeError(f"a list from {touched[0]} to {touched[-1]} closed again {len(changed)} days: {changed[:3]}")
    name = f"a late list of {signed:,} subscriptions touching {len(touched)} of {len(after)} days"
    return [
        reported(f"{name}: delivered", delivered, "s"),
        reported(f"{name}: closed, others untouched", seconds, "s"),
        reported(f"{name}: a touched day", seconds / len(touched), "s"),
    ]


def _write(folder: Path, touched: Sequence[date], last: date) -> int:
    """Write the delivery; the subscriptions are in force from the first touched day until the last one."""
    folder.mkdir()
    with postgres.cursor() as cursor:
        cursor.execute(QUERY, {"settled": touched[0] - SETTLED, "since": touched[0], "clients": CLIENTS})
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    with (folder / "subscriptions.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["subscription", "client", "product", "account", "start", "end", "end_reason"])
        for number, (client, product, account) in enumerate(found):
            rows.writerow([f"late-{number}", client, product, account, touched[0], touched[-1], "terminated"])
    feed.declare(folder, last, last, {"subscriptions": len(found)}, SEQUENCE, source="core", mode="changes")
    return len(found)


def _deliver(folder: Path) -> None:
    outcome = deliver(folder=folder, today=clock.shanghai_today(), by=system("bench"), at=clock.now())
    if outcome.state != "accepted" or outcome.delivery is None or outcome.delivery.refused_rows:
        raise RuntimeError(f"the late list was {outcome.state}: {outcome.errors[:3]}")
