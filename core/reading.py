"""What one answer has read: the same question asked again while one page is made is answered from memory.

Owns that memory, which lives as long as one read-only request and is seen by no other. Outside of one nothing is
remembered: jobs, commands and requests that write always read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_MEMORY: ContextVar[dict[Any, Any] | None] = ContextVar("reading", default=None)


@contextmanager
def one_answer() -> Iterator[None]:
    """Remember what is read until the answer is made; within another answer, until that one is."""
    if _MEMORY.get() is not None:
        yield
        return
    token = _MEMORY.set({})
    try:
        yield
    finally:
        _MEMORY.reset(token)


def remembered(read: Callable[P, R]) -> Callable[P, R]:
    """Let a read with hashable arguments be asked once an answer; its value must not be changed by who gets it."""

    shape = signature(read)

    @wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _MEMORY.get()
        if memory is None:
            return read(*args, **kwargs)
        question = shape.bind(*args, **kwargs)
        question.apply_defaults()
        key = (read, tuple(question.arguments.items()))
        if key not in memory:
            memory[key] = read(*args, **kwargs)
        found: R = memory[key]
        return found

    return asked
