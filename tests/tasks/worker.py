"""A real worker for the tests: it publishes every few days, so that a kill finds some published and some not."""

from __future__ import annotations

import django

from config.worker import app

OPTIONS = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat", "-c", "2"]
BATCH = 4

if __name__ == "__main__":
    django.setup()
    from smart_products.statistics.operations import computing

    computing.BATCH = BATCH
    app.worker_main(["worker", *OPTIONS])
