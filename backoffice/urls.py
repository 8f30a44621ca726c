"""The addresses of the back office."""

from __future__ import annotations

from django.urls import path

from backoffice.views import feeds, matrix, preferences, search

app_name = "backoffice"

urlpatterns = [
    path("", matrix.home, name="home"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/sheet.csv", matrix.matrix_sheet, name="matrix-sheet"),
    path("search/", search.search, name="search"),
    path("feeds/", feeds.deliveries, name="feeds"),
    path("feeds/<uuid:public_id>/", feeds.delivery, name="delivery"),
    path("feeds/<uuid:public_id>/quarantine.csv", feeds.quarantine_sheet, name="quarantine-sheet"),
    path("preferences/", preferences.keep, name="preferences"),
]
