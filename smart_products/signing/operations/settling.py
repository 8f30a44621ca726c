"""The export of charges and refunds to settlement: a file and its manifest, each instruction in one file alone.

The rows of an export are chosen in one transaction with the hash of the file they make; the file is written afterwards
and can be written again, byte for byte. Never moves money and never changes an instruction.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import uuid
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from core.actor import Actor
from core.audit import record
from core.money import yuan
from smart_products.signing.models import Charge, Refund, SettlementExport
from smart_products.signing.operations.moving import LifeError

COLUMNS = (
    *("instruction", "key", "amount", "business_date", "contract", "source", "client", "account", "product"),
    *("fee", "first", "until", "terms_digest"),
)
RELATED = ("contract__client", "contract__account", "contract__product")


class ExportChanged(LifeError):
    """The rows of an export no longer make the file that was exported."""


class NotThatExport(LifeError):
    """There is no such export, or the hash that settlement names is not that of its file."""


def export_charges(*, folder: Path, on: date, by: Actor, at: datetime) -> SettlementExport | None:
    """Export what no file holds yet, as `settlement-<number>.csv` and `.json`; None when there is nothing."""
    export = _choose(on, by, at)
    if export is not None:
        write_export(export=export, folder=folder, by=by, at=at)
    return export


def write_export(*, export: SettlementExport, folder: Path, by: Actor, at: datetime) -> Path:
    """Write the file of an export and then its manifest, the same bytes as ever. Raises ExportChanged."""
    text = _content(export)
    if hashlib.sha256(text).hexdigest() != export.sha256:
        raise ExportChanged(f"export {export.number} does not make its file any more")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"settlement-{export.number:06d}.csv"
    manifest = {
        "number": export.number,
        "business_date": export.business_date.isoformat(),
        "file": file.name,
        "sha256": export.sha256,
        "rows": export.charges + export.refunds,
        "charges": export.charges,
        "charged": str(yuan(export.charged_fen)),
        "refunds": export.refunds,
        "refunded": str(yuan(export.refunded_fen)),
    }
    _put(file, text)
    _put(file.with_suffix(".json"), json.dumps(manifest, indent=2).encode() + b"\n")
    return file


@transaction.atomic
def confirm_export(*, number: int, sha256: str, by: Actor, at: datetime) -> SettlementExport:
    """Keep settlement's receipt for a file; a second one changes nothing. Raises NotThatExport."""
    export = SettlementExport.objects.select_for_update().filter(number=number, sha256=sha256).first()
    if export is None:
        raise NotThatExport(f"export {number} with hash {sha256[:16]}")
    if export.confirmed_at is None:
        export.confirmed_at, export.confirmed_by = at, by.name
        export.save()
        details = {"sha256": sha256}
        record(
            action="confirm", subject_kind="settlement", subject_key=str(number), details=details, by=by, at=at
        )  # fmt: skip
    return export


@transaction.atomic
def _choose(on: date, by: Actor, at: datetime) -> SettlementExport | None:
    """Take the instructions of no export together as the next one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('settlement', 0))")
    charges = list(Charge.objects.select_for_update(of=("self",)).filter(export=None))
    refunds = list(Refund.objects.select_for_update(of=("self",)).filter(export=None))
    if not charges and not refunds:
        return None
    export = SettlementExport(
        number=(SettlementExport.objects.aggregate(n=Max("number"))["n"] or 0) + 1,
        business_date=on,
        made_at=at,
        made_by=by.name,
        charges=len(charges),
        charged_fen=sum(one.amount_fen for one in charges),
        refunds=len(refunds),
        refunded_fen=sum(one.amount_fen for one in refunds),
    )
    export.save()
    Charge.objects.filter(pk__in=[one.pk for one in charges]).update(export=export)
    Refund.objects.filter(pk__in=[one.pk for one in refunds]).update(export=export)
    export.sha256 = hashlib.sha256(_content(export)).hexdigest()
    export.save()
    details = {"charges": export.charges, "refunds": export.refunds, "sha256": export.sha256}
    record(
        action="export", subject_kind="settlement", subject_key=str(export.number), details=details, by=by, at=at
    )  # fmt: skip
    return export


def _content(export: SettlementExport) -> bytes:
    """Return the file of an export: charges by key, then refunds by the key of their charge."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for charge in Charge.objects.filter(export=export).select_related(*RELATED).order_by("key"):
        lines.writerow(_row("charge", charge, charge.amount_fen, charge.business_date))
    refunds = Refund.objects.filter(export=export).select_related(*(f"charge__{path}" for path in RELATED))
    for refund in refunds.order_by("charge__key"):
        lines.writerow(_row("refund", refund.charge, refund.amount_fen, refund.business_date))
    return text.getvalue().encode()


def _row(instruction: str, charge: Charge, amount: int, on: date) -> list[str]:
    contract = charge.contract
    named = [contract.number, contract.client.source, contract.client.code, contract.account.code]
    what = [contract.product.code, charge.fee, str(charge.first), str(charge.until), charge.terms_digest]
    return [instruction, charge.key, str(yuan(amount)), str(on), *named, *what]


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{uuid.uuid4().hex}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
