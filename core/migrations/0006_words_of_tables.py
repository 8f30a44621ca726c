"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_calendar_proposals'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditbatch',
            options={'ordering': ['id'], 'verbose_name': 'batch of linked audit events', 'verbose_name_plural': 'batches of linked audit events'},
        ),
        migrations.AlterModelOptions(
            name='auditevent',
            options={'ordering': ['id'], 'verbose_name': 'audit event', 'verbose_name_plural': 'audit events'},
        ),
        migrations.AlterModelOptions(
            name='audithead',
            options={'ordering': ['day'], 'verbose_name': 'sealed head of the chains of audit', 'verbose_name_plural': 'sealed heads of the chains of audit'},
        ),
        migrations.AlterModelOptions(
            name='auditlink',
            options={'ordering': ['place', 'number'], 'verbose_name': 'link of an audit event', 'verbose_name_plural': 'links of audit events'},
        ),
        migrations.AlterModelOptions(
            name='calendarday',
            options={'verbose_name': 'calendar day', 'verbose_name_plural': 'calendar days'},
        ),
        migrations.AlterModelOptions(
            name='jobrun',
            options={'ordering': ['-requested_at', '-id'], 'verbose_name': 'job run', 'verbose_name_plural': 'job runs'},
        ),
        migrations.AlterModelOptions(
            name='outboxevent',
            options={'ordering': ['id'], 'verbose_name': 'outbox event', 'verbose_name_plural': 'outbox events'},
        ),
        migrations.AlterModelOptions(
            name='outboxreceipt',
            options={'ordering': ['event_id', 'id'], 'verbose_name': 'receipt of an outbox event', 'verbose_name_plural': 'receipts of outbox events'},
        ),
        migrations.AlterModelOptions(
            name='storageperiod',
            options={'ordering': ['nature', 'kind'], 'verbose_name': 'storage period', 'verbose_name_plural': 'storage periods'},
        ),
    ]
