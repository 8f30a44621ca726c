"""Reference tests are collected where the reference folder is; REFERENCE_REQUIRED=1 makes its absence a failure."""

from __future__ import annotations

from tests.reference.published import is_wanted

collect_ignore_glob = [] if is_wanted() else ["test_*.py"]
