"""How staff log in: accounts are made by administrators, never by signing up.

allauth brings the limits on failed logins, and later the second factor.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed sign-up, else allauth's own ways."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: nobody makes an account for themselves."""
        return False
