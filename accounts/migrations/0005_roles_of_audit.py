"""Two roles more: compliance and auditor."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_terms_moves'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='grant_role',
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('head_office_manager', 'head office manager'), ('branch_manager', 'branch manager'), ('outlet_manager', 'outlet manager'), ('operations', 'operations'), ('product_manager', 'product manager'), ('compliance', 'compliance'), ('auditor', 'auditor'), ('administrator', 'administrator')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['head_office_manager', 'branch_manager', 'outlet_manager', 'operations', 'product_manager', 'compliance', 'auditor', 'administrator'])), name='grant_role'),
        ),
    ]
