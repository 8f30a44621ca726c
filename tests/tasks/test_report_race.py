"""Two workers that make the same report at once: it is read and drawn once, and both are told of the same one."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import Unit
from core import clock
from screens.report import draw
from smart_products.reports.figures import Figures
from smart_products.reports.models import Report
from smart_products.reports.operations import make_plan, make_report
from smart_products.reports.operations.making import Drawn
from smart_products.reports.queries import figures_of
from smart_products.reports.states import Frequency, Language
from tests.tasks import house as broker
from tests.tasks.conftest import Folders


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_workers_one_makes_the_report(house: Folders, guarded: bool, settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    broker.run_night(broker.write_days(house.feed))
    unit, day = Unit.objects.get(parent=None), broker.DAYS[-1]
    plan = make_plan(
        unit=unit, frequency=Frequency.DAILY, language=Language.ENGLISH, by=broker.BY, at=clock.now()
    )  # fmt: skip
    gate, drawn, told = threading.Barrier(2), list[str](), list[tuple[int, bool]]()

    def slow(figures: Figures, language: str) -> Drawn:
        drawn.append(language)
        time.sleep(0.2)
        return draw(figures, language)

    def work() -> None:
        try:
            gate.wait(10)
            if guarded:
                report, new = make_report(plan=plan, as_of=day, draw=slow, by=broker.BY, at=clock.now())
                told.append((report.pk, new))
            else:  # the negative control: drawn without asking whether it is there
                slow(figures_of(unit=unit, frequency=Frequency.DAILY, as_of=day), "en")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == (1 if guarded else 2)
    if guarded:
        only = Report.objects.get()
        assert sorted(told) == [(only.pk, False), (only.pk, True)]
