"""The list of clients as it is drawn: a line a client, the filters, the way to other pages, and the sheet.

Takes rows that were narrowed to what the reader may see, and covers what he may not read. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Client, Unit
from accounts.roles import Field
from accounts.rules import InvestorClass, RiskClass
from backoffice.lists import Listing
from backoffice.pages.choices import Crumb, Option, named_options, unit_options
from backoffice.scope import Scope
from screens import formats
from screens.fields import Shown, reading
from screens.signed import product_name
from screens.tables import Entry, Table
from smart_products.catalogue.queries import ProductView

NAMED = 3
"""Products that a line names; of more it tells how many."""
HEAD = (
    "code", "name", "outlet", "outlet_name", "channel", "risk_class", "risk_assessed_on", "investor_class", "opened_on",
    "products_in_force",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client in a list."""

    public_id: UUID
    code: str
    name: Shown
    outlet: str
    risk: str
    tested: str
    investor: str
    products: tuple[str, ...]
    more: int
    note: str = ""
    """What a work list says of the client."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The filters of a list and what they offer; empty for what the list has not."""

    crumbs: tuple[Crumb, ...]
    units: tuple[Option, ...]
    products: tuple[Option, ...]
    risks: tuple[Option, ...] = ()
    holds: tuple[Option, ...] = ()


def bar(scope: Scope, products: Iterable[ProductView], chosen: Listing, language: str, *, people: bool) -> Bar:
    """Return the filters; a list of people has class and holding besides."""
    names = {one.code: product_name(one, language) for one in products}
    last = scope.path[-1]
    holds = {"yes": _("Something in force"), "no": _("Nothing in force")}
    return Bar(
        crumbs=tuple(Crumb(place.name, chosen.address(unit=place.code), place is last) for place in scope.path),
        units=unit_options(scope),
        products=named_options(names, chosen.product, _("All products")),
        risks=named_options(dict(RiskClass.choices), chosen.risk, _("All classes")) if people else (),
        holds=named_options(holds, chosen.holds, _("Whatever they hold")) if people else (),
    )


def outlet_name(unit: Unit | None, language: str) -> str:
    """Return the name of an outlet in the reader's language."""
    if unit is None:
        return formats.DASH
    return unit.name if formats.is_chinese(language) else unit.name_en or unit.name


def lines(
    found: Iterable[Client],
    held: Mapping[int, Sequence[int]],
    products: Mapping[int, ProductView],
    user: Any,
    language: str,
    notes: Mapping[int, str] | None = None,
) -> list[ClientLine]:
    """Return clients as lines, with the products that each has in force."""
    name = reading(user, Field.NAME)
    return [
        ClientLine(
            public_id=client.public_id,
            code=client.code,
            name=name(client),
            outlet=outlet_name(client.outlet, language),
            risk=client.risk_class or formats.DASH,
            tested=client.risk_assessed_on.isoformat() if client.risk_assessed_on else "",
            investor=str(InvestorClass(client.investor_class).label) if client.investor_class else formats.DASH,
            products=tuple(product_name(products.get(one), language) for one in held.get(client.pk, ())[:NAMED]),
            more=max(0, len(held.get(client.pk, ())) - NAMED),
            note=(notes or {}).get(client.pk, ""),
        )
        for client in found
    ]


def table(
    found: Iterable[Client],
    held: Mapping[int, Sequence[int]],
    products: Mapping[int, ProductView],
    user: Any,
    language: str,
    notes: Mapping[int, Entry] | None = None,
    noted: str = "note",
) -> Table:
    """Return clients as a table to keep, with what is `noted` of each; a name is covered there as it is in the list."""
    name = reading(user, Field.NAME)
    lines: list[list[Entry]] = []
    for client in found:
        codes = [products[one].code for one in held.get(client.pk, ()) if one in products]
        told: list[Entry] = [] if notes is None else [notes.get(client.pk, "")]
        lines.append([
            client.code, name(client).text, client.outlet.code if client.outlet else "",
            outlet_name(client.outlet, language), client.channel, client.risk_class, client.risk_assessed_on,
            client.investor_class, client.opened_on, " ".join(codes), *told,
        ])  # fmt: skip
    return Table(HEAD if notes is None else (*HEAD, noted), lines)
