"""A publication says who or what published it; those of before keep silent."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statistics", "0005_words_of_tables")]

    operations = [
        migrations.AddField(
            "publication", "published_by", models.CharField(max_length=150, default="", db_default="", blank=True)
        ),
    ]
