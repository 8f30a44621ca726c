"""Logins of clients, invitations and consents; a consent is never deleted."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE ON accounts_consent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invites', to='accounts.client')),
            ],
            options={
                'verbose_name': 'invitation',
            },
        ),
        migrations.CreateModel(
            name='ClientLogin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registered_at', models.DateTimeField()),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='login', to='accounts.client')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='client_login', to=settings.AUTH_USER_MODEL)),
                ('invite', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='login', to='accounts.invite')),
            ],
            options={
                'verbose_name': 'login of a client',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('esign', 'Signing electronically'), ('financial_accounts', 'Use of account data'), ('marketing', 'Personal offers'), ('automated_decisions', 'Automated suitability decisions')], max_length=24)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='accounts.client')),
            ],
            options={
                'verbose_name': 'consent',
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['esign', 'financial_accounts', 'marketing', 'automated_decisions'])), name='consent_purpose'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_withdrawn_after_given'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('client', 'purpose'), name='consent_open_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='invite',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='invite_expires_later'),
        ),
        migrations.RunSQL(NEVER_DELETED, "DROP TRIGGER never_deleted ON accounts_consent"),
    ]
