"""Terms of the generated broker's products, in the shape in which the service reads terms: plain JSON values.

Owns the words: `products.json` says what each product does, for whom, what it costs, what can go wrong and how to
leave; the papers lie beside it as text, one file a kind and language, or one a class where classes differ. All of it is
our own, for a demo alone: no text of a real broker, and no legal advice.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
PAPERS = (("esign_consent", 15), ("risk_disclosure", 30), ("special_warning", 20), ("agreement", 30))
"""The papers in their order, with the seconds that reading them takes at least."""
CLASSES = {"tool": {"zh": "交易工具", "en": "trading tool"}, "advice": {"zh": "投资建议", "en": "advice"}}


def terms() -> dict[str, dict[str, Any]]:
    """Return the terms of every product by its code."""
    written = json.loads((FOLDER / "products.json").read_text(encoding="utf-8"))
    return {code: {**product, "papers": _papers(product)} for code, product in written.items()}


def _papers(product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the papers of a product: those of its class, with its own name, level and days in them."""
    return [_paper(kind, seconds, product) for kind, seconds in PAPERS]


def _paper(kind: str, seconds: int, product: dict[str, Any]) -> dict[str, Any]:
    title, body = {}, {}
    for language in LANGUAGES:
        of_class = FOLDER / f"{product['regulatory_class']}_{kind}.{language}.txt"
        file = of_class if of_class.exists() else FOLDER / f"{kind}.{language}.txt"
        written = file.read_text(encoding="utf-8")
        words = {
            "name": product["name"][language],
            "level": product["risk_level"],
            "class_name": CLASSES[product["regulatory_class"]][language],
            "cooling_off": product["cooling_off_days"],
            "pause_days": product["pause"]["longest_days"],
            "pause_times": product["pause"]["times_a_year"],
            "does": product["does"][language],
            "risks": "\n".join(f"- {risk[language]}" for risk in product["risks"]),
            "leaving": product["leaving"][language],
        }
        title[language], _, text = Template(written).substitute(words).partition("\n")
        body[language] = text.strip()
    return {"kind": kind, "title": title, "body": body, "reading_seconds": seconds}
