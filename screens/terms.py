"""Terms of a product in the words of one language: what a fee comes to, how one gets out, how long it runs.

Shared by the pages on which a client reads terms and those on which staff prepare them, so that both say the same.
Pure words; the texts themselves stand in the terms.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from screens import formats
from smart_products.catalogue.rules import Charged, FeeBasis, FeePeriod, RegulatoryClass, Renewal
from smart_products.catalogue.terms import Fee, Terms

Fact = tuple[str, str]


def marks(terms: Terms) -> tuple[str, str]:
    """Return the regulatory class and the risk level, in words."""
    level = _("Risk level %(level)s") % {"level": terms.risk_level}
    return str(RegulatoryClass(terms.regulatory_class).label), level


def percent(ppm: int) -> str:
    """Return parts per million as an exact percentage: `0.125%`."""
    return f"{(Decimal(ppm) / 10_000).normalize():f}%"


def price(fee: Fee, language: str) -> str:
    """Return what a fee comes to: `CNY 10.00 a month`, `0.25% of signed assets, a year`."""
    if fee.basis == FeeBasis.FREE:
        return _("Free of charge")
    period = str(FeePeriod(fee.period).label)
    if fee.basis == FeeBasis.FIXED:
        amount = formats.scales(language)[-1].pattern.format(formats.exact(fee.amount_fen or 0))
        return _("%(amount)s %(period)s") % {"amount": amount, "period": period}
    return _("%(share)s of signed assets, %(period)s") % {"share": percent(fee.rate_ppm or 0), "period": period}


def costs(terms: Terms, language: str) -> tuple[Fact, ...]:
    """Return each fee with what it comes to and when it is charged."""
    return tuple(
        (fee.name.in_language(language), f"{price(fee, language)} · {Charged(fee.charged).label}")
        if fee.paid
        else (fee.name.in_language(language), price(fee, language))
        for fee in terms.fees
    )


def facts(terms: Terms) -> tuple[Fact, ...]:
    """Return how one gets out, how long one thinks, for how long it runs, and whether it can rest."""
    days, hours, pause, months = (
        *(terms.cooling_off_days, terms.thinking_hours),
        *(terms.pause, terms.duration.months),
    )
    cooling = _("%(days)s working days after signing you can cancel without a reason and without cost")
    thinking = _("at least %(hours)s hours between reading and signing")
    rest = _("up to %(days)s days, %(times)s times a year")
    runs = _("%(months)s months, then: %(renewal)s")
    renewal = Renewal(terms.duration.renewal).label
    return (
        (_("Cooling-off"), cooling % {"days": days} if days else _("none")),
        *(((_("Time to think"), thinking % {"hours": hours}),) if hours else ()),
        (
            _("Pause"),
            rest % {"days": pause.longest_days, "times": pause.times_a_year} if pause.allowed else _("not possible"),
        ),
        (
            _("Runs"),
            runs % {"months": months, "renewal": renewal} if months else _("without an end, until you leave"),
        ),
    )
