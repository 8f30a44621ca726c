"""Limits and sealed settings, which two people change."""

from __future__ import annotations

import django.contrib.postgres.functions
from django.db import migrations, models


# What was proposed stays as it was written; who confirmed or withdrew it is written once.
SETTING_STANDS = """
CREATE FUNCTION core_setting_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written text[] := CASE
        WHEN OLD.set_up_at IS NOT NULL OR OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN '{}'
        ELSE '{confirmed_at,confirmed_by,confirmer,withdrawn_at,withdrawn_by}'
    END;
BEGIN
    IF to_jsonb(OLD) - written <> to_jsonb(NEW) - written THEN
        RAISE EXCEPTION 'a version of a setting does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

SETTING_STANDS_TRIGGER = """
CREATE TRIGGER setting_stands BEFORE UPDATE ON core_settingversion
    FOR EACH ROW EXECUTE FUNCTION core_setting_stands()
"""

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON core_settingversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_words_of_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='SettingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('key', models.SlugField(max_length=32)),
                ('value', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=200)),
                ('set_up_at', models.DateTimeField(null=True)),
                ('proposed_at', models.DateTimeField(null=True)),
                ('proposed_by', models.BigIntegerField(null=True)),
                ('proposer', models.CharField(max_length=150)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.BigIntegerField(null=True)),
                ('confirmer', models.CharField(blank=True, max_length=150)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.BigIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'version of a setting',
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('set_up_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('key',), name='setting_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('value', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='setting_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True), ('set_up_at__isnull', False)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('set_up_at__isnull', True)), _connector='OR'), name='setting_proposed_or_set_up'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('withdrawn_at__isnull', True), ('set_up_at__isnull', True)), _connector='OR'), name='setting_confirmed_pair'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('set_up_at__isnull', True), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='setting_withdrawn_pair'), models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), name='setting_two_people')],
            },
        ),
        migrations.RunSQL(SETTING_STANDS, "DROP FUNCTION core_setting_stands()"),
        migrations.RunSQL(SETTING_STANDS_TRIGGER, "DROP TRIGGER setting_stands ON core_settingversion"),
        migrations.RunSQL(NEVER_DELETED, "DROP TRIGGER never_deleted ON core_settingversion"),
    ]
