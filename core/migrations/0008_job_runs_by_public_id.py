"""Job runs are named in addresses by a random id."""

from __future__ import annotations

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_settings_by_two'),
    ]

    operations = [
        migrations.AddField(
            model_name='jobrun',
            name='public_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True),
        ),
    ]
