"""What a broker may set about feeds, facts and the close; every value has its unit in its name or comment."""

from __future__ import annotations

from config.environment import LOCAL_DIR, env, folder

FACTS_DIR = folder("FACTS_URL", LOCAL_DIR / "facts")
INBOX_DIR = folder("INBOX_DIR", LOCAL_DIR / "inbox")

# Trading days that the last value of an account is carried when a day's file does not name it.
CARRY_DAYS: int = env.int("CARRY_DAYS", default=5)
# Share of the expected accounts that a day's file may leave out, and of its rows that may be refused.
MISSING_LIMIT: float = env.float("MISSING_LIMIT", default=0.01)
QUARANTINE_LIMIT: float = env.float("QUARANTINE_LIMIT", default=0.01)
# Days that a correction may close again without an operator's word.
RECLOSE_DAYS: int = env.int("RECLOSE_DAYS", default=31)

# Events of the audit log that one export may hold.
AUDIT_EXPORT_ROWS: int = env.int("AUDIT_EXPORT_ROWS", default=100_000)

DUCKDB_MEMORY: str = env.str("DUCKDB_MEMORY", default="2GiB")
# 0: as many threads as the machine has processors.
DUCKDB_THREADS: int = env.int("DUCKDB_THREADS", default=0)
DUCKDB_TEMP_DIR = LOCAL_DIR / "duckdb"
