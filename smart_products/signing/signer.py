"""Who signs, as a provider of certificates is told. Pure; imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the name on the certificate, and the number by which the broker knows the person."""

    name: str
    reference: str
