"""Writes the typed part of the Python client from `api/openapi.yaml`: a shape for each schema, a method for each
operation (`make client`).

Owns what a schema of the document is in Python's types. What it does not know stops it: nothing is guessed. Never asks
a service; how one is asked stands in `transport.py`, written by hand.
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "api" / "openapi.yaml"
TARGET = HERE / "src" / "smart_products_client"

Schema = Mapping[str, Any]

MADE = "Made by `make client` from `api/openapi.yaml`: change that, or `generate.py`, and never this file."
WIDTH = 110
PARAGRAPH = "\n\n"
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
KEY = "Idempotency-Key"
PLACES = {"path": "parts", "query": "query", "header": "headers", "form": "form", "files": "files"}
METHODS = ("get", "post", "put", "patch", "delete")
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
READ = {"date": ("IsoDate",), "date-time": ("IsoTime",), "uuid": ("Uuid",), "binary": ("bytes",)}
TOLD = {name: (f"models.{plain}" if plain != "bytes" else plain,) for name, (plain,) in READ.items()}
GIVEN = {"date": ("date", "str"), "date-time": ("datetime", "str"), "uuid": ("UUID", "str"), "binary": ("File",)}
MODELS_NEED = """
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
"""
OPERATIONS_NEED = """
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from smart_products_client import models
from smart_products_client.transport import File, Transport
"""
SESSION = "Opens to the session of a client who is logged in, and to no token."


@dataclass(frozen=True)
class Words:
    """How types are named where they are written: what stands before a shape's name, and what a format is."""

    before: str
    formats: Mapping[str, tuple[str, ...]]


SHAPES = Words("", READ)
ANSWERS = Words("models.", TOLD)
ARGUMENTS = Words("models.", GIVEN)


@dataclass(frozen=True)
class Argument:
    """One argument of a method: its name in the document and in Python, its type, and where it is put."""

    told: str
    type: str
    place: str
    needed: bool = True
    words: str = ""

    @property
    def name(self) -> str:
        """The name in Python."""
        return identifier(self.told)

    @property
    def value(self) -> str:
        """What is handed on: files always as several."""
        if self.place != "files" or self.type.startswith("Sequence"):
            return self.name
        return f"[{self.name}]" if self.needed else f"None if {self.name} is None else [{self.name}]"

    @property
    def line(self) -> str:
        """The argument as a line of a signature."""
        if self.needed:
            return f"{self.name}: {self.type}"
        left_out = self.type if self.type.endswith("None") else f"{self.type} | None"
        return f"{self.name}: {left_out} = None"


def identifier(told: str) -> str:
    """Return a name of the document as one of Python."""
    name = re.sub(r"\W", "_", told)
    return f"{name}_" if keyword.iskeyword(name) or name in {"self", "idempotency_key"} or name[:1].isdigit() else name


def kind(schema: Schema, words: Words) -> str:
    """Return a schema's type. Raises ValueError for what is not known here."""
    found = dict.fromkeys(kinds(schema, words))
    return "Any" if "Any" in found else " | ".join(sorted(found, key=lambda part: part == "None"))


def kinds(schema: Schema, words: Words) -> Iterator[str]:
    """Yield the types that a schema allows."""
    told = schema.get("type")
    if len(schema.get("allOf", ())) > 1:
        raise ValueError(f"several shapes in one: {schema}")
    if "$ref" in schema:
        yield words.before + identifier(schema["$ref"].rpartition("/")[2])
    elif several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        for one in several:
            yield from kinds(one, words)
    elif "const" in schema or "enum" in schema:
        yield f"Literal[{', '.join(map(repr, schema.get('enum') or [schema['const']]))}]"
    elif isinstance(told, list):
        for one in told:
            yield from kinds({**schema, "type": one}, words)
    elif told in PLAIN:
        yield from words.formats.get(schema.get("format", ""), (PLAIN[told],)) if told == "string" else (PLAIN[told],)
    else:
        yield within(schema, words)


