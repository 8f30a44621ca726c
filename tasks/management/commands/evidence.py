"""`manage.py evidence list|export|verify|stamp|trust`: the chain of evidence and what is handed out of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from smart_products.signing.operations import export_evidence, restamp_due
from smart_products.signing.queries import EvidenceView, UnknownEvidence, evidence_list
from smart_products.signing.queries.chain import verify_chain
from smart_products.signing.seals.configured import anchors, sealer
from smart_products.signing.seals.stamping import NoStamp
from tasks.evidence_text import finding_lines
from tasks.tables import table


class Command(BaseCommand):
    """Lists the chain, hands out a pack, judges the chain, stamps again, writes the file of trust."""

    help = "List evidence, export a pack, verify the chain, stamp again what ages, or write the file of trust."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="action", required=True)
        self._add(commands, "list", "every link of the chain")
        export = self._add(commands, "export", "write the whole pack of a subscription to a file")
        export.add_argument("subscription", help="code of the subscription")
        export.add_argument("file", type=Path, help="where to; it must not exist")
        chain = self._add(commands, "verify", "judge the whole chain against its sealed heads")
        chain.add_argument("--packs", action="store_true", help="judge every pack as well")
        stamp = self._add(commands, "stamp", "stamp again what ages, and what never got a stamp")
        stamp.add_argument("--days", type=int, help="proofs that age within so many days (RESTAMP_DAYS)")
        trust = self._add(commands, "trust", "write the file of trust that verify_evidence takes")
        trust.add_argument("file", type=Path, help="where to; it must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        actions: dict[str, Callable[[dict[str, Any]], None]] = {
            "list": self._list,
            "export": self._export,
            "verify": self._verify,
            "stamp": self._stamp,
            "trust": self._trust,
        }
        actions[options["action"]](options)

    def _add(self, commands: Any, name: str, words: str) -> CommandParser:
        added: CommandParser = commands.add_parser(name, help=words)
        added.add_argument("--json", action="store_true", help="print JSON on stdout")
        return added

    def _list(self, options: dict[str, Any]) -> None:
        found = list(evidence_list())
        if options["json"]:
            self._print([_plain(one) for one in found])
            return
        if not found:
            self.stdout.write(_("There is no evidence yet."))
            return
        head = [_("Subscription"), _("Signed at"), _("Proof until"), _("Position"), _("Later stamps")]
        rows = [
            [
                one.subscription,
                clock.shanghai_minute(one.at),
                clock.shanghai_minute(one.proof_until),
                str(one.position),
                str(one.stamps),
            ]
            for one in found
        ]
        self.stdout.write("\n".join(table(head, rows, text_columns=3)))

    def _export(self, options: dict[str, Any]) -> None:
        at = clock.now()
        try:
            data = export_evidence(
                subscription_code=options["subscription"], sealer=sealer(at), by=system("evidence"), at=at
            )
        except UnknownEvidence as error:
            raise CommandError(_("There is no evidence for subscription %s.") % error) from error
        _write_new(options["file"], data)
        said = {"subscription": options["subscription"], "file": str(options["file"]), "bytes": len(data)}
        if options["json"]:
            self._print(said)
        else:
            self.stdout.write(_("The pack of %(subscription)s is in %(file)s (%(bytes)s bytes).") % said)

    def _verify(self, options: dict[str, Any]) -> None:
        findings = verify_chain(anchors=anchors(clock.now()), packs=options["packs"])
        if options["json"]:
            self._print({"ok": not findings, "findings": [one.plain() for one in findings]})
        else:
            self.stdout.write("\n".join(finding_lines(findings) or [_("The chain of evidence is whole.")]))
        if findings:
            raise CommandError(_("%s findings in the chain of evidence.") % len(findings))

    def _stamp(self, options: dict[str, Any]) -> None:
        at = clock.now()
        within = timedelta(days=options["days"] if options["days"] is not None else settings.RESTAMP_DAYS)
        made: list[str] = []
        try:
            for stamp in restamp_due(within=within, sealer=sealer(at), by=system("evidence"), at=at):
                made.append(stamp.record.subscription_code)  # noqa: PERF401 - kept up to where the authority fails
        except NoStamp as error:
            raise CommandError(_("Stamped %(done)s, then: %(error)s") % {"done": len(made), "error": error}) from error
        if options["json"]:
            self._print({"stamped": made})
        else:
            self.stdout.write(_("%s packs stamped again.") % len(made))

    def _trust(self, options: dict[str, Any]) -> None:
        found = anchors(clock.now())
        _write_new(options["file"], found.dump())
        if options["json"]:
            self._print({"file": str(options["file"]), "fingerprints": found.fingerprints()})
            return
        for purpose, prints in found.fingerprints().items():
            self.stdout.write(f"{purpose}: {', '.join(prints)}")

    def _print(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))


def _write_new(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        words = {"file": path, "error": error.strerror}
        raise CommandError(_("%(file)s can not be written: %(error)s") % words) from error


def _plain(view: EvidenceView) -> dict[str, Any]:
    return {
        "subscription": view.subscription,
        "position": view.position,
        "at": view.at.isoformat(),
        "pack_sha256": view.pack_sha256,
        "digest": view.digest,
        "time_stamped": view.time_stamped,
        "stamps": view.stamps,
        "proof_until": view.proof_until.isoformat(),
        "head_day": view.head_day.isoformat() if view.head_day else None,
    }
