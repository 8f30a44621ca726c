"""The first tables of this app, with the triggers that guard them."""

from __future__ import annotations

import datetime
import django.core.serializers.json
import django.db.models.functions.comparison
from django.db import migrations, models


REFUSE = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""

# Arguments in pairs: a column of the table, and the table whose id it holds. One statement
# for all added rows: a foreign key would look up each row by itself.
REFERENCES = """
CREATE FUNCTION core_references_exist() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair integer := 0;
    missing text;
BEGIN
    WHILE pair < TG_NARGS LOOP
        EXECUTE format(
            'SELECT min(a.%1$I) FROM added a WHERE a.%1$I IS NOT NULL'
            ' AND NOT EXISTS (SELECT FROM %2$I p WHERE p.id = a.%1$I)',
            TG_ARGV[pair], TG_ARGV[pair + 1]
        ) INTO missing;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION '% of % names %, which is not in %',
                TG_ARGV[pair], TG_TABLE_NAME, missing, TG_ARGV[pair + 1]
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        pair := pair + 2;
    END LOOP;
    RETURN NULL;
END $$
"""

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(choices=[('user', 'person'), ('system', 'system')], max_length=8)),
                ('actor_name', models.CharField(max_length=150)),
                ('user_id', models.BigIntegerField(null=True)),
                ('action', models.CharField(max_length=64)),
                ('subject_kind', models.CharField(max_length=64)),
                ('subject_key', models.CharField(max_length=200)),
                ('details', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'verbose_name': 'audit event',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['subject_kind', 'subject_key'], name='audit_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('actor_kind', 'user'), ('user_id__isnull', False)), models.Q(('actor_kind', 'system'), ('user_id__isnull', True)), _connector='OR'), name='audit_user_has_id')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('trading', models.BooleanField()),
                ('working', models.BooleanField()),
            ],
            options={
                'verbose_name': 'calendar day',
                'indexes': [models.Index(condition=models.Q(('trading', True)), fields=['day'], name='calendar_trading')],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=100)),
                ('business_date', models.DateField(null=True)),
                ('scope', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('requested', 'waiting to run'), ('running', 'running'), ('succeeded', 'done'), ('failed', 'failed, will be tried again'), ('parked', 'parked after three failures, waits for a person')], default='requested', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('requested_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, default='')),
                ('result', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'verbose_name': 'job run',
                'ordering': ['-requested_at', '-id'],
                'indexes': [models.Index(fields=['state', 'heartbeat_at'], name='jobrun_unfinished')],
                'constraints': [models.UniqueConstraint(models.F('job'), django.db.models.functions.comparison.Coalesce(models.F('business_date'), models.Value(datetime.date(1, 1, 1))), models.F('scope'), name='jobrun_once'), models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'running', 'succeeded', 'failed', 'parked'])), name='jobrun_state'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['succeeded', 'failed', 'parked'])), models.Q(('finished_at__isnull', True), ('state__in', ['requested', 'running'])), _connector='OR'), name='jobrun_finished'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('heartbeat_at__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='jobrun_running')],
            },
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION core_refuse_change()"),
        migrations.RunSQL(REFERENCES, "DROP FUNCTION core_references_exist()"),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON core_auditevent"),
    ]
