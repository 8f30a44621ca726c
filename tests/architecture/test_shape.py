"""Size, names and docstrings: a file that can be read at one sitting, found where one looks for it."""

from __future__ import annotations

import ast
import tomllib

from tests.architecture.source import CLIENT, DOMAIN, PACKAGES, ROOT, everything, sources

FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
OUTSIDE = {"tests", "benchmarks", "docs", "locale", "static", "templates"}


def test_files_have_at_most_400_lines() -> None:
    long = {source.name: source.text.count("\n") for source in everything() if source.text.count("\n") > 400}
    made = {source.name for source in everything() if source.made}
    assert made == {f"clients/python/src/smart_products_client/{name}.py" for name in ("models", "operations")}
    assert long.keys() <= made, "what a program wrote is as long as what it describes"


def test_functions_have_at_most_50_lines() -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": size
        for source in everything()
        if not source.made
        for function in source.functions()
        if (size := (function.end_lineno or 0) - function.lineno + 1) > 50
    }
    assert long == {}


def test_no_module_says_nothing_by_its_name() -> None:
    bad = [
        source.name
        for source in everything()
        if FORBIDDEN_NAMES & {source.path.stem, *source.path.relative_to(ROOT).parts}
    ]
    assert bad == []


def test_every_module_opens_with_a_docstring() -> None:
    silent = [source.name for source in everything() if source.tree.body and not ast.get_docstring(source.tree)]
    assert silent == []


def test_module_docstrings_are_short() -> None:
    long = {
        source.name: lines
        for source in everything()
        if (lines := len((ast.get_docstring(source.tree) or "").splitlines())) > 12
    }
    assert long == {}


def test_public_functions_of_the_domain_are_documented() -> None:
    silent = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in sources(*DOMAIN)
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_the_client_for_others_and_the_service_know_nothing_of_each_other() -> None:
    theirs = {name.partition(".")[0] for source in sources(CLIENT) for _line, name in source.imports()}
    ours = {name.partition(".")[0] for source in sources(*PACKAGES) for _line, name in source.imports()}
    assert theirs & {*PACKAGES, "tests"} == ours & {CLIENT, "smart_products_client"} == set()


def test_every_package_stands_under_the_linter_of_floors() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - OUTSIDE
    named = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
    assert folders == named == set(PACKAGES)
