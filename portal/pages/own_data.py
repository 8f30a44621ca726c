"""All that is stored about a client, put together for the client: every table that names him, as plain values.

Money in yuan to the fen, days in ISO form. Leaves out what would help somebody else in: hashes and secrets.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.queries import ClientReader, accounts_of, consents_of
from core.money import yuan
from smart_products.catalogue.queries import products
from smart_products.statistics.queries import client_book


def collect(reader: ClientReader, at: datetime) -> dict[str, Any]:
    """Return the data as it stands at a time."""
    person, book = reader.client, client_book(reader.client.pk)
    codes = {product.id: product for product in products()}
    return {
        "exported_at": at,
        "client": {
            name: getattr(person, name)
            for name in (
                *("code", "name", "birth_year", "mobile", "email", "opened_on", "channel"),
                *("investor_class", "risk_class", "risk_assessed_on"),
            )
        },
        "identity_document": "stored as a digest" if person.id_digest else "not stored",
        "login": {"username": reader.username},
        "consents": [
            {"purpose": one.purpose.value, "given_at": one.given_at, "withdrawn_at": one.withdrawn_at}
            for one in consents_of(person.pk)
        ],
        "accounts": [
            {"code": account.code, "opened_on": account.opened_on, "closed_on": account.closed_on}
            for account in accounts_of(person.pk)
        ],
        "subscriptions": [
            {
                "code": one.code,
                "signed": "here" if one.source == "here" else "elsewhere",
                "product": codes[one.product_id].code if one.product_id in codes else "",
                "account": one.account_code,
                "start": one.start,
                "end": one.ended,
                "end_reason": one.end_reason,
            }
            for one in book.subscriptions
        ],
        "signed_assets": [
            {"day": day.day, "assets": str(yuan(day.assets)), "flow": str(yuan(day.flow))} for day in book.line()
        ],
    }
