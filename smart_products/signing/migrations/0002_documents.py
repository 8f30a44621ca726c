"""Documents by their hash and the chain of evidence, whose rows are only ever added."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""
TABLES = ("signing_document", "signing_evidencerecord", "signing_evidencehead", "signing_evidencestamp")


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('signing', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('position', models.PositiveBigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('file', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'sealed head',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('media_type', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('stored_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'document',
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='document_digest')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveBigIntegerField(unique=True)),
                ('subscription_code', models.CharField(max_length=64, unique=True)),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('signature', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('time_stamped', models.BooleanField()),
                ('proof_until', models.DateTimeField()),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
            ],
            options={
                'verbose_name': 'evidence record',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('proof_until', models.DateTimeField()),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stamps', to='signing.evidencerecord')),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
            ],
            options={
                'verbose_name': 'later stamp',
                'ordering': ['record', 'number'],
            },
        ),
        migrations.AddConstraint(
            model_name='evidencerecord',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='evidence_position'),
        ),
        migrations.AddConstraint(
            model_name='evidencerecord',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('previous__regex', '^[0-9a-f]{64}$'), models.Q(('previous', models.F('digest')), _negated=True)), name='evidence_digests'),
        ),
        migrations.AddConstraint(
            model_name='evidencestamp',
            constraint=models.UniqueConstraint(fields=('record', 'number'), name='evidence_stamp_number'),
        ),
        migrations.AddConstraint(
            model_name='evidencestamp',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='evidence_stamp_first'),
        ),
        *(
            migrations.RunSQL(APPEND_ONLY.format(table=table), f"DROP TRIGGER append_only ON {table}")
            for table in TABLES
        ),
    ]
