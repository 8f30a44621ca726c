"""A version says when the product ended, so that taking it back takes the end back."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="productversion", name="retired_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="productversion",
            name="retired_inferred",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
