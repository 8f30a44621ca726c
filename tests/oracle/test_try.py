from __future__ import annotations
import pytest
from hypothesis import given, settings, HealthCheck
from tests.oracle import service
from tests.oracle.stories import stories
from tests.oracle.world import resolve
from tests.oracle.judge import Judge, Where
import time

@pytest.mark.django_db
def test_try():
    service.import_test_calendar()
    n=[0]
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(stories())
    def inner(story):
        n[0]+=1
        w = resolve(story); j = Judge(w)
        t0=time.time()
        for i in range(1,len(w.days)):
            for node in j.nodes:
                c = j.cell(node, Where(), i-1, i)
                assert c["signed_assets"]-c["assets_before"]==c["entered"]-c["left"]+c["flow"]+c["market"]+c["moved"]
                assert c["retained_clients"]==c["clients_before"]+c["first_time_clients"]+c["reactivated_clients"]-c["lapsed_clients"]+c["moved_clients"]
        t1=time.time()
        with service.fresh_service() as folder:
            service.deliver(folder, story)
            t2=time.time()
            r = service.close()
            t3=time.time()
        print(len(story), len(w.days), round(t1-t0,2), round(t2-t1,2), round(t3-t2,2), r)
    inner()
