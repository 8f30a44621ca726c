"""Who may write, who may read the clock, who may start a task, who may know the web."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import DOMAIN, FACES, Source, attribute_chain, parse, sources

ALWAYS_WRITES = {
    *("bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "asave", "adelete"),
    *("acreate", "aupdate", "save", "set_password", "create_user", "create_superuser"),
}
QUERYSET_WRITES = {"create", "update", "delete"}
QUERYSETS = {"objects", "filter", "exclude", "all", "select_for_update", "visible_to", "order_by"}
TABLE = r"\"?(core|accounts|catalogue|suitability|signing|holdings|statistics|reports)_\w"
# Statements on our own tables of PostgreSQL; DuckDB's tables of a job have no such prefix.
WRITING_SQL = re.compile(
    rf"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(\s+TABLE)?|COPY)\s+{TABLE}(?![^;]*\bTO\s+STDOUT)",
    re.IGNORECASE,
)
# The rows are handed to PostgreSQL in bulk there; each is called by one operation alone.
WRITERS = {"operations", "operations.py", "merges", "merges.py", "merging.py"}
# The audit row, the job's row and the event are written for everybody by one module each.
LEDGERS = {"core/audit.py", "core/jobs.py", "core/outbox.py"}
WEB = re.compile(r"^(rest_framework|django\.http|django\.shortcuts|django\.views|django\.urls)(\.|$)")
# A share of rows or accounts is no money.
RATIO = re.compile(r"(limit|share|rate)$", re.IGNORECASE)
SENDS = {"delay", "apply_async", "send_task", "signature"}


def _may_write(source: Source) -> bool:
    return bool(WRITERS & set(source.path.parts)) or source.name in LEDGERS


def _writes(call: ast.Call) -> bool:
    names = attribute_chain(call.func)
    if len(names) < 2:
        return False
    *before, last = names
    if last in ALWAYS_WRITES:
        return True
    if last == "delete" and not call.args and not call.keywords:
        return True
    return last in QUERYSET_WRITES and bool(QUERYSETS & set(before))


def _touches_postgres(source: Source) -> bool:
    return any(name in {"django.db.connection", "psycopg"} for _, name in source.imports())


def _writing_statements(source: Source) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.search(node.value)
    ]


def test_only_operations_write_rows() -> None:
    others = [
        f"{source.name}:{call.lineno} {ast.unparse(call.func)}"
        for source in sources(*DOMAIN, *FACES, "screens", "config")
        if not _may_write(source)
        for call in source.calls()
        if _writes(call)
    ]
    assert others == []


def test_only_operations_hold_statements_that_write_to_postgresql() -> None:
    others = [
        f"{source.name}:{line}"
        for source in sources(*DOMAIN, *FACES, "screens", "config")
        if not _may_write(source) and _touches_postgres(source)
        for line in _writing_statements(source)
    ]
    assert others == []


def test_the_check_above_sees_a_write() -> None:
    seen = [_writes(node) for node in ast.walk(ast.parse(SAMPLE)) if isinstance(node, ast.Call)]
    assert seen.count(True) == 6


SAMPLE = """
row.save()
Unit.objects.create(name="x")
Unit.objects.filter(pk=1).update(name="y")
units.filter(pk=1).delete()
row.delete()
Unit.objects.bulk_create([])
digest.update(b"x")
settings.update({})
cache.create("x")
"""


def _operations() -> Iterator[tuple[Source, ast.FunctionDef]]:
    """What a room offers as operations: all of `operations.py`, what `operations/__init__.py` exports."""
    for source in sources(*DOMAIN):
        package = source.path.parent
        exported = {name.rpartition(".")[2] for _, name in parse(package / "__init__.py").imports()}
        inside = package.name == "operations"
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if (inside and node.name in exported) or source.path.name == "operations.py":
                yield source, node


def test_operations_are_keyword_only_and_name_actor_and_time() -> None:
    found = list(_operations())
    wrong = [
        f"{source.name}:{node.lineno} {node.name}"
        for source, node in found
        if node.args.args
        or node.args.posonlyargs
        or not {"by", "at"} <= {argument.arg for argument in node.args.kwonlyargs}
    ]
    assert len(found) > 5
    assert wrong == []


def test_the_domain_does_not_know_the_web() -> None:
    wrong = [
        f"{source.name}:{line} {name}"
        for source in sources(*DOMAIN)
        for line, name in source.imports()
        if WEB.match(name)
    ]
    assert wrong == []


def test_the_domain_does_not_read_the_clock() -> None:
    allowed = {"core/clock.py", "core/checks.py"}
    wrong = [
        f"{source.name}:{line}"
        for source in sources(*DOMAIN)
        if source.name not in allowed
        for line, name in source.imports()
        if name == "core.clock" or name.startswith(("core.clock.", "time.time", "django.utils.timezone.now"))
    ]
    assert wrong == []


def test_nobody_below_a_face_starts_a_task() -> None:
    wrong = [
        f"{source.name}:{call.lineno}"
        for source in sources(*DOMAIN)
        if source.name != "core/messages.py"
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in SENDS
    ]
    assert wrong == []


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for function in source.functions()
        if not (source.path.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def test_tasks_are_named_and_short() -> None:
    wrong = []
    for source in sources("tasks"):
        for function in source.functions():
            for mark in function.decorator_list:
                names = attribute_chain(mark)
                if not names or names[-1] not in {"shared_task", "task"}:
                    continue
                named = isinstance(mark, ast.Call) and any(word.arg == "name" for word in mark.keywords)
                if not named or (function.end_lineno or 0) - function.lineno + 1 > 15:
                    wrong.append(f"{source.name}:{function.lineno} {function.name}")
    assert wrong == []


def _floats(source: Source) -> Iterator[int]:
    """Lines that name a float, but for values called a share, a limit or a rate."""
    ratios = {
        id(node.annotation)
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.arg) and RATIO.search(node.arg))
        or (isinstance(node, ast.AnnAssign) and RATIO.search(ast.unparse(node.target)))
    }
    for node in ast.walk(source.tree):
        named = isinstance(node, ast.Name) and node.id == "float" and id(node) not in ratios
        taken = isinstance(node, ast.Attribute) and node.attr in {"FloatField", "float64"}
        if isinstance(node, ast.expr) and (named or taken):
            yield node.lineno


def test_no_float_where_money_is() -> None:
    rooms = ["accounts", *(f"smart_products/{room}" for room in ("catalogue", "suitability", "signing", "holdings"))]
    money = [source for room in rooms for source in sources(room)]
    money += [source for source in sources("core") if source.path.name == "money.py"]
    assert [f"{source.name}:{line}" for source in money for line in _floats(source)] == []
