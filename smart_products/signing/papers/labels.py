"""The words printed beside what a paper says: its kind and its fields, in both languages.

They are part of the paper, so they stand here and not in a catalogue of translations: a paper rendered again
must not change because a translation did.
"""

from __future__ import annotations

from typing import Literal

PaperKind = Literal["esign_consent", "risk_disclosure", "special_warning", "agreement"]
Language = Literal["zh", "en"]

KINDS: dict[PaperKind, tuple[str, str]] = {
    "esign_consent": ("电子签名同意书", "Consent to electronic signature"),
    "risk_disclosure": ("风险揭示书", "Risk disclosure"),
    "special_warning": ("特别风险警示书", "Special risk warning"),
    "agreement": ("服务协议", "Service agreement"),
}

FIELDS: dict[str, tuple[str, str]] = {
    "client": ("客户", "Client"),
    "client_reference": ("客户编号", "Client number"),
    "account": ("资金账户", "Asset account"),
    "provider": ("提供方", "Provider"),
    "product": ("产品", "Product"),
    "product_code": ("产品代码", "Product code"),
    "terms": ("条款版本", "Version of the terms"),
    "terms_digest": ("条款摘要", "Digest of the terms"),
    "regulatory_class": ("业务类别", "Regulatory class"),
    "risk_level": ("产品风险等级", "Risk level of the product"),
    "risk_class": ("客户风险承受能力", "Risk class of the client"),
    "match": ("适当性匹配结果", "Suitability result"),
    "fees": ("费用", "Fees"),
    "duration": ("服务期限", "Duration"),
    "cooling_off": ("冷静期", "Cooling-off period"),
    "contract": ("合同编号", "Contract number"),
    "signed_at": ("签署时间", "Signed at"),
    "signature_level": ("签名方式", "Kind of signature"),
    "withdrawn_at": ("撤回时间", "Withdrawn at"),
}
"""In the order in which a paper prints them."""
