"""Plans, recipients, frozen reports and their deliveries; a report never changes, nothing of all this is deleted."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = """
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON reports_report
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""
NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_names_by_sound'),
        ('signing', '0007_subscriptions_by_start'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('frequency', models.CharField(choices=[('daily', 'every trading day'), ('weekly', 'every week'), ('monthly', 'every month')], max_length=8)),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], max_length=8)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'report plan',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('as_of', models.DateField()),
                ('since', models.DateField(null=True)),
                ('revision', models.PositiveSmallIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('cut', models.CharField(max_length=64)),
                ('figures', models.JSONField()),
                ('rendered_at', models.DateTimeField()),
                ('pdf', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
                ('workbook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reports.reportplan')),
            ],
            options={
                'verbose_name': 'report',
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('address', models.EmailField(blank=True, default='', max_length=254)),
                ('set_up', models.BooleanField(db_default=False, default=False)),
                ('proposed_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='reports.reportplan')),
            ],
            options={
                'verbose_name': 'recipient of reports',
            },
        ),
        migrations.CreateModel(
            name='ReportDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('requested', 'waits to be sent'), ('sent', 'sent'), ('failed', 'failed, will be tried again'), ('refused', 'refused'), ('parked', 'parked, waits for a person')], default='requested', max_length=16)),
                ('reason', models.CharField(blank=True, choices=[('no_grant', 'has no role on this unit any more'), ('switched_off', 'the login is switched off'), ('domain', 'the address is outside the allowed domains'), ('ended', 'is no recipient any more'), ('address', 'the other side refused the address')], default='', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('message_id', models.CharField(blank=True, default='', max_length=200)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='reports.recipient')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='reports.report')),
            ],
            options={
                'verbose_name': 'delivery of a report',
                'indexes': [models.Index(condition=models.Q(('state__in', ['requested', 'failed'])), fields=['due_at'], name='reportdelivery_due')],
                'constraints': [models.UniqueConstraint(fields=('report', 'recipient', 'number'), name='reportdelivery_once'), models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'sent', 'failed', 'refused', 'parked'])), name='reportdelivery_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='reportdelivery_sent'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'refused'), _negated=True), ('reason', '')), _connector='OR'), name='reportdelivery_refused')],
            },
        ),
        migrations.AddConstraint(
            model_name='reportplan',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('unit', 'frequency', 'language'), name='reportplan_once'),
        ),
        migrations.AddConstraint(
            model_name='reportplan',
            constraint=models.CheckConstraint(condition=models.Q(('frequency__in', ['daily', 'weekly', 'monthly'])), name='reportplan_frequency'),
        ),
        migrations.AddConstraint(
            model_name='reportplan',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['zh-hans', 'en'])), name='reportplan_language'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['-as_of', '-id'], name='report_newest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('plan', 'as_of', 'version'), name='report_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('plan', 'as_of', 'revision'), name='report_revision'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('plan', 'user'), name='recipient_once'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True), ('set_up', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('set_up', False)), _connector='OR'), name='recipient_proposed_or_set_up'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('set_up', False)), _connector='OR'), name='recipient_confirmed_pair'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='recipient_withdrawn_pair'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), name='recipient_two_people'),
        ),
        migrations.RunSQL(IMMUTABLE, "DROP TRIGGER immutable ON reports_report"),
        *(
            migrations.RunSQL(NEVER_DELETED.format(table=table), f"DROP TRIGGER never_deleted ON {table}")
            for table in ("reports_reportplan", "reports_recipient", "reports_reportdelivery")
        ),
    ]
