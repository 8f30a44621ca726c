"""What goes into a pack, as plain values: handed over by who signs, never looked up here.

Only what really happened has a place: a step without a reading time says none, a level says no more than was done.
No value decides anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A paper with its exact bytes; `sealed` says whether it carries the platform's seal."""

    kind: str
    sha256: str
    pdf: bytes
    sealed: bool = True

    def __post_init__(self) -> None:
        """Refuse bytes that have another digest."""
        if hashlib.sha256(self.pdf).hexdigest() != self.sha256:
            raise ValueError(f"the paper {self.kind} does not have the digest {self.sha256[:12]}")


@dataclass(frozen=True, slots=True)
class StepPart:
    """One step of the signing session: what was shown from when and for how long, and what was acknowledged."""

    name: str
    at: datetime
    shown_from: datetime | None = None
    read_seconds: int | None = None
    document_sha256: str | None = None
    acknowledged: str = ""
    session: str = ""
    device: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is to be proved about one signing."""

    subscription: str
    contract: str
    client_reference: str
    signed_at: datetime
    documents: tuple[DocumentPart, ...]
    steps: tuple[StepPart, ...]
    decision: Mapping[str, Any]
    code_proof: Mapping[str, Any]
    identification: Mapping[str, Any]
    level: Literal["L1", "L2"]
    licensed: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse contents that prove nothing."""
        if not self.subscription or not self.documents or not self.steps:
            raise ValueError("a signing has a subscription, papers and steps")
