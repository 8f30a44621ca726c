"""Reads of signing: documents by their hash, and the chain of evidence.

`chain.verify_chain` stands apart: it judges seals, and what judges seals takes a second to import.
"""

from __future__ import annotations

from smart_products.signing.queries.evidence import EvidenceView, UnknownEvidence, evidence_list, read_document

__all__ = ["EvidenceView", "UnknownEvidence", "evidence_list", "read_document"]
