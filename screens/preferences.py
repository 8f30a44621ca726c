"""How a reader wants the screen: language, theme, and which colour means up.

Kept in cookies that hold nothing about a person, so that the first paint is right and no script is needed.
English starts with green for up, Chinese with red; a choice made by hand wins over both.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from screens import formats

THEMES = ("system", "light", "dark")
DIRECTIONS = ("red-up", "green-up")
THEME_COOKIE, DIRECTION_COOKIE = "theme", "updown"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices that a page is drawn with."""

    language: str
    theme: str
    direction: str

    @property
    def chinese(self) -> bool:
        return formats.is_chinese(self.language)

    @property
    def next_theme(self) -> str:
        """Return the theme that the switch in the navigation leads to."""
        return THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)]

    @property
    def next_direction(self) -> str:
        return "green-up" if self.direction == "red-up" else "red-up"


def of(request: HttpRequest) -> Preferences:
    """Return the choices of a request; an unknown value counts as none."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    theme = request.COOKIES.get(THEME_COOKIE, "")
    direction = request.COOKIES.get(DIRECTION_COOKIE, "")
    usual = "red-up" if formats.is_chinese(language) else "green-up"
    return Preferences(
        language=language,
        theme=theme if theme in THEMES else "system",
        direction=direction if direction in DIRECTIONS else usual,
    )


def _keep(response: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)


def keep(response: HttpResponse, request: HttpRequest) -> None:
    """Write the choices that were posted into cookies; values that are not on offer are left out."""
    theme, direction = request.POST.get("theme", ""), request.POST.get("updown", "")
    language = request.POST.get("language", "")
    if theme in THEMES:
        _keep(response, request, THEME_COOKIE, theme)
    if direction in DIRECTIONS:
        _keep(response, request, DIRECTION_COOKIE, direction)
    if language in dict(settings.LANGUAGES):
        _keep(response, request, settings.LANGUAGE_COOKIE_NAME, language)


def house(language: str) -> str:
    """Return the name of the house in a language."""
    return settings.BROKER_NAME_EN if language.startswith("en") else settings.BROKER_NAME


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: the choices, under `preferences`, and the name of the house, under `brand`."""
    return {"preferences": of(request), "brand": house(translation.get_language() or "")}
