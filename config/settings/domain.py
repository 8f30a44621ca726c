"""What a broker may set about feeds, facts and the close; every value has its unit in its name or comment."""

from __future__ import annotations

from config.environment import LOCAL_DIR, env, folder

FACTS_DIR = folder("FACTS_URL", LOCAL_DIR / "facts")
INBOX_DIR = folder("INBOX_DIR", LOCAL_DIR / "inbox")

# Bytes that a corrected delivery handed over on a page may hold, unpacked; larger ones go into the inbox.
UPLOAD_BYTES: int = env.int("UPLOAD_BYTES", default=512 << 20)

DUCKDB_MEMORY: str = env.str("DUCKDB_MEMORY", default="2GiB")
# 0: as many threads as the machine has processors.
DUCKDB_THREADS: int = env.int("DUCKDB_THREADS", default=0)
DUCKDB_TEMP_DIR = LOCAL_DIR / "duckdb"

# Health: from when on something wants a look, and from when on an act. Trading days without a source's holdings,
FEED_LOOK_DAYS: int = env.int("FEED_LOOK_DAYS", default=1)
FEED_ACT_DAYS: int = env.int("FEED_ACT_DAYS", default=3)
# minutes from a delivery to its publication,
CLOSE_ACT_MINUTES: int = env.int("CLOSE_ACT_MINUTES", default=120)
# minutes that the oldest waits in a queue,
QUEUE_LOOK_MINUTES: int = env.int("QUEUE_LOOK_MINUTES", default=15)
QUEUE_ACT_MINUTES: int = env.int("QUEUE_ACT_MINUTES", default=60)
# the free share of a disk, and days left in the calendar; fewer than sixty always want an act.
DISK_LOOK_SHARE: float = env.float("DISK_LOOK_SHARE", default=0.2)
DISK_ACT_SHARE: float = env.float("DISK_ACT_SHARE", default=0.1)
CALENDAR_LOOK_DAYS: int = env.int("CALENDAR_LOOK_DAYS", default=90)
