"""The latest subscriptions of a house are found without sorting all of them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0006_terms_moves")]

    operations = [
        migrations.AddIndex(
            "subscription", models.Index(fields=["start", "source", "code"], name="subscription_latest")
        ),
    ]
