"""Assessments and decisions of clients behind the second wall."""

from __future__ import annotations

from django.db import migrations

from accounts.policies import OF_CLIENT, behind


class Migration(migrations.Migration):
    dependencies = [("suitability", "0002_words_of_tables"), ("accounts", "0009_row_level_security")]

    operations = [
        behind("suitability_assessment", OF_CLIENT),
        behind("suitability_professionalstatus", OF_CLIENT),
        behind("suitability_decision", OF_CLIENT),
    ]
