"""The tables of the catalogue: one door to what stands in this package."""

from __future__ import annotations

from smart_products.catalogue.models.phrases import BannedPhrase, PhraseContext
from smart_products.catalogue.models.products import Family, Product, ProductVersion
from smart_products.catalogue.models.terms import TermsVersion

__all__ = ["BannedPhrase", "Family", "PhraseContext", "Product", "ProductVersion", "TermsVersion"]
