"""Plans and recipients of a published broker, and what a report's bytes say."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from accounts.models import Unit
from accounts.queries import demo_units
from accounts.rules import Level
from core import clock
from core.actor import system
from screens.report import draw
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.operations import make_plan, make_report
from smart_products.reports.states import Frequency, Language

BY = system("test")


def places() -> tuple[Unit, Unit, Unit]:
    """The root, the first branch, and the last one, which is another in a house with several."""
    found = demo_units()
    assert found is not None
    root, branch, _outlet = found
    return root, branch, Unit.objects.filter(level=Level.BRANCH).latest("code")


def plan_of(unit: Unit, frequency: Frequency = Frequency.DAILY, language: Language = Language.CHINESE) -> ReportPlan:
    return make_plan(unit=unit, frequency=frequency, language=language, by=BY, at=clock.now())


def made(plan: ReportPlan, as_of: date, *, again: bool = False, at: datetime | None = None) -> Report:
    return make_report(plan=plan, as_of=as_of, draw=draw, again=again, by=BY, at=at or clock.now())[0]


def texts(workbook: bytes) -> str:
    """Every part of a workbook, as the text of its XML."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as held:
        return "\n".join(held.read(name).decode() for name in held.namelist())