def within(schema: Schema, words: Words) -> str:
    """Return the type of what holds others, or of what may be anything. Raises ValueError for any other."""
    told, named = schema.get("type"), schema.get("additionalProperties", True)
    if told == "array" and "prefixItems" in schema:
        return f"list[{kind({'anyOf': schema['prefixItems']}, words)}]"
    if told == "array":
        return f"list[{kind(schema.get('items', {}), words)}]"
    if told == "object":
        return f"dict[str, {kind(named, words) if isinstance(named, dict) else 'Any'}]"
    if told is None:
        return "Any"
    raise ValueError(f"no type is known for {schema}")


def quoted(text: str, indent: str = "") -> str:
    """Return a docstring of some paragraphs."""
    escaped = text.replace("\\", "\\\\").replace('"""', "'''")
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    lines = [line for part in escaped.split("\n") for line in textwrap.wrap(part, WIDTH - len(indent)) or [""]]
    closing = ['"""'] if len(lines) > 1 else []
    lines[0], lines[-1] = f'"""{lines[0]}', lines[-1] if closing else f'"""{lines[-1]}"""'
    return "\n".join(f"{indent}{line}".rstrip() for line in (*lines, *closing))


def shape(told: str, schema: Schema) -> str:
    """Return a schema of the document as a declaration."""
    name, words = identifier(told), " ".join(schema.get("description", f"`{told}`.").split())
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if schema.get("type") != "object" or ("additionalProperties" in schema and not properties):
        return f"{name}: TypeAlias = {kind(schema, SHAPES)!r}\n{quoted(words)}\n"
    needed = set(schema.get("required", ()))
    types = {key: kind(one, SHAPES) for key, one in properties.items()}
    types = {key: one if key in needed else f"NotRequired[{one}]" for key, one in types.items()}
    if not all(key.isidentifier() and not keyword.iskeyword(key) for key in types):
        # A key such as `from` has no place in a class.
        lines = "".join(f"{key!r}: {one!r},\n" for key, one in types.items())
        return f"{name} = TypedDict({name!r}, {{\n{lines}}})\n{quoted(words)}\n"
    lines = "\n".join(field(key, one, properties[key]) for key, one in types.items())
    return f"class {name}(TypedDict):\n{quoted(words, '    ')}\n\n{lines}\n"


def field(name: str, told: str, schema: Schema) -> str:
    """Return one key of a shape, with what it means below it."""
    words = " ".join(schema.get("description", "").split())
    return f"    {name}: {told}" + (f"\n{quoted(words, '    ')}" if words else "")


def models(document: Schema) -> str:
    """Return the module of shapes."""
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    body = "\n\n".join(shape(name, schema) for name, schema in schemas.items())
    plain = [
        'IsoDate: TypeAlias = str\n"""A day as `2024-12-31`."""',
        'IsoTime: TypeAlias = str\n"""A moment as ISO 8601 writes it, with its zone."""',
        'Uuid: TypeAlias = str\n"""An identifier."""',
    ]
    text = "\n\n".join((*plain, body))
    return module("What the API takes and answers: dictionaries as JSON has them, with types.", MODELS_NEED, text)


def argument(told: Schema) -> Argument:
    """Return a parameter of the document as an argument."""
    words = " ".join(told.get("description", "").split())
    type_of = kind(told.get("schema", {}), ARGUMENTS)
    return Argument(told["name"], type_of, told["in"], told.get("required", False), words)


