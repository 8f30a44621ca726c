"""The forms of the portal: what is asked of a client who registers.

Checks form alone; whether an invitation or a match holds the operations decide.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class InviteForm(forms.Form):
    """The word of an invitation, typed from a letter."""

    word = forms.CharField(
        label=_("Code of the invitation"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class MatchForm(forms.Form):
    """What the broker knows of a client: the mobile, and the number of the identity document."""

    mobile = forms.CharField(
        label=_("Mobile number known to the broker"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    id_number = forms.CharField(
        label=_("Number of your identity document"),
        max_length=40,
        help_text=_("It is compared as a digest and not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class RegisterForm(forms.Form):
    """User name and password of a new login, and the consent without which there is nothing to show."""

    username = forms.CharField(
        label=_("User name"),
        min_length=3,
        max_length=64,
        validators=[UnicodeUsernameValidator()],
        help_text=_("At least 3 characters. You log in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters; several words are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    accounts = forms.BooleanField(
        label=_("I agree that the data of my accounts is used to show me my signed assets."),
        required=False,
        help_text=_(
            "Optional, and can be withdrawn at any time. Without it the portal shows products, but no amounts."
        ),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a weak password and one that was not typed twice alike."""
        given = super().clean() or {}
        password = given.get("password", "")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        if password:
            try:
                validate_password(password, User(username=given.get("username", "")))
            except ValidationError as problem:
                self.add_error("password", problem)
        return given


class CodeForm(RegisterForm):
    """The same, with the code that was sent to the mobile."""

    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=6,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ["code", "username", "password", "again", "accounts"]
