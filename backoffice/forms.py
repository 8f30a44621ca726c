"""Forms of the back office that allauth and the pages of terms do not bring: a new login, a role to propose, a
second factor that was lost.

They read what was posted into typed values and say what is missing. Whether it may be done, the operation decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from accounts.roles import GRANTED

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


class NewToken(forms.Form):
    """A token for one of the roles held: what it is for, which areas, how many days."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    grant = forms.ChoiceField(label=_("Role and unit"))
    areas = forms.MultipleChoiceField(label=_("Areas"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Good for so many days"), min_value=1, max_value=366, initial=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Sequence[Any], **kwargs: Any) -> None:
        """Offer the roles that are held, and the areas that any of them opens."""
        super().__init__(*args, **kwargs)
        self.choices = choices
        areas = dict(pair for one in choices for pair in one.areas)
        self.fields["grant"] = forms.ChoiceField(
            label=_("Role and unit"), choices=[(one.key, one.words) for one in choices]
        )
        self.fields["areas"] = forms.MultipleChoiceField(
            label=_("Areas"), choices=[*areas.items()], widget=forms.CheckboxSelectMultiple
        )

    @property
    def beside(self) -> dict[str, list[forms.BoundField]]:
        """The fields that stand in a row; the areas stand below them."""
        return {"visible_fields": [field for field in self.visible_fields() if field.name != "areas"]}
