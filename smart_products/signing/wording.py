"""What a paper says of one contract: parties, product, fees, duration, in the paper's own language.

Pure. These words are part of the signed paper, so they stand here and not in a catalogue of translations: a paper
rendered again must not change because a translation did. Amounts come in fen and are printed to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.money import yuan
from smart_products.catalogue.rules import Charged, FeeBasis, FeePeriod, RegulatoryClass, Renewal
from smart_products.catalogue.terms import Fee, Terms, Text
from smart_products.signing.states import MatchOutcome

_PERIODS: Mapping[str, Text] = {
    FeePeriod.ONCE: Text("一次性", "once"),
    FeePeriod.MONTH: Text("每月", "a month"),
    FeePeriod.QUARTER: Text("每季度", "a quarter"),
    FeePeriod.YEAR: Text("每年", "a year"),
}
_CHARGED: Mapping[str, Text] = {
    Charged.IN_ADVANCE: Text("期初收取", "charged in advance"),
    Charged.IN_ARREARS: Text("期末收取", "charged in arrears"),
}
_CLASSES: Mapping[str, Text] = {
    RegulatoryClass.TOOL: Text("交易工具", "trading tool"),
    RegulatoryClass.ADVICE: Text("投资顾问服务", "investment advice"),
}
_RENEWALS: Mapping[str, Text] = {
    Renewal.NONE: Text("到期终止", "ends then"),
    Renewal.ASK: Text("到期前征询客户是否续期", "the client is asked about another term"),
    Renewal.AUTO: Text("到期自动续期，可随时退出", "renewed by itself, can be left at any time"),
}
_OUTCOMES: Mapping[str, Text] = {
    MatchOutcome.FIT: Text("匹配", "fits"),
    MatchOutcome.WARNING: Text("不匹配，经特别风险警示后由客户自行决定", "does not fit; own decision after a warning"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """The client as the agreement names him, and over which account."""

    name: str
    reference: str
    account: str
    risk_class: str
    outcome: str


def product_fields(terms: Terms, product_code: str, version: int, provider: Text, language: str) -> dict[str, str]:
    """Return the fields of a paper that is the same for every client."""
    return {
        "provider": provider.in_language(language),
        "product": terms.name.in_language(language),
        "product_code": product_code,
        "terms": str(version),
        "terms_digest": terms.digest(),
        "regulatory_class": _CLASSES[terms.regulatory_class].in_language(language),
        "risk_level": terms.risk_level,
    }


def contract_fields(terms: Terms, party: Party, contract: str, language: str) -> dict[str, str]:
    """Return the fields that the agreement has besides: the client's, and what was agreed."""
    return {
        "client": party.name,
        "client_reference": party.reference,
        "account": party.account,
        "risk_class": party.risk_class or "-",
        "match": _OUTCOMES[party.outcome].in_language(language),
        "fees": ("；" if language == "zh" else "; ").join(fee_words(fee, language) for fee in terms.fees),
        "duration": _duration(terms, language),
        "cooling_off": _cooling_off(terms.cooling_off_days, language),
        "contract": contract,
    }


def fee_words(fee: Fee, language: str) -> str:
    """Return a fee as the agreement states it."""
    name = fee.name.in_language(language)
    if fee.basis == FeeBasis.FREE:
        return f"{name}：免费" if language == "zh" else f"{name}: free"
    period, charged = _PERIODS[fee.period].in_language(language), _CHARGED[fee.charged].in_language(language)
    if fee.amount_fen is not None:
        amount = f"{yuan(fee.amount_fen):,.2f}"
        if language == "zh":
            return f"{name}：{period}人民币 {amount} 元，{charged}"
        return f"{name}: CNY {amount} {period}, {charged}"
    rate = percent(fee.rate_ppm or 0)
    if language == "zh":
        return f"{name}：按签约资产年费率 {rate}，{period}计收，{charged}"
    return f"{name}: {rate} of the signed assets a year, reckoned {period}, {charged}"


def percent(ppm: int) -> str:
    """Return parts per million as an exact percentage: 12,345 is 1.2345%."""
    digits = f"{ppm // 10_000}.{ppm % 10_000:04d}".rstrip("0")
    return f"{digits.rstrip('.')}%"


def _duration(terms: Terms, language: str) -> str:
    months = terms.duration.months
    if months is None:
        return "不设期限，可随时退出" if language == "zh" else "without an end, can be left at any time"
    renewal = _RENEWALS[terms.duration.renewal].in_language(language)
    return f"{months} 个月，{renewal}" if language == "zh" else f"{months} months; {renewal}"


def _cooling_off(days: int, language: str) -> str:
    if not days:
        return "无" if language == "zh" else "none"
    return f"签署后 {days} 个工作日" if language == "zh" else f"{days} working days after signing"
