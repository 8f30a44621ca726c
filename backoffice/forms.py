"""Forms of the back office that allauth and the pages of terms do not bring: a new login, a role to propose, a
second factor that was lost, a token, a webhook.

They read what was posted into typed values and say what is missing. Whether it may be done, the operation decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from accounts.roles import GRANTED
from core.senders.webhooks import TargetRefused, check_target
from screens.plain.events import KINDS

ISO = "%Y-%m-%d"
"""How a browser wants the value of a day, in any language."""


class NewLogin(forms.Form):
    """The login of a new member of staff."""

    username = forms.CharField(label=_("User name"), max_length=150, validators=[UnicodeUsernameValidator()])
    full_name = forms.CharField(label=_("Full name"), max_length=150, required=False)


class LostFactor(forms.Form):
    """That a person lost the second factor, and how that is known."""

    reason = forms.CharField(
        label=_("How you know it"), max_length=200, help_text=_("For example: came in person with the staff card.")
    )


class NewValue(forms.Form):
    """Another value of a setting, and why."""

    value = forms.CharField(label=_("Value"), max_length=200)
    reason = forms.CharField(label=_("Why"), max_length=200)


class Proposal(forms.Form):
    """A role on a unit, from a day on, until before another."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.CharField(label=_("Unit"), max_length=64, widget=forms.TextInput(attrs={"list": "units"}))
    since = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format=ISO))
    until = forms.DateField(
        label=_("Until, not included"), required=False, widget=forms.DateInput({"type": "date"}, format=ISO),
        help_text=_("Empty: until somebody ends it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in GRANTED])


class NewPartner(forms.Form):
    """The login of a partner's system."""

    username = forms.CharField(label=_("User name"), max_length=150, validators=[UnicodeUsernameValidator()])
    full_name = forms.CharField(label=_("Whose system it is"), max_length=150)


class OfGrant(forms.Form):
    """Something for a program, in one of the roles that can be chosen from, with boxes that stand below the fields."""

    boxed: str
    name = forms.CharField(label=_("What it is for"), max_length=100)
    grant = forms.ChoiceField(label=_("Role and unit"))

    def __init__(self, *args: Any, choices: Sequence[Any], **kwargs: Any) -> None:
        """Offer the roles."""
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.fields["grant"] = forms.ChoiceField(
            label=_("Role and unit"), choices=[(one.key, one.words) for one in choices]
        )

    @property
    def beside(self) -> dict[str, list[forms.BoundField]]:
        """The fields that stand in a row."""
        return {"visible_fields": [field for field in self.visible_fields() if field.name != self.boxed]}

    @property
    def boxes(self) -> forms.BoundField:
        """The field that stands below them."""
        return self[self.boxed]


class NewToken(OfGrant):
    """A token for one of the roles held: what it is for, which areas, how many days."""

    boxed = "areas"
    areas = forms.MultipleChoiceField(label=_("Areas"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Good for so many days"), min_value=1, max_value=366, initial=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Sequence[Any], **kwargs: Any) -> None:
        """Offer the roles that are held, and the areas that any of them opens."""
        super().__init__(*args, choices=choices, **kwargs)
        areas = dict(pair for one in choices for pair in one.areas)
        self.fields["areas"] = forms.MultipleChoiceField(
            label=_("Areas"), choices=[*areas.items()], widget=forms.CheckboxSelectMultiple
        )


class NewWebhook(OfGrant):
    """A webhook in one of the roles that read the log: what it is for, where it is told, and of what."""

    boxed = "kinds"
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https:// and leads to the open internet."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Events"), choices=[*KINDS.items()], initial=[*KINDS], widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        """Refuse an address to which nothing may be pushed."""
        url: str = self.cleaned_data["url"]
        try:
            check_target(url, settings.WEBHOOK_HOSTS)
        except TargetRefused as problem:
            text = _("Nothing can be pushed there: it is no https address, is not found, or lies in a private network.")
            raise forms.ValidationError(text) from problem
        return url
