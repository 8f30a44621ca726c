"""What the tests of signing share: tables that can be emptied after real commits."""

from __future__ import annotations

from tests.truncation import guards_step_aside as guards_step_aside
