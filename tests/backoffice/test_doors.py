"""What needs no figures: strangers, an empty house, and the switches of language, theme and colour."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.operations import create_staff
from core import clock
from core.actor import system

pytestmark = pytest.mark.django_db


def test_strangers_are_sent_to_the_log_in_page(client: Client) -> None:
    for address in (
        "/matrix/",
        "/matrix/sheet.csv",
        "/product/",
        "/product/moves/",
        "/product/cohorts.csv",
        "/feeds/",
        "/jobs/",
    ):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
    swapped = client.get("/matrix/", headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == "/accounts/login/"


def test_before_anything_is_published_the_page_says_so(client: Client) -> None:
    client.force_login(
        create_staff(username="early", password="correct horse battery", by=system("test"), at=clock.now())
    )
    for address in ("/matrix/", "/product/", "/product/league/", "/product/differences/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "还没有发布过产品矩阵" in page.content.decode()
    assert client.get("/product/cohorts.csv").status_code == 404


def test_preferences_are_kept_and_lead_back(client: Client) -> None:
    answer = client.post("/preferences/", {"theme": "dark", "next": "/accounts/login/?next=/matrix/"})
    assert answer["Location"] == "/accounts/login/?next=/matrix/"
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/accounts/login/").content.decode()
    client.post("/preferences/", {"language": "en"})
    assert re.search(r'<html lang="en"\s+data-updown="green-up"', client.get("/accounts/login/").content.decode())
    client.post("/preferences/", {"updown": "red-up"})
    assert 'data-updown="red-up"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_preferences_never_lead_elsewhere(client: Client, target: str) -> None:
    assert client.post("/preferences/", {"theme": "light", "next": target})["Location"] == "/"


def test_preferences_refuse_what_is_not_on_offer(client: Client) -> None:
    client.post("/preferences/", {"theme": "pink", "updown": "sideways", "language": "fr"})
    assert not {"theme", "updown", "django_language"} & set(client.cookies)
    assert client.get("/preferences/").status_code == 405
