"""A read is asked once an answer, and anew outside of one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from core.reading import one_answer, remembered


def test_once_an_answer_and_never_across_two() -> None:
    asked: list[tuple[int, str]] = []

    @remembered
    def read(number: int, *, word: str = "") -> int:
        asked.append((number, word))
        return len(asked)

    assert [read(1), read(1)] == [1, 2]
    with one_answer():
        assert [read(1), read(1), read(2), read(1, word="other"), read(1)] == [3, 3, 4, 5, 3]
    with one_answer():
        assert read(1) == 6
    assert read(1) == 7


def counting() -> Callable[[], int]:
    """Return a read that says how often it was made."""
    asked: list[int] = []

    @remembered
    def read() -> int:
        asked.append(1)
        return len(asked)

    return read


def test_an_answer_within_another_shares_its_memory() -> None:
    read = counting()
    with one_answer():
        with one_answer():
            assert read() == 1
        assert read() == 1
    assert read() == 2


def test_another_thread_has_no_part_in_it() -> None:
    read = counting()
    with one_answer():
        read()
        other = threading.Thread(target=read)
        other.start()
        other.join()
        assert read() == 1
    assert read() == 3


def test_a_failure_is_not_remembered() -> None:
    answers = iter((None, 5))

    @remembered
    def read() -> int:
        found = next(answers)
        if found is None:
            raise LookupError
        return found

    with one_answer():
        with suppress(LookupError):
            read()
        assert [read(), read()] == [5, 5]
