"""`manage.py shared`: the clients that products share on a published day."""

from __future__ import annotations

from typing import Any

from screens.plain.overlap import shared as plain
from smart_products.statistics.queries import shared
from tasks import overlap_text
from tasks.published import PublishedCommand, refusals, scope


class Command(PublishedCommand):
    """Prints how many clients each two products share, and gross, overlap and net of every total."""

    help = "Print the clients that products share: pairs of products, gross, overlap and net."

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals(options["publication"]):
            found = shared(**scope(options))
        if options["json"]:
            self.stdout.write(plain(found).model_dump_json())
            return
        self.stdout.write("\n".join(overlap_text.lines_shared(found)))
