"""The sentences a client acknowledges one by one under each paper, in both languages.

They are part of the proof and recorded word for word, so they stand here and not in a catalogue of translations:
what was acknowledged must not change because a translation did. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from smart_products.catalogue.rules import RegulatoryClass
from smart_products.catalogue.terms import Text
from smart_products.signing.steps import Step

_OWN_WISH = Text(
    "我是为自己签署，没有人代我操作。",
    "I am signing for myself; nobody acts in my place.",
)
_LEAVE = Text(
    "我知道可以怎样退出，也知道冷静期有多长。",
    "I know how I can leave, and how long the cooling-off period is.",
)

SENTENCES: Mapping[Step, tuple[Text, ...]] = {
    Step.ESIGN_CONSENT: (
        Text(
            "我同意以电子方式签署，并知道签署后会得到盖章的电子文件。",
            "I agree to sign electronically, and know that I receive the sealed papers afterwards.",
        ),
        _OWN_WISH,
    ),
    Step.RISK_DISCLOSURE: (
        Text("我已阅读风险揭示书。", "I have read the risk disclosure."),
        Text(
            "我知道可能发生亏损，没有人向我承诺收益。",
            "I know that I can lose money, and nobody has promised me a return.",
        ),
    ),
    Step.SPECIAL_WARNING: (
        Text(
            "我知道该产品的风险等级高于我的风险承受能力。",
            "I know that the risk of this product is above my risk class.",
        ),
        Text(
            "没有人向我推荐该产品，我仍自行决定继续。",
            "Nobody recommended this product to me; I go on by my own decision.",
        ),
    ),
    Step.AGREEMENT: (
        Text("我已阅读协议全文。", "I have read the whole agreement."),
        _LEAVE,
    ),
}

_BY_CLASS: Mapping[str, Text] = {
    RegulatoryClass.TOOL: Text(
        "我知道参数由我自己设定，结果由我自己承担。",
        "I know that I set the parameters myself and bear the result myself.",
    ),
    RegulatoryClass.ADVICE: Text(
        "我知道建议仅供参考，投资决定由我自己作出，结果由我自己承担。",
        "I know that advice is no promise, that I decide for myself, and that I bear the result myself.",
    ),
}


def sentences(step: Step, regulatory_class: str, language: str) -> tuple[str, ...]:
    """Return what is acknowledged at a step, in the order of the screen; nothing for steps without a paper."""
    found = SENTENCES.get(step, ())
    if step == Step.AGREEMENT:
        found = (*found, _BY_CLASS[regulatory_class])
    return tuple(text.in_language(language) for text in found)
