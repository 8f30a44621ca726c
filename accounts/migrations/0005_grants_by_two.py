"""Grants that one proposes and another confirms; those that stand were set up by the system. Sessions that end."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Who proposed and who confirmed stays; a grant may end, or end sooner, and nothing else of it changes once it holds.
GRANT_STANDS = """
CREATE FUNCTION accounts_grant_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written text[] := CASE
        WHEN OLD.withdrawn_at IS NOT NULL THEN '{}'
        WHEN OLD.set_up OR OLD.confirmed_at IS NOT NULL THEN '{until}'
        ELSE '{until,since,confirmed_at,confirmed_by_id,withdrawn_at,withdrawn_by_id}'
    END;
BEGIN
    IF to_jsonb(OLD) - written <> to_jsonb(NEW) - written
       OR OLD.until IS NOT NULL AND (NEW.until IS NULL OR NEW.until > OLD.until) OR NEW.since < OLD.since THEN
        RAISE EXCEPTION 'a grant of a role does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GRANT_STANDS_TRIGGER = """
CREATE TRIGGER grant_stands BEFORE UPDATE ON accounts_rolegrant
    FOR EACH ROW EXECUTE FUNCTION accounts_grant_stands()
"""

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON accounts_rolegrant
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_terms_moves'),
        ('core', '0003_outbox'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='grant_role',
        ),
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='grant_open_once',
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='proposed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='public_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='set_up',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='set_up',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='user',
            name='sessions_ended',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('adviser', 'adviser'), ('relationship_manager', 'relationship manager'), ('outlet_manager', 'outlet manager'), ('branch_manager', 'branch manager'), ('head_office_manager', 'head office manager'), ('product_manager', 'product manager'), ('operations', 'operations'), ('compliance', 'compliance'), ('auditor', 'auditor'), ('administrator', 'administrator')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['adviser', 'relationship_manager', 'outlet_manager', 'branch_manager', 'head_office_manager', 'product_manager', 'operations', 'compliance', 'auditor', 'administrator'])), name='grant_role'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True), ('withdrawn_at__isnull', True)), fields=('user', 'role', 'unit'), name='grant_open_once'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True), ('set_up', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('set_up', False)), _connector='OR'), name='grant_proposed_or_set_up'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('set_up', False)), _connector='OR'), name='grant_confirmed_pair'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('confirmed_at__isnull', True), ('set_up', False), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='grant_withdrawn_pair'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), name='grant_two_people'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('user', models.F('proposed_by')), _negated=True), models.Q(('user', models.F('confirmed_by')), _negated=True)), name='grant_not_to_oneself'),
        ),
        migrations.RunSQL(GRANT_STANDS, "DROP FUNCTION accounts_grant_stands()"),
        migrations.RunSQL(GRANT_STANDS_TRIGGER, "DROP TRIGGER grant_stands ON accounts_rolegrant"),
        migrations.RunSQL(NEVER_DELETED, "DROP TRIGGER never_deleted ON accounts_rolegrant"),
    ]
