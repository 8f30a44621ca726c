"""The calendar of days with figures by keyboard and by hand, and a chart taken along as an image, in a real browser."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from smart_products.statistics import queries
from tests.browser.looks import ONE_LOOK
from tests.browser.site import Site, faults, log_in, running

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with django_db_blocker.unblock():
        yield from running(tmp_path_factory.mktemp("days") / "broker", clients=40, days=25)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.dataset.day || document.activeElement.dataset.daysOf || ''")
    return found


@pytest.mark.parametrize(("width", "scheme", "locale"), ONE_LOOK)
def test_a_day_is_chosen_by_keys(browser: Browser, site: Site, width: int, scheme: str, locale: str) -> None:
    context = browser.new_context(
        locale=locale, viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    log_in(page, site)
    if width < 720:
        page.locator(".filter-line a").click()
    days = queries.fact_days()
    dialog = page.locator("#day-picker")
    page.locator('[data-days-of="as_of"]').focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert focused(page) == days[-1].isoformat()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width

    page.keyboard.press("ArrowUp")
    assert focused(page) == (days[-1] - timedelta(days=7)).isoformat()
    page.keyboard.press("End")
    sunday = date.fromisoformat(focused(page))
    assert sunday.weekday() == 6
    page.keyboard.press("Enter")
    expect(dialog, "a day without figures can not be chosen").to_be_visible()
    page.keyboard.press("Home")
    assert date.fromisoformat(focused(page)).weekday() == 0
    page.keyboard.press("PageUp")
    assert focused(page) == "2024-11-23"
    page.keyboard.press("PageUp")
    assert focused(page) == "2024-11-01", "before the first month there is nothing"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(page) == "as_of"
    context.close()


def test_any_earlier_day_can_be_compared_with(page: Page, site: Site) -> None:
    log_in(page, site)
    days = queries.fact_days()
    page.locator('[data-days-of="since"]').click()
    expect(page.locator("[data-turn='-1']")).to_be_disabled()
    page.locator("[data-turn='1']").click()
    chosen = next(day for day in days[1:] if day.month == days[-1].month)
    page.locator(f'[data-day="{chosen}"]').click()
    page.wait_for_url(f"**since={chosen}*")
    expect(page.locator("#since")).to_have_value(chosen.isoformat())
    page.locator('[data-days-of="as_of"]').click()
    page.locator('[data-jump="end"]').click()
    assert focused(page) == days[-1].isoformat()


@pytest.mark.parametrize(
    ("address", "name", "drawn"),
    [("/", "growth", "svg.chart.only-wide"), ("/product/", "cohorts", ".cohort-triangle")],
    ids=["chart", "triangle"],
)
def test_what_is_drawn_is_taken_along_as_an_image(
    page: Page, site: Site, tmp_path: Path, address: str, name: str, drawn: str
) -> None:
    log_in(page, site)
    page.goto(f"{site.url}{address}")
    with page.expect_download() as taken:
        page.locator(f'[data-image="{name}"]').click()
    path = tmp_path / f"{name}.png"
    taken.value.save_as(path)
    assert taken.value.suggested_filename == f"{name}.png"
    told = path.read_bytes()
    assert told[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", told[16:24])
    box = page.locator(drawn).first.bounding_box()
    assert box is not None
    assert width == 2 * (round(box["width"]) + 48)
    assert height > 2 * round(box["height"])
    colours = page.evaluate(
        """async (bytes) => {
          const image = new Image();
          await new Promise((done) => { image.onload = done; image.src = "data:image/png;base64," + bytes; });
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.width, image.height];
          const paint = canvas.getContext("2d");
          paint.drawImage(image, 0, 0);
          const seen = new Set(), data = paint.getImageData(0, 0, image.width, image.height).data;
          for (let at = 0; at < data.length; at += 4) { seen.add(data.slice(at, at + 3).join()); }
          return seen.size;
        }""",
        b64encode(told).decode(),
    )
    assert colours > 20, "bars, lines and words are drawn, not the paper alone"
