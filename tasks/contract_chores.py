"""What the night does to contracts: what a new day brings, then charges and their export.

Each chore takes its run and returns what is kept as the run's result. Done twice for a day it changes nothing, and a
day that was missed is made up for by the next.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings

from core import clock
from core.actor import Actor
from core.models import JobRun
from core.queries import limit_days
from smart_products.holdings.queries.means import mean_value
from smart_products.signing.operations import (
    abandon_stale,
    charge_due,
    end_cooling_off,
    end_orphaned,
    expire_due,
    export_charges,
    rematch,
    resume_due,
    run_terms_moves,
    tell_expiring,
)
from smart_products.signing.queries import values_wanted
from tasks.attempts import Tell
from tasks.chores import Result


def new_day(run: JobRun, by: Actor, tell: Tell) -> Result:
    """End, resume, tell and renew what the day asks for."""
    on, at = _day(run), clock.now()
    matched = rematch(on=on, by=by, at=at)
    return {
        "matched_again": matched.settled,
        "asked_to_confirm": matched.asked,
        "suspended": matched.suspended,
        "orphaned": len(end_orphaned(on=on, by=by, at=at)),
        "resumed": len(resume_due(on=on, by=by, at=at)),
        "cooled": len(end_cooling_off(on=on, by=by, at=at)),
        "told": len(tell_expiring(on=on, by=by, at=at)),
        "over": len(expire_due(on=on, by=by, at=at)),
        "abandoned": len(abandon_stale(before=at - timedelta(days=limit_days("draft_days")), by=by, at=at)),
    }


def move_terms(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Do what the day asks for in every confirmed move to other terms; what stands against one is told."""
    return {"stopped": run_terms_moves(on=_day(run), by=by, at=clock.now())}


def settle(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Charge what is due by the day, with the mean values of the portal's copy, and export it."""
    on, at = _day(run), clock.now()
    wanted = {place: mean_value(account_id=place[0], first=place[1], until=place[2]) for place in values_wanted(on)}
    known = {place: value for place, value in wanted.items() if value is not None}
    charged = charge_due(on=on, assets_fen=known, by=by, at=at)
    export = export_charges(folder=settings.SETTLEMENT_DIR, on=on, by=by, at=at)
    return {
        "charged_fen": charged,
        "without_value": len(wanted) - len(known),
        "export": export.number if export else None,
    }


def _day(run: JobRun) -> date:
    return run.business_date or clock.shanghai_today()
