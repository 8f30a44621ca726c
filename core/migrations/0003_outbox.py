"""The outbox and its receipts, with the trigger that makes events append-only."""

from __future__ import annotations

import core.models
import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_outboxevent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_progress_of_job_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('kind', models.CharField(max_length=64)),
                ('subject_kind', models.CharField(max_length=64)),
                ('subject_key', models.CharField(max_length=200)),
                ('business_date', models.DateField()),
                ('at', models.DateTimeField()),
                ('schema_version', models.PositiveSmallIntegerField()),
                ('payload', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('transaction_id', core.models.TransactionId(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
            ],
            options={
                'verbose_name': 'outbox event',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['subject_kind', 'subject_key', 'id'], name='outbox_subject'), models.Index(fields=['transaction_id', 'id'], name='outbox_stream')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('subject_key', ''), _negated=True)), name='outbox_names_its_subject')],
            },
        ),
        migrations.CreateModel(
            name='OutboxReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handler', models.CharField(blank=True, max_length=64)),
                ('absorbed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('parked_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, default='')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='core.outboxevent')),
            ],
            options={
                'verbose_name': 'receipt of an outbox event',
                'ordering': ['event_id', 'id'],
                'indexes': [models.Index(condition=models.Q(('absorbed_at__isnull', True)), fields=['event'], name='receipt_open')],
                'constraints': [models.UniqueConstraint(fields=('event', 'handler'), name='receipt_once'), models.CheckConstraint(condition=models.Q(('absorbed_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='receipt_absorbed_or_parked')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON core_outboxevent"),
    ]
