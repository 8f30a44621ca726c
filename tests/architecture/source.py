"""Our own source, parsed once: what the other tests of this folder look at. It judges nothing."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FACES = ("api", "backoffice", "portal", "tasks")
DOMAIN = ("smart_products", "accounts", "core")
CLIENT = "clients"
"""What others install: it stands apart, and imports nothing of ours."""
MADE = "Made by `make"
"""How the docstring of a module begins to say that a program of ours wrote it."""
PACKAGES = ("config", *FACES, "screens", *DOMAIN, "demo", "embedded")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file of ours."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the root of the repository, as a person would name it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def made(self) -> bool:
        """Whether a program of ours wrote it, from what is kept elsewhere."""
        return MADE in (ast.get_docstring(self.tree) or "")

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of everything imported."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"


@functools.cache
def parse(path: Path) -> Source:
    """One file, parsed."""
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text))


def sources(*packages: str, migrations: bool = False) -> list[Source]:
    """The files of some packages (all of ours when none is named), sorted by path."""
    found = [path for name in packages or PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
    return [parse(path) for path in found if migrations or "migrations" not in path.parts]


def everything() -> list[Source]:
    """Ours, the client for others, the tests and the benchmarks."""
    return sources(*PACKAGES, CLIENT, "tests", "benchmarks")


def attribute_chain(node: ast.expr) -> list[str]:
    """The names along `a.b(...).c(...)`, first to last; calls and subscripts are passed through."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        names.append(node.id)
    return names[::-1]
