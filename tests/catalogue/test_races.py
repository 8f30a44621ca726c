"""Colleagues who act at once: one wins and the other is told; without the lock both would have won."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from core.actor import Actor
from core.models import OutboxEvent
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.operations import VersionOpen, draft_terms, propose_terms, publish_terms
from smart_products.catalogue.states import IllegalMove, TermsState, check_move
from tests.catalogue.terms_samples import AT, TODAY, colleagues, fed_product, terms

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that start together; return what each returned or raised."""
    gate = threading.Barrier(len(acts))
    ends: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            ends.append(act())
        except (IllegalMove, VersionOpen) as problem:
            ends.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_publishers_at_once_one_wins(guarded: bool) -> None:
    ann, bo, cy = colleagues("ann", "bo", "cy")
    version = draft_terms(product=fed_product(), terms=terms(), by=ann, at=AT)
    propose_terms(version=version, by=ann, at=AT)
    between = threading.Barrier(2)

    def publish(by: Actor) -> object:
        if guarded:
            return publish_terms(version=version, valid_from=TODAY, by=by, at=AT)
        # The negative control: read the state, then write, as code without the row lock would.
        with transaction.atomic():
            check_move(TermsState(TermsVersion.objects.get(pk=version.pk).state), TermsState.PUBLISHED)
            between.wait(10)
        return by

    ends = at_once(lambda: publish(bo), lambda: publish(cy))
    lost = [end for end in ends if isinstance(end, IllegalMove)]
    assert len(ends) == 2
    assert len(lost) == (1 if guarded else 0)
    assert OutboxEvent.objects.filter(kind="terms_published").count() == (1 if guarded else 0)


def test_of_two_authors_at_once_one_gets_the_draft() -> None:
    ann, bo = colleagues("ann", "bo")
    product = fed_product()

    def draft(by: Actor) -> TermsVersion:
        return draft_terms(product=product, terms=terms(), by=by, at=AT)

    ends = at_once(lambda: draft(ann), lambda: draft(bo))
    assert sorted(type(end).__name__ for end in ends) == ["TermsVersion", "VersionOpen"]
    assert TermsVersion.objects.count() == 1
