"""Audit events say whom they concern and stand in chains; how long what is stored."""

from __future__ import annotations

import core.models
import django.db.models.deletion
from django.db import migrations, models


TABLES = ("core_auditbatch", "core_auditlink", "core_audithead")

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

LOGS, RECORDS = ("log", 6), ("record", 240)
CYBER = "《网络安全法》第二十一条"
SECURITIES = "《证券法》第一百三十七条"
SUITABILITY = "《证券期货投资者适当性管理办法》第三十二条"
PERIODS = (
    ("job_runs", *LOGS, CYBER),
    ("outbox_events", *LOGS, CYBER),
    ("one_time_codes", *LOGS, CYBER),
    ("audit_events", *RECORDS, SECURITIES),
    ("contracts", *RECORDS, SECURITIES),
    ("evidence", *RECORDS, SECURITIES),
    ("consents", *RECORDS, SECURITIES),
    ("deliveries", *RECORDS, SECURITIES),
    ("assessments", *RECORDS, SUITABILITY),
    ("decisions", *RECORDS, SUITABILITY),
    ("notices", *RECORDS, SUITABILITY),
)


def seed(apps, schema_editor):
    period = apps.get_model("core", "StoragePeriod")
    period.objects.bulk_create(
        period(kind=kind, nature=nature, months=months, source=source) for kind, nature, months, source in PERIODS
    )


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('snapshot', models.TextField()),
                ('cluster', models.BigIntegerField()),
                ('transaction_id', core.models.TransactionId(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
            ],
            options={
                'verbose_name': 'batch of linked audit events',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('file', models.CharField(max_length=64)),
                ('links', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'sealed head of the chains of audit',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('number', models.PositiveBigIntegerField()),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'link of an audit event',
                'ordering': ['place', 'number'],
            },
        ),
        migrations.CreateModel(
            name='StoragePeriod',
            fields=[
                ('kind', models.SlugField(max_length=32, primary_key=True, serialize=False)),
                ('nature', models.CharField(choices=[('log', 'log'), ('record', 'record')], max_length=8)),
                ('months', models.PositiveSmallIntegerField()),
                ('source', models.CharField(max_length=300)),
            ],
            options={
                'verbose_name': 'storage period',
                'ordering': ['nature', 'kind'],
            },
        ),
        migrations.RemoveIndex(
            model_name='auditevent',
            name='audit_subject',
        ),
        migrations.AddField(
            model_name='auditevent',
            name='client',
            field=models.CharField(blank=True, db_default='', default='', max_length=140),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='place',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='transaction_id',
            field=core.models.TransactionId(db_default=models.Func(function='pg_current_xact_id'), editable=False),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['subject_key', 'subject_kind'], name='audit_subject_key'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['at', 'id'], name='audit_time'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['action', 'at'], name='audit_action'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['actor_name', 'at'], name='audit_actor'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('client', ''), _negated=True), fields=['client', 'at'], name='audit_client'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('place', ''), _negated=True), fields=['place'], name='audit_place', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['transaction_id'], name='audit_stream'),
        ),
        migrations.AddConstraint(
            model_name='auditevent',
            constraint=models.CheckConstraint(condition=models.Q(('place', ''), ('place__endswith', '.'), _connector='OR'), name='audit_place_closed'),
        ),
        migrations.AddField(
            model_name='auditlink',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='core.auditbatch'),
        ),
        migrations.AddField(
            model_name='auditlink',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='core.auditevent'),
        ),
        migrations.AddConstraint(
            model_name='storageperiod',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='storage_names_its_rule'),
        ),
        migrations.AddConstraint(
            model_name='storageperiod',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('months__gte', 6), ('nature', 'log')), models.Q(('months__gte', 240), ('nature', 'record')), _connector='OR'), name='storage_as_long_as_the_law_says'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=models.UniqueConstraint(fields=('place', 'number'), name='auditlink_number'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='auditlink_counts_from_1'),
        ),
        *(
            migrations.RunSQL(APPEND_ONLY.format(table=table), f"DROP TRIGGER append_only ON {table}")
            for table in TABLES
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
