"""Logins of clients: invited or matched, once; consents that stay readable."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction

from accounts.digests import NoDigestKey, id_digest
from accounts.models import Client, ClientLogin, Consent, Invite, User
from accounts.operations import (
    AlreadyRegistered,
    InviteRefused,
    give_consent,
    invite_client,
    register_by_invite,
    register_by_match,
    renew_client_password,
    withdraw_consent,
)
from accounts.queries import NoMatch, client_of, consents_of, match_client, open_invite
from accounts.rules import Purpose
from core.models import AuditEvent
from tests.accounts.organisation import AT, BY, organise, staff

PASSWORD = "a long enough word"


@pytest.fixture
def client_c1(db: None) -> Client:
    organise()
    return Client.objects.get(code="C1")


def register(token: str, username: str = "lin") -> ClientLogin:
    return register_by_invite(token=token, username=username, password=PASSWORD, by=BY, at=AT)


def test_an_invited_client_has_a_login_that_is_no_staff(client_c1: Client) -> None:
    invited = invite_client(client=client_c1, by=BY, at=AT)
    assert invited.token not in str(Invite.objects.values_list())
    assert open_invite(invited.token, AT) == invited.invite
    login = register(invited.token)
    user = authenticate(username="lin", password=PASSWORD)
    assert user == login.user
    assert client_of(user) == client_c1
    assert not login.user.is_staff
    assert not login.user.grants.exists()
    assert client_of(staff("wang", "B1")) is None
    assert open_invite(invited.token, AT) is None
    told = AuditEvent.objects.filter(subject_kind="client").order_by("pk")
    assert [event.action for event in told] == ["invite_client", "register_client"]
    assert "lin" not in str([event.details for event in told])


def test_an_invitation_is_good_once_and_for_a_while_and_a_new_one_replaces_it(client_c1: Client) -> None:
    first = invite_client(client=client_c1, by=BY, at=AT)
    later = AT + timedelta(hours=1)
    second = invite_client(client=client_c1, by=BY, at=later)
    for word in (first.token, "never told", ""):
        with pytest.raises(InviteRefused):
            register_by_invite(token=word, username="lin", password=PASSWORD, by=BY, at=later)
    with pytest.raises(InviteRefused):
        register_by_invite(token=second.token, username="lin", password=PASSWORD, by=BY, at=later + timedelta(days=15))
    register_by_invite(token=second.token, username="lin", password=PASSWORD, by=BY, at=later)
    with pytest.raises(InviteRefused):
        register_by_invite(token=second.token, username="other", password=PASSWORD, by=BY, at=later)
    with pytest.raises(AlreadyRegistered):
        invite_client(client=client_c1, by=BY, at=later)


def test_a_name_that_is_taken_leaves_the_invitation_open(client_c1: Client) -> None:
    staff("Lin")
    invited = invite_client(client=client_c1, by=BY, at=AT)
    with pytest.raises(AlreadyRegistered) as refused, transaction.atomic():
        register(invited.token)
    assert refused.value.name_taken
    register(invited.token, "lin2")


def test_a_client_is_found_by_mobile_and_document(client_c1: Client, settings: Any) -> None:
    settings.ID_DIGEST_KEY = "key"
    Client.objects.filter(pk=client_c1.pk).update(id_digest=id_digest("11010119800101001x"))
    assert match_client("138 0000 0000", "110101 19800101 001X") == client_c1
    for mobile, number in (("13800000000", "1"), ("13800000001", "11010119800101001X"), ("", "11010119800101001X")):
        with pytest.raises(NoMatch):
            match_client(mobile, number)
    Client.objects.filter(code="C2").update(mobile="13800000000", id_digest=id_digest("11010119800101001X"))
    with pytest.raises(NoMatch):
        match_client("13800000000", "11010119800101001X")
    Client.objects.filter(code="C2").update(mobile="")
    register_by_match(client=client_c1, username="lin", password=PASSWORD, by=BY, at=AT)
    with pytest.raises(NoMatch):
        match_client("13800000000", "11010119800101001X")
    settings.ID_DIGEST_KEY = ""
    with pytest.raises(NoDigestKey):
        match_client("13800000000", "1")


def test_the_database_refuses_a_second_login(client_c1: Client) -> None:
    register(invite_client(client=client_c1, by=BY, at=AT).token)
    other = User.objects.create(username="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientLogin.objects.create(user=other, client=client_c1, registered_at=AT)


def test_a_new_password_takes_the_old_ones_place(client_c1: Client) -> None:
    login = register(invite_client(client=client_c1, by=BY, at=AT).token)
    renew_client_password(login=login, password="another long word", by=BY, at=AT)
    assert authenticate(username="lin", password=PASSWORD) is None
    assert authenticate(username="lin", password="another long word") == login.user


def test_consents_are_given_once_and_stay_readable(client_c1: Client) -> None:
    assert [view.stands for view in consents_of(client_c1.pk)] == [False] * len(Purpose)
    given = give_consent(client=client_c1, purpose=Purpose.MARKETING, by=BY, at=AT)
    assert give_consent(client=client_c1, purpose=Purpose.MARKETING, by=BY, at=AT) == given
    later = AT + timedelta(days=1)
    withdraw_consent(client=client_c1, purpose=Purpose.MARKETING, by=BY, at=later)
    assert withdraw_consent(client=client_c1, purpose=Purpose.MARKETING, by=BY, at=later) is None
    view = next(one for one in consents_of(client_c1.pk) if one.purpose == Purpose.MARKETING)
    assert (view.stands, view.given_at, view.withdrawn_at) == (False, AT, later)
    give_consent(client=client_c1, purpose=Purpose.MARKETING, by=BY, at=later)
    assert next(one for one in consents_of(client_c1.pk) if one.purpose == Purpose.MARKETING).stands
    assert Consent.objects.count() == 2
    actions = AuditEvent.objects.filter(subject_kind="client").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["give_consent", "withdraw_consent", "give_consent"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.all().delete()


class TestAtTheSameTime:
    """Ten registrations of one client by different ways, all at once."""

    @pytest.fixture
    def tokens(self, transactional_db: None) -> list[str]:
        organise()
        held = Client.objects.get(code="C1")
        return [invite_client(client=held, by=BY, at=AT).token for _ in range(10)]

    def test_one_registers(self, tokens: list[str]) -> None:
        outcomes: list[str] = []
        ready = threading.Barrier(len(tokens))

        def attempt(number: int) -> None:
            ready.wait()
            try:
                with transaction.atomic():
                    register(tokens[number], f"lin{number}")
                outcomes.append("registered")
            except AlreadyRegistered:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt, args=(number,)) for number in range(len(tokens))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused"] * 9 + ["registered"]
        assert ClientLogin.objects.count() == 1
