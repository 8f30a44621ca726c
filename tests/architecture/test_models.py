"""The tables: keys obey the floors, the database holds paired facts together, migrations are in step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from tests.architecture.source import DOMAIN, FACES

# Rates, not money: a logarithm of growth is summed over days.
RATES = {"statistics.Cell.growth_log"}
SCOPED = {
    *("accounts.RoleGrant", "accounts.ClientLogin", "accounts.Invite", "accounts.Consent"),
    *("suitability.Assessment", "suitability.ProfessionalStatus", "suitability.Decision"),
    *("accounts.Unit", "accounts.Client", "accounts.AssetAccount", "accounts.Notice", "accounts.NoticeDelivery"),
    *("accounts.OneTimeCode", "signing.Subscription", "signing.Contract", "signing.Pause", "signing.ServiceSpan"),
    *("signing.TermsMoveRow", "signing.AppliedTerms"),
    *("reports.ReportPlan", "reports.Recipient", "reports.Report", "reports.ReportDelivery"),
    *("signing.Charge", "signing.Refund", "signing.SetAside", "signing.SigningStep"),
}


def _ours() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in (*DOMAIN, *FACES)
    ]


def _floor(model: type[models.Model]) -> int | None:
    """The app's place in INSTALLED_APPS, top floor first; None for a package's model."""
    name = model._meta.app_config.name
    return settings.INSTALLED_APPS.index(name) if name.split(".")[0] in (*DOMAIN, *FACES) else None


def _keys(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if field.concrete and isinstance(target, type):
            yield field.name, target


def test_foreign_keys_point_down_the_floors() -> None:
    wrong = []
    for model in _ours():
        own = _floor(model)
        for name, target in _keys(model):
            floor = _floor(target)
            if own is not None and floor is not None and floor < own:
                wrong.append(f"{model._meta.label}.{name} -> {target._meta.label}")
    assert wrong == []


def test_installed_apps_list_the_rooms_in_floor_order() -> None:
    ours = [name for name in settings.INSTALLED_APPS if name.split(".")[0] in (*DOMAIN, *FACES)]
    assert ours == [
        *("api", "backoffice", "portal", "tasks", "smart_products.reports"),
        *("smart_products.statistics", "smart_products.holdings"),
        *("smart_products.signing", "smart_products.suitability", "smart_products.catalogue", "accounts", "core"),
    ]


def test_faces_have_no_models() -> None:
    assert [model._meta.label for model in _ours() if model.__module__.split(".")[0] in FACES] == []


def test_paired_facts_are_known_together() -> None:
    wrong = []
    for model in _ours():
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            if not name.endswith("_by"):
                continue
            partner = fields.get(f"{name.removesuffix('_by')}_at")
            if partner is None or partner.null != field.null:
                wrong.append(f"{model._meta.label}.{name}: no such time, or not as optional")
            elif field.null and not _held_together(model, name, partner.name):
                wrong.append(f"{model._meta.label}.{name}: no constraint holds the pair together")
    assert wrong == []


def _held_together(model: type[models.Model], one: str, other: str) -> bool:
    checks = [str(rule) for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)]
    return any(one in check and other in check for check in checks)


def test_no_table_keeps_a_float() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in _ours()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FloatField)
    ]
    assert set(wrong) <= RATES


def test_what_belongs_to_a_client_or_unit_can_be_scoped() -> None:
    wrong = [label for label in sorted(SCOPED) if not hasattr(apps.get_model(label)._default_manager, "visible_to")]
    assert wrong == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
