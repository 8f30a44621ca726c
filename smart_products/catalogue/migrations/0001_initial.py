"""The first tables of this app, with the triggers that guard them."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models


NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

IMMUTABLE = """
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_productversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Family',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
            ],
            options={
                'verbose_name': 'family',
                'verbose_name_plural': 'families',
                'constraints': [models.UniqueConstraint(fields=('source', 'code'), name='family_code'), models.CheckConstraint(condition=models.Q(('code', 'matrix'), _negated=True), name='family_is_not_matrix')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('bit', models.PositiveSmallIntegerField(unique=True)),
                ('retired_on', models.DateField(null=True)),
                ('retired_inferred', models.BooleanField(db_default=False, default=False)),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalogue.family')),
            ],
            options={
                'verbose_name': 'product',
            },
        ),
        migrations.CreateModel(
            name='ProductVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('valid_from', models.DateField()),
                ('withdrawn', models.BooleanField(db_default=False, default=False)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('risk_level', models.CharField(choices=[('R1', 'R1'), ('R2', 'R2'), ('R3', 'R3'), ('R4', 'R4'), ('R5', 'R5')], max_length=2)),
                ('regulatory_class', models.CharField(choices=[('tool', 'trading tool'), ('advice', 'advice')], max_length=8)),
                ('published_at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('family', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.family')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.product')),
            ],
            options={
                'verbose_name': 'version of a product',
            },
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('source', 'code'), name='product_code'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('code', 'matrix'), _negated=True), name='product_is_not_matrix'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('bit__lte', 32767)), name='product_bit'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('retired_inferred', False), ('retired_on__isnull', False), _connector='OR'), name='product_inferred_is_retired'),
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=models.UniqueConstraint(fields=('product', 'number'), name='productversion_number'),
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=models.CheckConstraint(condition=models.Q(('risk_level__in', ['R1', 'R2', 'R3', 'R4', 'R5'])), name='productversion_risk'),
        ),
        migrations.AddConstraint(
            model_name='productversion',
            constraint=models.CheckConstraint(condition=models.Q(('regulatory_class__in', ['tool', 'advice'])), name='productversion_class'),
        ),
        migrations.RunSQL(
            NEVER_DELETED.format(table="catalogue_product"), "DROP TRIGGER never_deleted ON catalogue_product"
        ),
        migrations.RunSQL(IMMUTABLE, "DROP TRIGGER immutable ON catalogue_productversion"),
    ]
