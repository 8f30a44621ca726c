"""What clients signed, and what follows from it, behind the second wall."""

from __future__ import annotations

from django.db import migrations

from accounts.policies import OF_CLIENT, behind, shown


class Migration(migrations.Migration):
    dependencies = [("signing", "0008_words_of_tables"), ("accounts", "0009_row_level_security")]

    operations = [
        behind("signing_subscription", OF_CLIENT),
        behind("signing_contract", OF_CLIENT),
        behind("signing_setaside", OF_CLIENT),
        behind("signing_pause", shown("signing_contract", "contract_id")),
        behind("signing_servicespan", shown("signing_contract", "contract_id")),
        behind("signing_charge", shown("signing_contract", "contract_id")),
        behind("signing_rematch", shown("signing_contract", "contract_id")),
        behind("signing_signingstep", shown("signing_contract", "contract_id")),
        behind("signing_termsmoverow", shown("signing_contract", "contract_id")),
        behind("signing_appliedterms", shown("signing_contract", "contract_id")),
        behind("signing_refund", shown("signing_charge", "charge_id")),
    ]
