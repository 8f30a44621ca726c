"""The addresses of the back office."""

from __future__ import annotations

from django.urls import path

from backoffice.views import matrix, preferences

app_name = "backoffice"

urlpatterns = [
    path("", matrix.home, name="home"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/sheet.csv", matrix.matrix_sheet, name="matrix-sheet"),
    path("preferences/", preferences.keep, name="preferences"),
]
