"""Clients, and what belongs to one, behind the second wall."""

from __future__ import annotations

from django.db import migrations

from accounts.policies import CLIENT, INVITE, OF_CLIENT, behind, shown


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_saved_views")]

    operations = [
        behind("accounts_client", CLIENT),
        behind("accounts_invite", INVITE),
        behind("accounts_clientversion", OF_CLIENT),
        behind("accounts_assetaccount", OF_CLIENT),
        behind("accounts_consent", OF_CLIENT),
        behind("accounts_notice", OF_CLIENT),
        behind("accounts_onetimecode", OF_CLIENT),
        behind("accounts_noticedelivery", shown("accounts_notice", "notice_id")),
    ]