def carried(document: Schema, told: Schema | None) -> Iterator[Argument]:
    """Yield what a request carries in its body. Raises ValueError for a form that is not known here."""
    content: Mapping[str, Any] = (told or {}).get("content", {})
    needed = (told or {}).get("required", False)
    if JSON in content:
        yield Argument("body", kind(content[JSON]["schema"], ARGUMENTS), "body", needed)
    elif MULTIPART in content:
        schema: Schema = content[MULTIPART]["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for name, one in schema["properties"].items():
            found = kind(one, ARGUMENTS)
            place = "files" if re.search(r"\bFile\b", found) else "form"
            yield Argument(name, found.replace("list[", "Sequence["), place, name in schema.get("required", ()))
    elif FORM in content:
        yield Argument("form", kind(content[FORM]["schema"], ARGUMENTS), "whole_form", needed)
    elif content:
        raise ValueError(f"a body of {', '.join(content)}")


def answer(told: Schema) -> tuple[str, bool]:
    """Return the type of what an operation answers, and whether it is bytes and no JSON."""
    good = min(status for status in told["responses"] if status.startswith("2"))
    content: Mapping[str, Any] = told["responses"][good].get("content", {})
    if JSON in content:
        return kind(content[JSON].get("schema", {}), ANSWERS), False
    return ("bytes", True) if content else ("None", False)


def put(arguments: list[Argument]) -> Iterator[str]:
    """Yield where a method puts its arguments, as arguments of `Transport.call`."""
    for place, name in PLACES.items():
        if found := [one for one in arguments if one.place == place]:
            yield f"{name}={{{', '.join(f'{one.told!r}: {one.value}' for one in found)}}}"
    yield from ("body=body" for one in arguments if one.place == "body")
    yield from ("form=form" for one in arguments if one.place == "whole_form")


def operation(document: Schema, method: str, path: str, told: Schema) -> str:
    """Return an operation as a method."""
    parameters: list[Schema] = told.get("parameters", [])
    arguments = [argument(one) for one in parameters if one["name"] != KEY]
    arguments += carried(document, told.get("requestBody"))
    arguments.sort(key=lambda one: not one.needed)
    keyed = any(one["name"] == KEY for one in parameters)
    kind_of, raw = answer(told)
    lines = [one.line for one in arguments] + (["idempotency_key: str | None = None"] if keyed else [])
    words = [" ".join((told.get("description") or told.get("summary") or told["operationId"]).split())]
    words += ["\n".join(f"`{one.name}`: {one.words}" for one in arguments if one.words)]
    words += [SESSION] if told.get("security") == [{"session": []}] else []
    asked = [repr(method.upper()), repr(path), *put(arguments)]
    asked += (["key=idempotency_key", "keyed=True"] if keyed else []) + (["raw=True"] if raw else [])
    call = f"self.call({', '.join(asked)})"
    body = call if kind_of == "None" else f"answer: {kind_of} = {call}\n        return answer"
    return (
        f"    def {identifier(told['operationId'])}(self{', *, ' if lines else ''}{', '.join(lines)}) -> {kind_of}:\n"
        f"{quoted(PARAGRAPH.join(filter(None, words)), '        ')}\n        {body}\n\n"
    )


def operations(document: Schema) -> str:
    """Return the module of methods."""
    found = [
        operation(document, method, path, told)
        for path, ways in document["paths"].items()
        for method, told in ways.items()
        if method in METHODS
    ]
    text = f'class Operations(Transport):\n    """Every operation of the API, by its name there."""\n\n{"".join(found)}'
    return module("What the API can be asked: a method for each operation.", OPERATIONS_NEED, text)


def module(words: str, imports: str, body: str) -> str:
    """Return a module as ruff writes it: its docstring, those imports that it needs, and what stands in it."""
    text = "\n".join((quoted(f"{words}\n\n{MADE}"), "", "from __future__ import annotations", imports, body))
    name = str(TARGET / "made.py")
    for job in (("check", "--quiet", "--fix", "--select", "I,F401"), ("format", "--quiet")):
        command = [sys.executable, "-m", "ruff", *job, "--stdin-filename", name, "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=HERE).stdout
    return text


def made() -> dict[str, str]:
    """Return the modules by their names, made from the document as it stands."""
    document = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    return {"models.py": models(document), "operations.py": operations(document)}


if __name__ == "__main__":
    for name, text in made().items():
        (TARGET / name).write_text(text, "utf-8")
