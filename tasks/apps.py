"""The tasks app: Django finds the management commands through it."""

from __future__ import annotations

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Django's entry point to the tasks face."""

    name = "tasks"
