"""The days and months of asset accounts behind the second wall."""

from __future__ import annotations

from django.db import migrations

from accounts.policies import behind, shown


class Migration(migrations.Migration):
    dependencies = [("holdings", "0004_words_of_tables"), ("accounts", "0009_row_level_security")]

    operations = [
        behind("holdings_accountday", shown("accounts_assetaccount", "account_id")),
        behind("holdings_accountmonth", shown("accounts_assetaccount", "account_id")),
    ]
