import sys, random
from dataclasses import fields, replace
from tests.oracle.broker import Shape, STARTS
from tests.oracle.stories import told
from tests.oracle.world import resolve
from tests.oracle.judge import *


def make(seed, *only):
    r = random.Random(seed)
    s = Shape(
        clients=r.randint(1, 7),
        days=r.randint(2, 8),
        products=r.randint(1, 4),
        start=r.choice(STARTS),
        **{f.name: r.random() < 0.6 for f in fields(Shape) if f.type == "bool"},
    )
    for k in only:
        s = replace(s, **{k: False})
    return told(s, seed)


if __name__ == "__main__":
    st = make(int(sys.argv[1]), *sys.argv[2:])
    w = resolve(st)
    j = Judge(w)
    for d in st:
        print("DEL", d.first, d.day, d.sequence, {k: (v.mode, len(v.rows)) for k, v in d.sheets.items()})
    print(*w.days)
    for u, v in w.parents.items():
        print(u, [(str(a), b) for a, b in v])
    for c, v in w.clients.items():
        print(c, [(str(a), b, x) for a, b, x in v])
    for a, v in w.accounts.items():
        print(a, v.client, v.opened, v.closed, [w.facts[d].get(a) for d in w.days])
    for a, v in w.subscriptions.items():
        print(a, v.client, v.product, v.account, v.start, v.end, v.reason, v.told)
    print("retired", w.retired)
