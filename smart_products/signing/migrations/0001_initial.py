"""The first tables of this app, with the triggers that guard them."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.db.models.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


REFERENCES_EXIST = """
CREATE TRIGGER references_exist_{event} AFTER {event} ON signing_subscription REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION core_references_exist(
        client_id, accounts_client, product_id, catalogue_product, account_id, accounts_assetaccount
    )
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ('accounts', '0001_initial'),
        ('catalogue', '0001_initial'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('account_closed', 'the asset account was closed'), ('withdrawn', 'withdrawn within the cooling-off period'), ('deceased', 'the client died'), ('terminated', 'terminated by the client or the broker'), ('switched', 'switched to another product'), ('expired', 'ran to its agreed end'), ('product_retired', 'the product was retired'), ('not_observed', 'observation ended; the client did not end it')], db_default='', default='', max_length=16)),
                ('inferred', models.BooleanField(db_default=False, default=False)),
                ('recorded_at', models.DateTimeField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='accounts.assetaccount')),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='accounts.client')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='catalogue.product')),
            ],
            options={
                'verbose_name': 'subscription',
                'constraints': [models.UniqueConstraint(fields=('source', 'code'), name='subscription_code'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='subscription_end_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('end__isnull', True), ('end_reason', '')), models.Q(('end__isnull', False), ('end_reason__in', ['account_closed', 'withdrawn', 'deceased', 'terminated', 'switched', 'expired', 'product_retired', 'not_observed'])), _connector='OR'), name='subscription_end_has_reason'), models.CheckConstraint(condition=models.Q(('inferred', False), ('end__isnull', False), _connector='OR'), name='subscription_inferred_is_ended'), django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[('account', '='), ('product', '='), ('client', '='), (models.Func(models.F('start'), models.F('end'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='subscription_no_overlap')],
            },
        ),
        migrations.RunSQL(
            REFERENCES_EXIST.format(event="insert"),
            "DROP TRIGGER references_exist_insert ON signing_subscription",
        ),
        migrations.RunSQL(
            REFERENCES_EXIST.format(event="update"),
            "DROP TRIGGER references_exist_update ON signing_subscription",
        ),
    ]
