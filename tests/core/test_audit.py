"""The audit log: written with the act, and for ever."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from core.actor import Actor, system
from core.audit import NoTransaction, record
from core.models import AuditEvent


def _write(by: Actor, at: datetime) -> AuditEvent:
    return record(action="test", subject_kind="thing", subject_key="1", details={"day": at.date()}, by=by, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'other'",
        "UPDATE core_auditevent SET action = 'other' WHERE false",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent, core_auditlink",
        "TRUNCATE core_auditevent CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_log(statement: str, by: Actor, at: datetime) -> None:
    _write(by, at)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().action == "test"


@pytest.mark.django_db
def test_the_models_are_refused_too(by: Actor, at: datetime) -> None:
    event = _write(by, at)
    event.action = "other"
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        event.delete()
    assert AuditEvent.objects.get().action == "test"


@pytest.mark.django_db(transaction=True)
def test_no_record_outside_a_transaction(by: Actor, at: datetime) -> None:
    with pytest.raises(NoTransaction):
        _write(by, at)
    with transaction.atomic():
        _write(by, at)
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_goes_with_what_it_records(by: Actor, at: datetime) -> None:
    with transaction.atomic():
        _write(by, at)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_time_needs_a_zone(by: Actor, at: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        _write(by, at.replace(tzinfo=None))


@pytest.mark.django_db
def test_a_person_is_kept_with_the_id(at: datetime) -> None:
    event = _write(Actor(kind="user", name="wang", user_id=7), at)
    assert (event.actor_kind, event.actor_name, event.user_id) == ("user", "wang", 7)


def test_an_actor_is_a_person_with_an_id_or_a_system_part_without() -> None:
    for kind, name, user_id in (("user", "wang", None), ("system", "close", 7), ("system", "", None)):
        with pytest.raises(ValueError, match=r"user_id|name"):
            Actor(kind=kind, name=name, user_id=user_id)  # type: ignore[arg-type]
    assert system("close") == Actor(kind="system", name="close")
