"""A partner's system has no password, whoever asks for one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_api_tokens")]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("partner", False), ("password__startswith", "!"), _connector="OR"),
                name="partner_has_no_password",
            ),
        ),
    ]
