"""Passwords in tests: Argon2 as everywhere, with the least work it allows. What production does stands in a test."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """A hash in a millisecond."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
