"""Contracts matched again: the question to a client, and what became of it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0004_signing_steps'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rematch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(max_length=100)),
                ('outcome', models.CharField(choices=[('fit', 'fits'), ('warning', 'does not fit; only after a special written warning'), ('refused', 'may not be signed')], max_length=16)),
                ('state', models.CharField(choices=[('asked', 'the client is asked to confirm again'), ('suspended', 'the service is withheld until it matches again or is confirmed'), ('confirmed', 'the client confirmed, by a new decision'), ('settled', 'it matches again as it did'), ('replaced', 'something else changed since, and is asked instead')], max_length=16)),
                ('asked_at', models.DateTimeField()),
                ('confirm_until', models.DateField()),
                ('ours', models.BooleanField(default=False)),
                ('decision', models.UUIDField(null=True)),
                ('acknowledged', models.JSONField(default=list)),
                ('closed_at', models.DateTimeField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rematches', to='signing.contract')),
            ],
            options={
                'verbose_name': 'contract matched again',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'suspended'])), fields=('contract',), name='rematch_open_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['warning', 'refused']), ('state__in', ['asked', 'suspended', 'confirmed', 'settled', 'replaced'])), name='rematch_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['asked', 'suspended'])), models.Q(models.Q(('state__in', ['asked', 'suspended']), _negated=True), ('closed_at__gte', models.F('asked_at'))), _connector='OR'), name='rematch_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('state', 'confirmed'), models.Q(('acknowledged', []), _negated=True)), models.Q(models.Q(('state', 'confirmed'), _negated=True), ('acknowledged', []), ('decision', None)), _connector='OR'), name='rematch_confirmed_by_decision')],
            },
        ),
    ]
