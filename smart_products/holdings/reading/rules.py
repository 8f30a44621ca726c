"""Every rule of the feed, with its weight and its words in both languages.

Owns the catalogue of rule codes: what a code means and what the sender can do. Never
checks anything; a code raised anywhere in this package stands here, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Weight(StrEnum):
    """What follows from a breach."""

    DELIVERY = "delivery"
    """The manifest is refused, and the delivery with it."""
    FILE = "file"
    """The file is refused, and the delivery with it."""
    ROW = "row"
    """The row goes to quarantine; too many of them refuse the delivery."""
    WARNING = "warning"
    """Accepted and listed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, its weight, a title and an explanation that says what to do."""

    code: str
    weight: Weight
    title: _StrPromise
    explanation: _StrPromise


def _delivery(code: str, title: _StrPromise, explanation: _StrPromise) -> Rule:
    return Rule(code, Weight.DELIVERY, title, explanation)


def _file(code: str, title: _StrPromise, explanation: _StrPromise) -> Rule:
    return Rule(code, Weight.FILE, title, explanation)


def _row(code: str, title: _StrPromise, explanation: _StrPromise) -> Rule:
    return Rule(code, Weight.ROW, title, explanation)


def _warning(code: str, title: _StrPromise, explanation: _StrPromise) -> Rule:
    return Rule(code, Weight.WARNING, title, explanation)


_OF_THE_MANIFEST = (
    _delivery(
        "manifest_missing",
        _("No manifest"),
        _("The folder holds no manifest.json. Write the manifest last, when every file is complete."),
    ),
    _delivery(
        "manifest_unreadable",
        _("Manifest cannot be read"),
        _("manifest.json must be one JSON object in UTF-8, without repeated keys and below 1 MB."),
    ),
    _delivery(
        "folder_name",
        _("Name of the folder cannot be read"),
        _("The name of the folder is not text in UTF-8. Give it another name and send it again."),
    ),
    _delivery("manifest_key_missing", _("Entry missing in the manifest"), _("The manifest lacks this entry.")),
    _delivery(
        "manifest_value",
        _("Wrong entry in the manifest"),
        _("The entry has the wrong type or a value that is not allowed."),
    ),
    _delivery("source_reserved", _("Reserved source"), _("The source `here` is kept for what is signed here.")),
    _delivery(
        "from_after_business_date",
        _("`from` after the business date"),
        _("`from` is the first day of the delivery and cannot be later than its last."),
    ),
    _delivery(
        "path_in_name",
        _("Not a plain file name"),
        _("A file stands in the folder of the delivery itself: no path, no link, no hidden name."),
    ),
    _delivery("duplicate_file", _("File named twice"), _("A delivery holds at most one file of a kind.")),
    _delivery(
        "unknown_kind",
        _("Unknown file"),
        _("Files are units, clients, accounts, products, subscriptions and holdings, as .csv or .parquet."),
    ),
    _warning(
        "holdings_missing",
        _("No holdings"),
        _("The delivery brings master data alone; its date has no facts from it."),
    ),
    _delivery(
        "holdings_not_full",
        _("Holdings as changes"),
        _("Holdings are always full for their date; send every open account."),
    ),
    _warning("unknown_key", _("Unknown entry in the manifest"), _("The entry has no meaning and was not used.")),
)

_OF_THE_FILE = (
    _file("file_missing", _("File missing"), _("The manifest names a file that is not in the folder.")),
    _file(
        "file_changing",
        _("File still being written"),
        _("The file changed while it was read. Write the manifest last, when every file is complete."),
    ),
    _file(
        "hash_differs",
        _("Other bytes than declared"),
        _("The SHA-256 of the file is not the one in the manifest: the file was cut, changed or not yet complete."),
    ),
    _file(
        "row_count_differs",
        _("Other number of rows than declared"),
        _("The file holds more or fewer rows than the manifest says (found ≠ declared)."),
    ),
    _file(
        "total_differs",
        _("Other total than declared"),
        _("The sum of the column is not the control total in the manifest (found ≠ declared)."),
    ),
    _file("empty_file", _("Empty file"), _("The file has no bytes, not even a header.")),
    _file(
        "no_rows",
        _("Header only"),
        _("A full file without rows would end everything it lists; it is refused."),
    ),
    _file(
        "utf16",
        _("UTF-16"),
        _("The file is in UTF-16. Send UTF-8, or GB18030 and say so in the manifest."),
    ),
    _file(
        "wrong_encoding",
        _("Not in the declared encoding"),
        _("The bytes on this line are not text in the encoding that the manifest declares."),
    ),
    _file("nul_byte", _("NUL byte"), _("The file holds a NUL byte, which is no text.")),
    _file(
        "mixed_line_ends",
        _("Mixed line ends"),
        _("Lines end with LF throughout or with CR LF throughout; this line ends otherwise."),
    ),
    _file(
        "unclosed_quote",
        _("Quote not closed"),
        _("A quoted field that starts on this line is never closed and would swallow what follows."),
    ),
    _file(
        "bad_quote",
        _("Text after a closing quote"),
        _("After a closing quote only a comma or the end of the line may follow; double a quote inside a field."),
    ),
    _file("field_too_long", _("Field too long"), _("A field is longer than 64 kB.")),
    _file("row_too_long", _("Row too long"), _("A row has more than 200,000 characters.")),
    _file("missing_column", _("Column missing"), _("The file lacks a column that is needed.")),
    _file("duplicate_column", _("Column twice"), _("The header names a column twice.")),
    _file(
        "not_parquet",
        _("No readable Parquet"),
        _("The file cannot be read as Parquet."),
    ),
    _file(
        "wrong_type",
        _("Wrong type of column"),
        _("In Parquet, codes are strings, dates DATE, and money DECIMAL; strings are accepted throughout."),
    ),
    _file(
        "too_many_refused",
        _("Too many rows refused"),
        _("More rows of the file break a rule than the limit allows; the delivery is refused whole."),
    ),
    _warning("bom", _("Byte order mark"), _("The file starts with a byte order mark, which was skipped.")),
    _warning("unknown_column", _("Unknown column"), _("The column has no meaning and was kept out.")),
    _warning(
        "total_unchecked",
        _("Total not checked"),
        _("A value of the column cannot be read, so that the control total could not be compared."),
    ),
)

_OF_THE_VALUE = (
    _row(
        "wrong_field_count",
        _("Wrong number of fields"),
        _("The row has more or fewer fields than the header."),
    ),
    _row("empty", _("Empty"), _("The column needs a value.")),
    _row("code_too_long", _("Code too long"), _("A code has at most 64 characters.")),
    _row("text_too_long", _("Text too long"), _("A name has at most 255 characters.")),
    _row(
        "control_character",
        _("Invisible character"),
        _("The value holds a control or another invisible character."),
    ),
    _row("surrounding_space", _("Space around a code"), _("A code neither starts nor ends with a space.")),
    _row(
        "unknown_choice",
        _("Value not in the list"),
        _("The value is not one of those that the format names."),
    ),
    _row(
        "unknown_end_reason",
        _("Unknown reason of end"),
        _("The reason of end is not one of those of the format."),
    ),
    _row("bad_year", _("Not a year"), _("A year has four digits and lies between 1900 and this year.")),
    _row("not_iso_date", _("Not a date"), _("A date is written YYYY-MM-DD and exists in the calendar.")),
    _row("date_too_early", _("Date before the calendar"), _("The calendar starts on 1990-12-19.")),
    _row("date_in_future", _("Date in the future"), _("The date is later than today.")),
    _row(
        "not_plain_decimal",
        _("Not a plain amount"),
        _("An amount is written with digits and at most one point: no thousands separator, exponent or sign of plus."),
    ),
    _row("too_many_decimals", _("Too many decimals"), _("An amount has at most two decimals.")),
    _row("amount_too_large", _("Amount too large"), _("An amount is below 10,000,000,000,000 yuan.")),
    _row("negative_turnover", _("Negative turnover"), _("Turnover is never negative.")),
    _warning("negative_value", _("Negative value"), _("The account owes more than it holds; accepted as sent.")),
)

_OF_THE_RECORD = (
    _row("not_a_trading_day", _("Not a trading day"), _("The exchange was closed on this day.")),
    _row(
        "outside_delivery",
        _("Day outside the delivery"),
        _("Holdings lie between `from` and the business date of their delivery."),
    ),
    _row(
        "conflicting_row",
        _("Same key, other values"),
        _("Several rows have this key and differ; all are refused."),
    ),
    _warning("duplicate_row", _("Same row again"), _("The row repeats an earlier one and was kept once.")),
    _row("unknown_unit", _("Unknown unit"), _("No delivery has named this unit.")),
    _row("unknown_client", _("Unknown client"), _("No delivery has named this client.")),
    _row("unknown_account", _("Unknown account"), _("No delivery has named this account.")),
    _row("unknown_product", _("Unknown product"), _("No delivery has named this product.")),
    _row("closed_account", _("Closed account"), _("The account was closed on or before this day.")),
    _warning(
        "before_opening",
        _("Before the account was opened"),
        _("The account has a holding before the day on which it was opened; accepted as sent."),
    ),
    _row("end_before_start", _("End before start"), _("The end lies before the start.")),
    _row("reason_without_end", _("Reason without an end"), _("A reason of end needs the date of the end.")),
    _warning(
        "end_without_reason",
        _("End without a reason"),
        _("The end came without a reason and was taken as `terminated`."),
    ),
    _row(
        "account_of_other_client",
        _("Account of another client"),
        _("The subscription names an account that belongs to another client."),
    ),
    _row(
        "overlapping_subscription",
        _("Subscriptions overlap"),
        _("An earlier row has the same client, product and account in force on a day of this one."),
    ),
    _row("unit_cycle", _("Circle of units"), _("Following the parents leads back to a unit already passed.")),
    _row(
        "code_clash",
        _("Code used twice"),
        _("A family, a product and `matrix` need different codes."),
    ),
)

_OF_THE_HISTORY = (
    _delivery(
        "sequence_taken",
        _("Sequence used already"),
        _("Another delivery holds this day under the same sequence. Send a correction with a higher one."),
    ),
    _file(
        "changed_since",
        _("Changed since it was accepted"),
        _(
            "A delivery with this very manifest was accepted, but the file is another now. "
            "What was accepted stands; send other bytes with a manifest of their own and a higher sequence."
        ),
    ),
    _delivery(
        "outside_calendar",
        _("Outside the calendar"),
        _("The table of trading days does not reach this day. Import the calendar, then send the delivery again."),
    ),
    _delivery(
        "merge_refused",
        _("Master data contradict each other"),
        _("Together with earlier deliveries the master data cannot be true; nothing was changed."),
    ),
    _delivery(
        "missing_accounts",
        _("Too many accounts missing"),
        _("More accounts of the fact day before lack a row than may be carried. Send the complete file."),
    ),
    _warning(
        "accounts_vanished",
        _("Accounts without a row"),
        _("Open accounts of the fact day before have no row; they are carried at their last value."),
    ),
    _warning(
        "accounts_appeared", _("Accounts that appeared"), _("Accounts have a row that had none on the fact day before.")
    ),
    _warning(
        "values_jumped",
        _("Values that jumped"),
        _("Accounts changed by more than half of their value and 100,000 yuan, flow apart."),
    ),
)

_OF_THE_UPLOAD = (
    _delivery("upload_empty", _("Nothing was handed over"), _("Choose the files of the feed, or one zip of them.")),
    _delivery(
        "upload_too_large",
        _("More than may be handed over here"),
        _("Put the folder into the inbox instead; what a zip says of its own size is not believed."),
    ),
    _delivery(
        "upload_no_zip",
        _("Not one readable zip"),
        _("Hand over a single zip that is neither encrypted nor damaged, or the files themselves."),
    ),
    _delivery(
        "upload_without_day",
        _("The delivery names no day"),
        _("Its manifest could not be read, so nothing can follow it. Put a whole folder into the inbox."),
    ),
    _delivery(
        "upload_other_day",
        _("Manifest of another delivery"),
        _("The manifest among the files must name the source and the days of this delivery."),
    ),
    _delivery(
        "upload_unnamed",
        _("File not in the manifest"),
        _("The manifest among the files does not name this one."),
    ),
    _delivery(
        "upload_mode_unsaid",
        _("Full list or changes?"),
        _("This delivery had no such file before: say whether it lists everything or only what changed."),
    ),
    _delivery(
        "upload_waits",
        _("One waits already"),
        _("A corrected delivery of these days lies in the inbox. Look at its outcome first."),
    ),
)

_EVERY = (*_OF_THE_MANIFEST, *_OF_THE_FILE, *_OF_THE_VALUE, *_OF_THE_RECORD, *_OF_THE_HISTORY, *_OF_THE_UPLOAD)
RULES: dict[str, Rule] = {rule.code: rule for rule in _EVERY}


def title(code: str) -> str:
    """Return the title of a rule in the active language; the code itself for an unknown one."""
    return str(RULES[code].title) if code in RULES else code


def explanation(code: str) -> str:
    """Return what a rule means and what the sender can do, in the active language; empty for an unknown one."""
    return str(RULES[code].explanation) if code in RULES else ""
