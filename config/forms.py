"""The forms of allauth in the words of this house: labels in both languages, and no links to pages not offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

NAMES = {
    "code": _("Code"),
    "name": _("Name of the passkey"),
    "passwordless": _("Log in with it alone, without the password"),
}
HELP = {
    "password1": _("At least 12 characters; several words are easy to remember and hard to guess."),
    "passwordless": _("The device then asks for your fingerprint, your face or its code."),
}


def _ours(fields: Mapping[str, forms.Field]) -> None:
    """Say what a field asks for in our words, once, as its label."""
    for name, field in fields.items():
        field.label = NAMES.get(name, field.label)
        field.help_text = HELP.get(name, "")
        field.widget.attrs.pop("placeholder", None)


class PasswordAgain(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The password once more, without a way to reset it: the house offers none by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)


class NewPassword(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """A new password, with the same words on what makes a good one as at registering."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)

    def clean_password1(self) -> str:
        """Return the new password; the present one, which somebody may have made, is none."""
        password: str = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the present password: choose another."))
        return password


class Code(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code of an authenticator app at the door."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)


class CodeAgain(CodeAgainForm):  # type: ignore[misc]  # allauth ships no types
    """The code of an authenticator app once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)


class PasskeyName(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self.fields)
