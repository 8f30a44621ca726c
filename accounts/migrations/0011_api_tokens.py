"""Tokens of the API and clients of partners' systems: what they open never changes, and none is deleted."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# What a token opens stands as it was made: it is used, and it is ended once.
STANDS = """
CREATE FUNCTION accounts_apidoor_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written text[] := CASE WHEN OLD.revoked_at IS NULL THEN '{used_at,revoked_at,revoked_by_id}' ELSE '{used_at}' END;
BEGIN
    IF to_jsonb(OLD) - written <> to_jsonb(NEW) - written THEN
        RAISE EXCEPTION 'what a token opens does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def guarded(table: str) -> list[migrations.RunSQL]:
    """Return the triggers of a table."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER door_stands BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION accounts_apidoor_stands()",
            f"DROP TRIGGER door_stands ON {table}",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()",
            f"DROP TRIGGER never_deleted ON {table}",
        ),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_second_factor_resets'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='partner',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.CreateModel(
            name='ApiClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('role', models.CharField(choices=[('adviser', 'adviser'), ('relationship_manager', 'relationship manager'), ('outlet_manager', 'outlet manager'), ('branch_manager', 'branch manager'), ('head_office_manager', 'head office manager'), ('product_manager', 'product manager'), ('operations', 'operations'), ('compliance', 'compliance'), ('auditor', 'auditor'), ('administrator', 'administrator')], max_length=32)),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API client',
                'verbose_name_plural': 'API clients',
                'ordering': ['-made_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('role', models.CharField(choices=[('adviser', 'adviser'), ('relationship_manager', 'relationship manager'), ('outlet_manager', 'outlet manager'), ('branch_manager', 'branch manager'), ('head_office_manager', 'head office manager'), ('product_manager', 'product manager'), ('operations', 'operations'), ('compliance', 'compliance'), ('auditor', 'auditor'), ('administrator', 'administrator')], max_length=32)),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='accounts.apiclient')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ['-made_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='apiclient',
            constraint=models.CheckConstraint(condition=models.Q(('areas__contained_by', ['figures', 'clients', 'terms', 'manage_terms', 'feeds', 'operate', 'audit', 'settings', 'records', 'manage_rules', 'events', 'reports', 'manage_reports']), models.Q(('areas', []), _negated=True)), name='apiclient_opens_known_areas'),
        ),
        migrations.AddConstraint(
            model_name='apiclient',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='apiclient_named'),
        ),
        migrations.AddConstraint(
            model_name='apiclient',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='apiclient_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='apiclient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='apiclient_revoked_pair'),
        ),
        migrations.AddIndex(
            model_name='apitoken',
            index=models.Index(fields=['user', '-made_at'], name='apitoken_of_user'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=models.Q(('areas__contained_by', ['figures', 'clients', 'terms', 'manage_terms', 'feeds', 'operate', 'audit', 'settings', 'records', 'manage_rules', 'events', 'reports', 'manage_reports']), models.Q(('areas', []), _negated=True)), name='apitoken_opens_known_areas'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='apitoken_named'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='apitoken_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='apitoken_revoked_pair'),
        ),
        migrations.RunSQL(STANDS, "DROP FUNCTION accounts_apidoor_stands()"),
        *guarded("accounts_apiclient"),
        *guarded("accounts_apitoken"),
    ]
