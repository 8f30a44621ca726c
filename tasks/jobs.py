"""The Celery tasks: a name, an id of a run, and one call.

A task that does work takes the id of its `JobRun`, so that a repeated message does nothing; a task that beat sends
takes nothing and only asks for runs. What the work is stands in chores.py. Never holds a loop or a rule.
"""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from core import clock, jobs
from core.actor import system
from core.operations import link_audit
from tasks import attempts, chores, contract_chores, inbox, proofs, reports, storage


@shared_task(name="tasks.watch_inbox")
def watch_inbox() -> None:
    """Ask for the delivery of the next folder that waits in the inbox."""
    at = clock.now()
    inbox.request_next(inbox.waiting(settings.INBOX_DIR, at), by=system("watch_inbox"), at=at)


@shared_task(name="tasks.sweep")
def sweep() -> None:
    """Ask again for what failed, stalled or lost its worker."""
    attempts.bury_dead()
    jobs.sweep(by=system("sweep"), at=clock.now())


@shared_task(name="tasks.link_audit")
def link_audit_events() -> None:
    """Put the events of audit that were committed since into their chains."""
    link_audit(by=system("link_audit"), at=clock.now())


@shared_task(name="tasks.note_schedule")
def note_schedule() -> None:
    """Note that beat lives: nobody else sends this."""
    jobs.note_schedule(by=system("beat"), at=clock.now())


@shared_task(name="tasks.nightly")
def nightly(*, job: str) -> None:
    """Ask for a job of the house once for today, whatever was delivered."""
    jobs.request(job, clock.shanghai_today(), "nightly", by=system("beat"), at=clock.now())


@shared_task(name="tasks.deliver")
def deliver(*, run_id: int) -> None:
    """Take in one folder of the inbox, then look for the next."""
    if attempts.perform(run_id=run_id, work=chores.take_delivery):
        watch_inbox()


@shared_task(name="tasks.close")
def close(*, run_id: int) -> None:
    """Close and publish every delivered day that needs it."""
    attempts.perform(run_id=run_id, work=chores.close_days)


@shared_task(name="tasks.backfill")
def backfill(*, run_id: int) -> None:
    """Close every delivered day that needs it, however many published days that restates."""
    attempts.perform(run_id=run_id, work=chores.close_days)


@shared_task(name="tasks.serve")
def serve(*, run_id: int) -> None:
    """Bring the portal's copy in step with what is published."""
    attempts.perform(run_id=run_id, work=chores.serve)


@shared_task(name="tasks.publish_retention")
def publish_retention(*, run_id: int) -> None:
    """Publish retention where anything changed."""
    attempts.perform(run_id=run_id, work=chores.retention)


@shared_task(name="tasks.collect_facts")
def collect_facts(*, run_id: int) -> None:
    """Delete the files that nothing names any more."""
    attempts.perform(run_id=run_id, work=chores.collect)


@shared_task(name="tasks.check_calendar")
def check_calendar(*, run_id: int) -> None:
    """Raise the alarm when the trading calendar runs out."""
    attempts.perform(run_id=run_id, work=chores.look_at_calendar)


@shared_task(name="tasks.contracts")
def contracts(*, run_id: int) -> None:
    """Do what a new day brings to contracts."""
    attempts.perform(run_id=run_id, work=contract_chores.new_day)


@shared_task(name="tasks.move_terms")
def move_terms(*, run_id: int) -> None:
    """Go on with the moves of contracts to other terms."""
    attempts.perform(run_id=run_id, work=contract_chores.move_terms)


@shared_task(name="tasks.settlement")
def settlement(*, run_id: int) -> None:
    """Charge what is due and export it to settlement."""
    attempts.perform(run_id=run_id, work=contract_chores.settle)


@shared_task(name="tasks.seal_head")
def seal_head(*, run_id: int) -> None:
    """Seal the end of the chain of evidence outside the database."""
    attempts.perform(run_id=run_id, work=proofs.seal_chain)


@shared_task(name="tasks.seal_audit")
def seal_audit(*, run_id: int) -> None:
    """Seal the ends of the chains of audit outside the database."""
    attempts.perform(run_id=run_id, work=proofs.seal_audit_chains)


@shared_task(name="tasks.report_storage")
def report_storage(*, run_id: int) -> None:
    """Count what has been stored longer than it has to be."""
    attempts.perform(run_id=run_id, work=storage.report)


@shared_task(name="tasks.restamp")
def restamp(*, run_id: int) -> None:
    """Stamp again what ages, and what never got a stamp."""
    attempts.perform(run_id=run_id, work=proofs.restamp)


@shared_task(name=chores.REPORTS)
def make_reports(*, run_id: int) -> None:
    """Make and send the reports that are due."""
    attempts.perform(run_id=run_id, work=reports.make_due)


@shared_task(name="tasks.report_again")
def report_again(*, run_id: int) -> None:
    """Make one report again."""
    attempts.perform(run_id=run_id, work=reports.make_again)
