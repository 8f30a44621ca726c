"""Records of the catalogue: families, products, what is said of them, terms; banned phrases and their contexts.

Product managers name families; compliance keeps the lint's lists. Terms and products have pages of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import Area
from backoffice.admin.acts import Act
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfHouse
from core.actor import Actor
from core.merging import UnknownCode
from smart_products.catalogue.models import BannedPhrase, Family, PhraseContext, Product, ProductVersion, TermsVersion
from smart_products.catalogue.operations import keep_context, keep_phrase, name_family
from smart_products.catalogue.rules import Language, PhraseReason

TERMS = OfHouse(Area.TERMS)


class Names(forms.Form):
    """The words of a family."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)


class PhraseWords(forms.Form):
    """What is kept of a banned phrase."""

    reason = forms.ChoiceField(label=_("Reason"), choices=PhraseReason.choices)
    active = forms.BooleanField(label=_("In use"), required=False)


class NewPhrase(forms.Form):
    """A phrase to ban."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    phrase = forms.CharField(label=_("Phrase"), max_length=100)
    reason = forms.ChoiceField(label=_("Reason"), choices=PhraseReason.choices)


class ContextWords(forms.Form):
    """What is kept of a context."""

    excuses = forms.BooleanField(label=_("Excuses the phrase"), required=False)
    active = forms.BooleanField(label=_("In use"), required=False)


class NewContext(forms.Form):
    """A wording around phrases."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    wording = forms.CharField(label=_("Wording"), max_length=200, help_text=_("… stands for the phrase."))
    excuses = forms.BooleanField(label=_("Excuses the phrase"), required=False)

    def clean_wording(self) -> str:
        """Refuse a wording that would excuse every text."""
        wording: str = self.cleaned_data["wording"]
        if not wording.strip(" …"):
            raise forms.ValidationError(_("A context says more than the phrase itself."))
        return wording


def _name(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for row in rows:
        name_family(source=row.source, code=row.code, name=given["name"], name_en=given["name_en"], by=by, at=at)


def _keep_phrase(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    reason, active = PhraseReason(given["reason"]), given["active"]
    for row in rows:
        keep_phrase(
            language=Language(row.language), phrase=row.phrase, reason=reason, active=active, by=by, at=at
        )  # fmt: skip


def _ban(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    language, reason = Language(given["language"]), PhraseReason(given["reason"])
    keep_phrase(language=language, phrase=given["phrase"], reason=reason, active=True, by=by, at=at)


def _keep_context(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    excuses, active = given["excuses"], given["active"]
    for row in rows:
        keep_context(
            language=Language(row.language), wording=row.wording, excuses=excuses, active=active, by=by, at=at
        )  # fmt: skip


def _add_context(rows: list[Any], given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    language, wording = Language(given["language"]), given["wording"]
    keep_context(language=language, wording=wording, excuses=given["excuses"], active=True, by=by, at=at)


def _nothing(rows: Any) -> list[Any]:
    return []


class Families(Records):
    """Families of products."""

    model = Family
    scope = TERMS
    listed = ("code", "name", "name_en", "source")
    searched = ("code", "name", "name_en")
    ordering = ("source", "code")
    acts = (
        Act(
            "name", _("Give it a name"), _("Every page and report calls the family so from now on; figures stay."),
            Area.MANAGE_TERMS, _name, Names,
            start=lambda row: {"name": row.name, "name_en": row.name_en},
            refusals={UnknownCode: _("No product has named this family yet.")},
        ),
    )  # fmt: skip


class Products(Records):
    """Products."""

    model = Product
    scope = TERMS
    listed = ("code", "family", "source", "retired_on")
    searched = ("code",)
    filtered = ("retired_inferred",)
    ordering = ("source", "code")


class ProductVersions(Records):
    """What is said of a product from a day on."""

    model = ProductVersion
    scope = TERMS
    listed = ("product", "number", "name", "valid_from", "risk_level", "regulatory_class", "withdrawn")
    key = ("product__public_id", "number")
    searched = ("name", "name_en", "product__code")
    filtered = ("risk_level", "regulatory_class", "withdrawn")
    ordering = ("-pk",)


class TermsVersions(Records):
    """Versions of terms; they are drafted and published on their own pages."""

    model = TermsVersion
    scope = TERMS
    listed = ("product", "number", "state", "valid_from", "valid_until", "drafted_by", "published_by")
    called = "number"
    searched = ("product__code", "digest")
    filtered = ("state",)
    ordering = ("-pk",)


class BannedPhrases(Records):
    """Phrases that no text for clients may hold. Named by language and phrase, which say nothing of anybody."""

    model = BannedPhrase
    scope = TERMS
    listed = ("phrase", "language", "reason", "active")
    key = ("language", "phrase")
    searched = ("phrase",)
    filtered = ("language", "reason", "active")
    ordering = ("language", "phrase")
    acts = (
        Act(
            "ban", _("Ban a phrase"), _("No version of terms that holds the phrase can be published from now on."),
            Area.MANAGE_RULES, _ban, NewPhrase, on_table=True, rows=_nothing,
        ),
        Act(
            "keep", _("Change the phrase"), _("Texts are judged by this from now on; what is published stays."),
            Area.MANAGE_RULES, _keep_phrase, PhraseWords,
            start=lambda row: {"reason": row.reason, "active": row.active},
        ),
    )  # fmt: skip


class PhraseContexts(Records):
    """Wordings that excuse phrases. Named by language and wording, which say nothing of anybody."""

    model = PhraseContext
    scope = TERMS
    listed = ("wording", "language", "excuses", "active")
    key = ("language", "wording")
    searched = ("wording",)
    filtered = ("language", "excuses", "active")
    ordering = ("language", "wording")
    acts = (
        Act(
            "add", _("Add a context"), _("Texts are judged by this from now on; what is published stays."),
            Area.MANAGE_RULES, _add_context, NewContext, on_table=True, rows=_nothing,
        ),
        Act(
            "keep", _("Change the context"), _("Texts are judged by this from now on; what is published stays."),
            Area.MANAGE_RULES, _keep_context, ContextWords,
            start=lambda row: {"excuses": row.excuses, "active": row.active},
        ),
    )  # fmt: skip


RECORDS = (Families, Products, ProductVersions, TermsVersions, BannedPhrases, PhraseContexts)
