"""x."""
from __future__ import annotations
import json
from tests.tasks.test_jobs import *
from smart_products.statistics.operations import close
import pytest

@pytest.mark.parametrize("order", [0,1,2,3,4])
def test_order(order, undisturbed, house):
    feed, expected = undisturbed
    found = sorted(path.parent for path in (feed).glob("*/manifest.json"))
    print([ (f.name) for f in found])
    def cl(): print(order, close(by=broker.BY, at=broker.AT))
    if order == 0:
        for f in found: broker.take(f)
        cl()
    elif order == 1:
        for f in found: broker.take(f); cl()
    elif order == 2:
        broker.take(found[0]); cl()
        for f in found: broker.take(f)
        cl()
    elif order == 3:
        broker.take(found[0]); 
        class Stop(Exception): pass
        def prog(day, n, t):
            if n >= 20: raise Stop
        try: close(by=broker.BY, at=broker.AT, progress=prog)
        except Stop: print("stopped")
        for f in found: broker.take(f)
        cl()
    elif order == 4:
        broker.take(found[0]); broker.take(found[1])
        cl()
        for f in found: broker.take(f)
        cl()
    d = difference(broker.cells(), expected.cells)
    print(order, len(d)); 
    for k in sorted(d)[:3]: print(k, d[k])
    print({k.split(",")[1] for k in d}, {k.split(",")[3] for k in d})
    assert not d
