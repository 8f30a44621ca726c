"""Passwords that were handed over, and lost second factors that two people take away."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was proposed stays as it was written; who confirmed or withdrew it is written once.
RESET_STANDS = """
CREATE FUNCTION accounts_factorreset_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written text[] := CASE
        WHEN OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN '{}'
        ELSE '{confirmed_at,confirmed_by_id,withdrawn_at,withdrawn_by_id}'
    END;
BEGIN
    IF to_jsonb(OLD) - written <> to_jsonb(NEW) - written THEN
        RAISE EXCEPTION 'the reset of a second factor does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

RESET_STANDS_TRIGGER = """
CREATE TRIGGER reset_stands BEFORE UPDATE ON accounts_factorreset
    FOR EACH ROW EXECUTE FUNCTION accounts_factorreset_stands()
"""

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON accounts_factorreset
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_row_level_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_given_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="FactorReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="factor_resets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reset of a second factor",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("user",),
                        name="factorreset_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="factorreset_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("withdrawn_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="factorreset_confirmed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="factorreset_withdrawn_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                        name="factorreset_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("user", models.F("proposed_by")), _negated=True),
                            models.Q(("user", models.F("confirmed_by")), _negated=True),
                        ),
                        name="factorreset_not_ones_own",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RESET_STANDS, "DROP FUNCTION accounts_factorreset_stands()"),
        migrations.RunSQL(RESET_STANDS_TRIGGER, "DROP TRIGGER reset_stands ON accounts_factorreset"),
        migrations.RunSQL(NEVER_DELETED, "DROP TRIGGER never_deleted ON accounts_factorreset"),
    ]
