"""Clients can be searched for by the sound of their names; those that are there already are spelled here."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from accounts.spelling import spell

BLOCK = 10_000


def spell_names(apps: Any, schema_editor: Any) -> None:
    """Spell every name, a block of different names in one statement."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM accounts_client WHERE name <> ''")
        names = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(names), BLOCK):
            block = [(name, *spell(name)) for name in names[start : start + BLOCK]]
            cursor.execute(
                "UPDATE accounts_client c SET pinyin = s.pinyin, initials = s.initials "
                "FROM unnest(%s::text[], %s::text[], %s::text[]) AS s (name, pinyin, initials) WHERE c.name = s.name",
                [list(column) for column in zip(*block, strict=True)],
            )


def prefix_index(field: str) -> migrations.AddIndex:
    index = models.Index(fields=[field], name=f"client_by_{field}", opclasses=["varchar_pattern_ops"])
    return migrations.AddIndex(model_name="client", index=index)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_grants_by_two")]

    operations = [
        migrations.AddField("client", "pinyin", models.CharField(
            db_default="", default="", editable=False, max_length=800)),
        migrations.AddField("client", "initials", models.CharField(
            db_default="", default="", editable=False, max_length=800)),
        migrations.RunPython(spell_names, migrations.RunPython.noop),
        *(prefix_index(field) for field in ("code", "name", "pinyin", "initials")),
    ]
