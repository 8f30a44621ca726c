"""The pages of terms through the whole stack: draft, propose, publish by two people, refusals, and strangers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Unit, User
from accounts.operations import grant_role
from accounts.rules import Role
from backoffice.pages.terms import posted
from core import clock
from core.models import AuditEvent, OutboxEvent
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.operations import draft_terms, propose_terms
from smart_products.catalogue.states import TermsState
from smart_products.catalogue.terms import Terms
from tests.accounts.organisation import AT as FOUNDED
from tests.accounts.organisation import BY, FIRST, organise
from tests.catalogue.terms_samples import GRID, SAMPLE, acting, changed, fed_product, terms

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def grid() -> Product:
    organise()
    return fed_product()


def person(name: str, unit: str | None = "HQ", role: Role = Role.PRODUCT_MANAGER) -> Client:
    """Return a browser of somebody with a role on a unit."""
    user, created = User.objects.get_or_create(username=name)
    if created and unit is not None:
        grant_role(user=user, role=role, unit=Unit.objects.get(code=unit), since=FIRST, by=BY, at=FOUNDED)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def fields(mapping: dict[str, Any] = SAMPLE) -> dict[str, str]:
    """Return the form that stands for terms, filled as a person would."""
    return {path: text for path, text in posted.filled(mapping).items() if text}


def save(client: Client, product: Product, given: dict[str, str], *, base: str = "") -> Any:
    return client.post(f"/terms/{product.public_id}/draft/", {**given, "base": base})


def move(client: Client, version: TermsVersion, act: str, **given: str) -> Any:
    return client.post(f"/terms/version/{version.public_id}/{act}/", given)


def test_from_a_form_to_a_published_version_by_two(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    assert ann.get(f"/terms/{grid.public_id}/draft/").status_code == 200
    saved = save(ann, grid, fields())
    version = TermsVersion.objects.get()
    assert saved.headers["Location"] == f"/terms/version/{version.public_id}/"
    assert version.digest == terms().digest()
    move(ann, version, "propose")
    today = clock.shanghai_today().isoformat()
    alone = move(ann, version, "publish", on=today)
    assert alone.status_code == 403
    assert "Two people are needed" in alone.content.decode()
    page = bo.get(saved.headers["Location"]).content.decode()
    assert version.digest in page
    assert "Publish this version" in page
    assert move(bo, version, "publish", on=today).status_code == 302
    version.refresh_from_db()
    assert version.state == TermsState.PUBLISHED
    assert [event.kind for event in OutboxEvent.objects.all()] == ["terms_published"]
    late = move(bo, version, "publish", on=today)
    assert (late.status_code, "Somebody was faster" in late.content.decode()) == (409, True)


def test_the_next_draft_begins_with_the_version_in_force_and_shows_what_differs(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    save(ann, grid, fields())
    first = TermsVersion.objects.get()
    move(ann, first, "propose")
    move(bo, first, "publish", on=clock.shanghai_today().isoformat())
    form = ann.get(f"/terms/{grid.public_id}/draft/").content.decode()
    assert 'name="risks.1.en"' in form
    assert "10.00" in form
    save(ann, grid, fields(changed("fees.0.amount_fen", 2500)))
    second = TermsVersion.objects.get(number=2)
    page = ann.get(f"/terms/version/{second.public_id}/").content.decode()
    assert "1 part differs from version 1" in page
    assert "<del>10.00</del>" in page
    assert "<ins>25.00</ins>" in page


def test_a_field_that_is_wrong_is_named_and_keeps_what_was_typed(grid: Product) -> None:
    ann = person("ann")
    wrong = {**fields(), "fees.0.amount_fen": "ten", "papers.1.body.en": "", "cooling_off_days": "900"}
    answer = save(ann, grid, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ten"' in page
    for name in ("fees-0-amount_fen", "papers-1-body-en", "cooling_off_days"):
        assert f'href="#f-{name}"' in page
        assert f'id="f-{name}-e"' in page
    assert not TermsVersion.objects.exists()


def test_more_fields_keep_what_was_typed_and_save_nothing(grid: Product) -> None:
    answer = person("ann").post(
        f"/terms/{grid.public_id}/draft/", {**fields(), "name.zh": "半成品", "more": "risks", "base": ""}
    )
    page = answer.content.decode()
    assert 'value="半成品"' in page
    assert 'name="risks.4.zh"' in page
    assert not TermsVersion.objects.exists()


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_overwritten(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    save(ann, grid, fields())
    base = TermsVersion.objects.get().digest
    save(bo, grid, fields(changed("risk_level", "R4")), base=base)
    late = save(ann, grid, fields(changed("risk_level", "R5")), base=base)
    assert late.status_code == 409
    assert TermsVersion.objects.get().terms["risk_level"] == "R4"


def test_banned_phrases_are_marked_with_their_place(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    save(ann, grid, fields(changed("risks.0.zh", "放心，保 本 ！")))
    version = TermsVersion.objects.get()
    page = ann.get(f"/terms/version/{version.public_id}/").content.decode()
    assert "1 banned phrase was found" in page
    assert "risks.0.zh" in page
    move(ann, version, "propose")
    refused = move(bo, version, "publish", on=clock.shanghai_today().isoformat())
    assert refused.status_code == 422
    assert "Banned phrases were found" in refused.content.decode()


def test_sending_back_discarding_and_retiring(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    save(ann, grid, fields())
    version = TermsVersion.objects.get()
    move(ann, version, "propose")
    assert ann.get(f"/terms/{grid.public_id}/draft/").headers["Location"] == f"/terms/version/{version.public_id}/"
    move(bo, version, "send-back")
    move(ann, version, "propose")
    today = clock.shanghai_today().isoformat()
    for bad in ("", "tomorrow"):
        assert move(bo, version, "publish", on=bad).status_code == 422
    assert move(bo, version, "publish", on="2020-01-01").status_code == 422
    move(bo, version, "publish", on=today)
    assert bo.post(f"/terms/{grid.public_id}/retire/", {"on": today}).status_code == 302
    assert bo.post(f"/terms/{grid.public_id}/retire/", {"on": today}).status_code == 422
    save(ann, grid, fields())
    second = TermsVersion.objects.get(number=2)
    assert move(ann, second, "discard").status_code == 302
    page = bo.get(f"/terms/{grid.public_id}/").content.decode()
    for state in ("retired", "discarded"):
        assert state in page


def test_where_the_feed_says_something_else_the_list_says_so(grid: Product) -> None:
    ann, bo = person("ann"), person("bo")
    save(ann, grid, fields())
    version = TermsVersion.objects.get()
    move(ann, version, "propose")
    move(bo, version, "publish", on=clock.shanghai_today().isoformat())
    assert "The feed says something else" not in ann.get("/terms/").content.decode()
    fed_product(GRID._replace(risk_level="R5"))
    assert "The feed says something else" in ann.get("/terms/").content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_texts_are_shown_as_a_client_reads_them(grid: Product, language: str) -> None:
    ann = person("ann")
    save(ann, grid, fields())
    page = ann.get(f"/terms/version/{TermsVersion.objects.get().public_id}/", {"text": language}).content.decode()
    text = page[page.index("client-text") :]
    shown, hidden = ("您会看到风险", "There are risks") if language == "zh" else ("There are risks", "您会看到风险")
    assert shown in text
    assert hidden not in text
    assert ("CNY 10.00" in text) == (language == "en")


# -- who may --------------------------------------------------------------------------------------------------------


READS = ["/terms/", "/terms/{product}/", "/terms/version/{version}/"]
WRITES = [
    "/terms/{product}/draft/",
    "/terms/{product}/retire/",
    *(f"/terms/version/{{version}}/{act}/" for act in ("propose", "send-back", "publish", "discard")),
]


@pytest.fixture
def proposed(grid: Product) -> TermsVersion:
    person("ann")
    ann = acting(User.objects.get(username="ann"))
    version = draft_terms(product=grid, terms=terms(), by=ann, at=FOUNDED)
    return propose_terms(version=version, by=ann, at=FOUNDED)


def at(route: str, version: TermsVersion) -> str:
    return route.format(product=version.product.public_id, version=version.public_id)


@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_a_stranger_finds_the_door_or_nothing(route: str, proposed: TermsVersion) -> None:
    path, audited = at(route, proposed), AuditEvent.objects.count()
    given = {**fields(), "on": clock.shanghai_today().isoformat(), "base": ""}
    stranger = Client()
    for answer in (stranger.get(path), stranger.post(path, given)):
        assert (answer.status_code, answer.headers.get("Location", "")[:16]) in {(302, "/accounts/login/"), (405, "")}
    without_role = person("nobody", unit=None)
    # A product manager of one branch manages no product of the house, and neither does any other role.
    others = [person("branch", "B1"), person("head", role=Role.HEAD_OFFICE_MANAGER)]
    assert without_role.get(path).status_code in {404, 405}
    assert without_role.post(path, given).status_code in {404, 405}
    for other in others:
        assert other.post(path, given).status_code in {404, 405}
        assert other.get(path).status_code == (200 if route in READS else 404 if route.endswith("draft/") else 405)
    ended = person("ended")
    User.objects.filter(username="ended").update(is_active=False)
    assert ended.post(path, given).status_code in {302, 405}
    proposed.refresh_from_db()
    assert proposed.state == TermsState.PROPOSED
    assert TermsVersion.objects.count() == 1
    # Three people came and got their roles; nothing else was done.
    assert AuditEvent.objects.count() == audited + 3


@pytest.mark.parametrize("route", [*READS[1:], *WRITES])
def test_what_is_not_there_is_not_there(route: str, proposed: TermsVersion) -> None:
    path = route.format(product=UNKNOWN, version=UNKNOWN)
    bo = person("bo")
    assert bo.post(path, {"on": "2030-01-01"}).status_code in {404, 405}
    assert bo.get(path).status_code in {404, 405}


def test_an_act_that_is_none_is_not_there(proposed: TermsVersion) -> None:
    assert move(person("bo"), proposed, "approve").status_code == 404


def test_acts_are_offered_to_those_alone_who_may(proposed: TermsVersion) -> None:
    page = f"/terms/version/{proposed.public_id}/"
    assert "Publish this version" in person("bo").get(page).content.decode()
    for name, role in (("ann", Role.PRODUCT_MANAGER), ("head", Role.HEAD_OFFICE_MANAGER)):
        assert "Publish this version" not in person(name, role=role).get(page).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_asks_more_for_more_products(count: int, grid: Product, django_assert_max_num_queries: Any) -> None:
    ann, bo = person("ann"), person("bo")
    for number in range(count):
        row = GRID._replace(code=f"grid{number}")
        product = fed_product(row)
        for _again in range(2):
            save(ann, product, fields())
            version = TermsVersion.objects.latest("pk")
            move(ann, version, "propose")
            move(bo, version, "discard")
        save(ann, product, fields())
    for path in (
        *("/terms/", f"/terms/{product.public_id}/", f"/terms/{product.public_id}/draft/"),
        f"/terms/version/{TermsVersion.objects.latest('pk').public_id}/",
    ):
        with django_assert_max_num_queries(15):
            assert ann.get(path).status_code == 200


def test_the_form_and_the_terms_stand_for_each_other() -> None:
    back = posted.mapping(posted.typed(posted.filled(terms().plain())))
    assert Terms.read(back) == terms()
