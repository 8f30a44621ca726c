"""What addresses ask for by name, each with an example that a test asks the generated broker by."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

CODE = 64
"""Characters of a code at most."""

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
"""Between these a day can be reckoned with."""

Day = Annotated[date, Field(ge=FIRST, le=LAST, examples=["2024-12-31"])]
Earlier = Annotated[date, Field(ge=FIRST, le=LAST, examples=["2024-12-20"])]
"""A day with which another is compared, or at which something begins."""
UnitCode = Annotated[str, Field(max_length=CODE, examples=["HQ"])]
NodeCode = Annotated[str, Field(max_length=CODE, examples=["grid"])]
"""Code of a product or family."""
FamilyCode = Annotated[str, Field(max_length=CODE, examples=["trading"])]
SourceCode = Annotated[str, Field(max_length=CODE, examples=["core"])]
ClientCode = Annotated[str, Field(max_length=CODE, examples=["C000001"])]
UserName = Annotated[str, Field(max_length=CODE, examples=["operations"])]
ActCode = Annotated[str, Field(max_length=CODE, examples=["read"])]
SubjectKey = Annotated[str, Field(max_length=CODE, examples=["events"])]
Words = Annotated[str, Field(max_length=CODE, examples=["C0"])]
Tier = Annotated[str, Field(max_length=CODE, examples=["t1"])]
Channel = Annotated[str, Field(max_length=CODE, examples=["online"])]
Version = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]
Kinds = Annotated[str, Field(max_length=1000, examples=["signed,published"])]
Limit = Annotated[int, Field(ge=1, le=500, examples=[20])]
