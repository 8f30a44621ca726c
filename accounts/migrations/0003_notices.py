"""What a client is told: notices, their deliveries, and one-time codes."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_client_logins"),
        ('core', '0003_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('kind', models.CharField(choices=[('signed', 'signed'), ('withdrawn', 'withdrawn'), ('paused', 'paused'), ('resumed', 'resumed'), ('suspended', 'suspended'), ('released', 'released'), ('rematched', 'matched again'), ('renewed', 'renewed'), ('expiring', 'about to end'), ('expired', 'expired'), ('terminated', 'terminated'), ('cooling_off_ended', 'cooling-off period over'), ('code', 'one-time code')], max_length=32)),
                ('params', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.client')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.outboxevent')),
            ],
            options={
                'verbose_name': 'notice',
            },
        ),
        migrations.CreateModel(
            name='NoticeDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('sms', 'text message'), ('wecom', 'WeCom')], max_length=16)),
                ('state', models.CharField(choices=[('waiting', 'waiting to be sent'), ('sent', 'handed over'), ('given_up', 'given up; a person may try again')], default='waiting', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('number', models.CharField(blank=True, default='', max_length=200)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='accounts.notice')),
            ],
            options={
                'verbose_name': 'delivery of a notice',
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('sign', 'to sign'), ('register', 'to register'), ('login', 'to log in')], max_length=16)),
                ('subject', models.CharField(blank=True, default='', max_length=64)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('sms', 'text message'), ('wecom', 'WeCom')], max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts_left', models.PositiveSmallIntegerField()),
                ('used_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='accounts.client')),
            ],
            options={
                'verbose_name': 'one-time code',
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['client', '-at'], name='notice_of_client'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('event', 'client', 'kind'), name='notice_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['signed', 'withdrawn', 'paused', 'resumed', 'suspended', 'released', 'rematched', 'renewed', 'expiring', 'expired', 'terminated', 'cooling_off_ended', 'code'])), name='notice_kind'),
        ),
        migrations.AddIndex(
            model_name='noticedelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='noticedelivery_due'),
        ),
        migrations.AddConstraint(
            model_name='noticedelivery',
            constraint=models.UniqueConstraint(fields=('notice', 'channel'), name='noticedelivery_once'),
        ),
        migrations.AddConstraint(
            model_name='noticedelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', True), ('state__in', ['waiting', 'given_up'])), _connector='OR'), name='noticedelivery_sent'),
        ),
        migrations.AddConstraint(
            model_name='onetimecode',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True), ('used_at__isnull', True)), fields=('client', 'purpose', 'subject'), name='code_live_once'),
        ),
        migrations.AddConstraint(
            model_name='onetimecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['sign', 'register', 'login'])), name='code_purpose'),
        ),
        migrations.AddConstraint(
            model_name='onetimecode',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='code_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='onetimecode',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('replaced_at__isnull', True), _connector='OR'), name='code_used_or_replaced'),
        ),
    ]
