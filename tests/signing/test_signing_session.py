"""A client signs in the order of the law, and everything that proves it is there or nothing is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import OneTimeCode
from accounts.operations import CodeResult, give_consent, withdraw_consent
from accounts.queries import consents
from accounts.rules import Purpose
from core.models import OutboxEvent
from smart_products.signing.acknowledgements import sentences
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.models import EvidenceRecord, SigningStep, Subscription
from smart_products.signing.operations import (
    ConsentWithdrawn,
    LoginAgain,
    NotTheClient,
    StandingChanged,
    ThinkFirst,
    acknowledge_paper,
    decide_match,
    export_evidence,
    give_up_signing,
    show_paper,
)
from smart_products.signing.queries import read_document
from smart_products.signing.seals.verifying import examine
from smart_products.signing.states import ContractState
from smart_products.signing.steps import (
    Identification,
    NotAcknowledged,
    OtherPaper,
    OutOfOrder,
    ReadLonger,
    Step,
)
from tests.catalogue.terms_samples import changed
from tests.signing.house import anchors, plain_sealer, sealer, signers
from tests.signing.signings import NOW, READ, TODAY, TRACE, prepare, signer
from tests.suitability.house import feed_says

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _documents(tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"


def test_a_client_signs_and_everything_is_proved() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    done = one.sign(contract, one.code(contract, at), at)
    assert (done.code, done.contract.state) == (CodeResult.RIGHT, ContractState.ACTIVE)
    row = Subscription.objects.get(source="here")
    assert (row.code, row.start, row.end) == (contract.number, TODAY, None)
    assert list(SigningStep.objects.values_list("step", flat=True)) == [
        *("esign_consent", "suitability", "risk_disclosure", "agreement", "signature")
    ]
    paper = examine(read_document(done.contract.signature), anchors=anchors())
    assert paper.ours
    pack = export_evidence(subscription_code=contract.number, sealer=sealer(), by=one.by, at=at)
    report = verify(pack, trust=anchors())
    assert (report.ok, report.findings) == (True, ())
    assert OutboxEvent.objects.filter(kind="signed", subject_key=contract.number).count() == 1


def test_the_sealed_agreement_is_the_paper_that_was_acknowledged() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    done = one.sign(contract, one.code(contract, at), at)
    shown = SigningStep.objects.get(step=Step.AGREEMENT).document_id
    assert shown is not None
    assert read_document(done.contract.signature).startswith(read_document(shown))


def test_a_certificate_of_the_signers_own_makes_it_level_two() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    done = one.sign(contract, one.code(contract, at), at, provider=signers())
    pack = export_evidence(subscription_code=contract.number, sealer=sealer(), by=one.by, at=at)
    report = verify(pack, trust=anchors())
    assert (report.ok, report.level) == (True, "L2")
    assert [mark.role for mark in examine(read_document(done.contract.signature), anchors=anchors()).marks][:2] == [
        *("signer", "platform")
    ]


def test_without_a_time_stamp_the_evidence_says_so() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    one.sign(contract, one.code(contract, at), at, sealer=plain_sealer())
    assert EvidenceRecord.objects.get().time_stamped is False


def test_steps_are_taken_in_their_order_alone() -> None:
    prepare()
    one = signer()
    contract = one.begin()
    for step in (Step.RISK_DISCLOSURE, Step.SPECIAL_WARNING, Step.AGREEMENT):
        with pytest.raises(OutOfOrder) as caught:
            show_paper(contract=contract, step=step, language="zh", trace=TRACE, by=one.by, at=NOW)
        assert caught.value.next_step == Step.ESIGN_CONSENT
    with pytest.raises(OutOfOrder):
        one.decide(contract)
    with pytest.raises(OutOfOrder):
        one.code(contract, NOW)
    with pytest.raises(OutOfOrder):
        one.sign(contract, "000000", NOW)
    at = one.read(contract, Step.ESIGN_CONSENT)
    one.decide(contract, at)
    with pytest.raises(OutOfOrder):
        one.decide(contract, at)
    assert SigningStep.objects.count() == 2


def test_a_paper_has_to_lie_open_and_every_sentence_be_ticked() -> None:
    prepare()
    one = signer()
    contract = one.begin()
    shown = show_paper(contract=contract, step=Step.ESIGN_CONSENT, language="zh", trace=TRACE, by=one.by, at=NOW)
    given: dict[str, Any] = {
        "contract": contract, "step": Step.ESIGN_CONSENT, "document": shown.step.document_id,
        "ticked": shown.sentences, "trace": TRACE, "by": one.by,
    }  # fmt: skip
    with pytest.raises(ReadLonger) as caught:
        acknowledge_paper(**given, at=NOW + timedelta(seconds=7, milliseconds=500))
    assert caught.value.seconds == 3
    with pytest.raises(NotAcknowledged):
        acknowledge_paper(**(given | {"ticked": shown.sentences[1:]}), at=NOW + READ)
    with pytest.raises(OtherPaper):
        acknowledge_paper(**(given | {"document": "a" * 64}), at=NOW + READ)
    acknowledge_paper(**given, at=NOW + timedelta(seconds=10))
    first = SigningStep.objects.get()
    acknowledge_paper(**given, at=NOW + READ)
    assert SigningStep.objects.get().done_at == first.done_at == NOW + timedelta(seconds=10)


def test_another_language_is_another_paper_whose_time_begins_anew() -> None:
    prepare()
    one = signer()
    contract = one.begin()
    first = show_paper(contract=contract, step=Step.ESIGN_CONSENT, language="zh", trace=TRACE, by=one.by, at=NOW)
    chinese = first.step.document_id
    later = NOW + READ
    other = show_paper(contract=contract, step=Step.ESIGN_CONSENT, language="en", trace=TRACE, by=one.by, at=later)
    assert (other.step.document_id != chinese, other.step.shown_at) == (True, later)
    assert other.sentences == sentences(Step.ESIGN_CONSENT, "tool", "en")


def test_a_signing_goes_on_where_it_was_left() -> None:
    prepare()
    one = signer()
    contract = one.begin()
    one.read(contract, Step.ESIGN_CONSENT)
    assert one.begin(NOW + timedelta(days=1)) == contract


def test_nobody_signs_for_the_client() -> None:
    prepare()
    one, other = signer(), signer("C3")
    contract, at = one.ready()
    code = one.code(contract, at)
    for by in (other.by, None):
        actor = by or one.by.__class__("system", "portal")
        with pytest.raises(NotTheClient):
            one.sign(contract, code, at, by=actor)
        with pytest.raises(NotTheClient):
            give_up_signing(contract=contract, by=actor, at=at)
        with pytest.raises(NotTheClient):
            decide_match(contract=contract, language="zh", trace=TRACE, on=TODAY, by=actor, at=at)


def test_a_wrong_code_takes_a_try_and_signs_nothing() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for left in range(4, -1, -1):
        tried = one.sign(contract, wrong, at)
        assert (tried.code, tried.tries_left) == (CodeResult.WRONG, left)
    assert one.sign(contract, code, at).code == CodeResult.SPENT
    assert not Subscription.objects.filter(source="here").exists()
    assert not EvidenceRecord.objects.exists()
    later = at + timedelta(minutes=2)
    assert one.sign(contract, one.code(contract, later), later).code == CodeResult.RIGHT


def test_a_code_expires_and_another_is_good() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    late = at + timedelta(minutes=6)
    assert one.sign(contract, code, late).code == CodeResult.EXPIRED
    assert one.sign(contract, one.code(contract, late), late).code == CodeResult.RIGHT


def test_signing_twice_is_signing_once() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    first = one.sign(contract, code, at)
    again = one.sign(contract, code, at)
    assert (again.code, again.contract.signature) == (CodeResult.RIGHT, first.contract.signature)
    assert (EvidenceRecord.objects.count(), Subscription.objects.filter(source="here").count()) == (1, 1)


def test_an_old_login_does_not_sign() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    for identification in (
        Identification(("password",), at - timedelta(minutes=11)),
        Identification(("password",), at + timedelta(seconds=1)),
        Identification((), at),
    ):
        with pytest.raises(LoginAgain):
            one.sign(contract, code, at, identification=identification)
    assert OneTimeCode.objects.get().used_at is None


def test_time_to_think_lies_between_reading_and_signing() -> None:
    prepare(changed("thinking_hours", 24))
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    with pytest.raises(ThinkFirst) as caught:
        one.sign(contract, code, at)
    until = caught.value.until
    assert until == at + timedelta(hours=24)
    stale = until - timedelta(minutes=1)
    with pytest.raises(ThinkFirst):
        one.sign(contract, code, stale)
    assert one.sign(contract, one.code(contract, until), until).code == CodeResult.RIGHT


def test_a_mismatch_needs_the_written_warning() -> None:
    prepare(changed("risk_level", "R4"))
    one = signer()
    contract = one.begin()
    at = one.read(contract, Step.ESIGN_CONSENT)
    assert one.decide(contract, at).outcome == "warning"
    at = one.read(contract, Step.RISK_DISCLOSURE, at)
    with pytest.raises(OutOfOrder) as caught:
        show_paper(contract=contract, step=Step.AGREEMENT, language="zh", trace=TRACE, by=one.by, at=at)
    assert caught.value.next_step == Step.SPECIAL_WARNING
    at = one.read(contract, Step.SPECIAL_WARNING, at)
    contract.refresh_from_db()
    assert contract.state == ContractState.WARNED


def test_a_client_without_a_class_is_refused() -> None:
    prepare()
    one = signer("C2")
    contract = one.begin()
    at = one.read(contract, Step.ESIGN_CONSENT)
    assert one.decide(contract, at).outcome == "refused"
    contract.refresh_from_db()
    assert contract.state == ContractState.REFUSED
    with pytest.raises(OutOfOrder):
        show_paper(contract=contract, step=Step.RISK_DISCLOSURE, language="zh", trace=TRACE, by=one.by, at=at)


def test_a_class_that_changed_meanwhile_does_not_sign() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    code = one.code(contract, at)
    feed_says("C1", TODAY, "C1", TODAY)
    with pytest.raises(StandingChanged):
        one.sign(contract, code, at)
    assert not Subscription.objects.filter(source="here").exists()


def test_a_step_that_is_done_never_changes() -> None:
    prepare()
    one = signer()
    contract = one.begin()
    one.read(contract, Step.ESIGN_CONSENT)
    for statement in ("UPDATE signing_signingstep SET device = 'x'", "DELETE FROM signing_signingstep"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_agreeing_to_sign_electronically_is_a_consent_that_can_be_taken_back() -> None:
    prepare()
    one = signer()
    contract, at = one.ready()
    assert consents(one.client.pk, Purpose.ESIGN)
    code = one.code(contract, at)
    withdraw_consent(client=one.client, purpose=Purpose.ESIGN, by=one.by, at=at)
    with pytest.raises(ConsentWithdrawn):
        one.sign(contract, code, at)
    assert not Subscription.objects.filter(source="here").exists()
    give_consent(client=one.client, purpose=Purpose.ESIGN, by=one.by, at=at)
    assert one.sign(contract, code, at).code == CodeResult.RIGHT
