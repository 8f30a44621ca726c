"""The reads of people and organisation: one door to what stands in this package.

Who may see what is asked of the querysets themselves (`Client.objects.visible_to(user)`), which fail closed.
"""

from __future__ import annotations

from accounts.queries.clients import AccountView, ClientCard, client_card, clients_of, found_by
from accounts.queries.logins import (
    ClientReader,
    ConsentView,
    NoMatch,
    accounts_of,
    client_by_id,
    client_of,
    consents,
    consents_of,
    live_code,
    login_of,
    match_client,
    open_invite,
    reader_of_login,
    refuses,
)
from accounts.queries.notices import (
    ChannelQueue,
    channel_queues,
    notices_of,
    undelivered,
)
from accounts.queries.organisation import (
    UnitNode,
    acting,
    actor_of,
    client_of_code,
    clients_by_code,
    demo_units,
    root_unit,
    unit_tree,
    user_by_name,
    visible_units,
)
from accounts.queries.people import (
    Grants,
    administrators,
    grant_administered,
    grants_administered,
    grants_of,
    holders,
    is_client,
    login_administered,
    staff_administered,
    units_administered,
    waiting_grants,
)
from accounts.queries.views import views_of

__all__ = [
    "AccountView",
    "ChannelQueue",
    "ClientCard",
    "ClientReader",
    "ConsentView",
    "Grants",
    "NoMatch",
    "UnitNode",
    "accounts_of",
    "acting",
    "actor_of",
    "administrators",
    "channel_queues",
    "client_by_id",
    "client_card",
    "client_of",
    "client_of_code",
    "clients_by_code",
    "clients_of",
    "consents",
    "consents_of",
    "demo_units",
    "found_by",
    "grant_administered",
    "grants_administered",
    "grants_of",
    "holders",
    "is_client",
    "live_code",
    "login_administered",
    "login_of",
    "match_client",
    "notices_of",
    "open_invite",
    "reader_of_login",
    "refuses",
    "root_unit",
    "staff_administered",
    "undelivered",
    "unit_tree",
    "units_administered",
    "user_by_name",
    "views_of",
    "visible_units",
    "waiting_grants",
]
