import os, random, time, collections
from dataclasses import fields, replace
import pytest
from tests.oracle import service
from tests.oracle.agreement import compare, slices
from tests.oracle.judge import Judge, Where
from tests.oracle.broker import Shape, STARTS
from tests.oracle.stories import told
from tests.oracle.world import resolve

A = int(os.environ.get("A", "0"))
B = int(os.environ.get("B", "5"))
ONLY = os.environ.get("ONLY", "")


@pytest.mark.django_db
def test_dev():
    service.import_test_calendar()
    calls = [0, 0.0]
    real = service.matrix

    def timed(*a, **k):
        t = time.time()
        r = real(*a, **k)
        calls[0] += 1
        calls[1] += time.time() - t
        return r

    service.matrix = timed
    if os.environ.get("VARIANT"):
        own = Judge._at_signing

        def at(self, client, start, as_of):
            later = [d for d in self.days if d >= start]
            return own(self, client, later[0] if later else start, as_of)

        Judge._at_signing = at
    import re

    seen = collections.Counter()
    out = open(f"/tmp/oracle-dev-{A}.txt", "w")
    for seed in range(A, B):
        r = random.Random(seed)
        s = Shape(
            clients=r.randint(1, 7),
            days=r.randint(2, 8),
            products=r.randint(1, 4),
            start=r.choice(STARTS),
            **{f.name: r.random() < 0.6 for f in fields(Shape) if f.type == "bool"},
        )
        for k in ONLY.split(","):
            if k:
                s = replace(s, **{k: False})
        story = told(s, seed)
        j = Judge(resolve(story))
        t = time.time()
        try:
            with service.fresh_service() as folder:
                service.deliver(folder, story)
                t1 = time.time()
                c = service.close()
                t2 = time.time()
                wrong = []
                if c["days"] != [d.isoformat() for d in j.days]:
                    wrong.append(f"days {c['days']} {j.days}")
                for i in range(1, len(j.days)):
                    for w in slices(j, i - 1, i):
                        wrong += compare(j, w, i - 1, i)
                last = len(j.days) - 1
                for i0, i1 in {(0, last), (last // 2, last)}:
                    if i1 - i0 > 1:
                        for w in slices(j, i0, i1):
                            wrong += compare(j, w, i0, i1)
        except Exception as e:
            import traceback

            wrong = [traceback.format_exc()]
        wrong = [w for w in wrong if not re.search(os.environ.get("SKIP", "XXXX"), w)]
        print(
            seed,
            len(story),
            "deliveries",
            len(j.days),
            "days",
            "deliver",
            round(t1 - t, 1),
            "close",
            round(t2 - t1, 1),
            "matrix",
            calls,
            "WRONG",
            len(wrong),
            flush=True,
        )
        calls[:] = [0, 0.0]
        wrong = [w for w in wrong if not re.search(os.environ.get("SKIP", "XXXX"), w)]
        if wrong:
            print(seed, s, file=out)
            for w in wrong[:25]:
                m = re.search(r": ([a-z_0-9.A-Z ]+?) got", w)
                key = m.group(1) if m else w[:60]
                seen[key] += 1
                if seen[key] <= 400 or not m:
                    print("   ", w, file=out, flush=True)
    print(seen, file=out)
    out.close()
    print(seen)
