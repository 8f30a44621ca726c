"""Tables of holdings: deliveries, their files, the days of facts they brought, and the portal's copy.

A row here is the only thing that makes a file real. Facts of a day and source are those of the accepted
delivery with the highest sequence; nothing is deleted when one supersedes another. Never writes:
operations do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AssetAccount
from smart_products.holdings.states import DeliveryState, FileKind, FileMode


class Delivery(models.Model):
    """One folder of a feed as it was judged. `files_digest` is over the manifest and the hashes of its files."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    business_date = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    sequence = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    files_digest = models.CharField(max_length=64)
    folder_name = models.CharField(max_length=255)
    received_at = models.DateTimeField()
    complete_from = models.DateField(null=True)
    waits_for_codes = models.BooleanField(default=False, db_default=False)
    archive = models.CharField(max_length=80, default="", db_default="", blank=True)
    rows = models.BigIntegerField(default=0)
    refused_rows = models.BigIntegerField(default=0)
    quarantine_file = models.CharField(max_length=80, default="", db_default="", blank=True)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [models.Index(fields=["-received_at"], name="delivery_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "business_date", "valid_from", "sequence"],
                condition=Q(state=DeliveryState.ACCEPTED),
                name="delivery_sequence",
            ),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.REJECTED) | Q(business_date__gte=F("valid_from")),
                name="delivery_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.business_date} #{self.sequence}"


class DeliveryFile(models.Model):
    """One file of a delivery; `statements` names the Parquet file of its accepted rows (master data only)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=16, choices=FileKind.choices)
    encoding = models.CharField(max_length=16, default="", db_default="", blank=True)
    mode = models.CharField(max_length=8, choices=FileMode.choices)
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    accepted_rows = models.BigIntegerField()
    refused_rows = models.BigIntegerField()
    totals = models.JSONField(default=dict)
    statements = models.CharField(max_length=80, default="", db_default="", blank=True)

    class Meta:
        verbose_name = _("file of a delivery")
        verbose_name_plural = _("files of deliveries")
        constraints = [
            models.UniqueConstraint(fields=["delivery", "name"], name="deliveryfile_name"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="deliveryfile_kind"),
            models.CheckConstraint(condition=Q(mode__in=FileMode.values), name="deliveryfile_mode"),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryWarning(models.Model):
    """Warnings of one rule in one file of a delivery: open until a person signs them off, once, with a reason.

    One that is signed off never changes or goes; if the delivery is judged otherwise later, another stands beside it.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="found")
    rule = models.CharField(max_length=64)
    file = models.CharField(max_length=255)
    count = models.PositiveIntegerField()
    detail = models.CharField(max_length=500, default="", db_default="", blank=True)
    found_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=150, null=True)
    reason = models.CharField(max_length=500, default="", db_default="", blank=True)

    class Meta:
        verbose_name = _("warning of a delivery")
        verbose_name_plural = _("warnings of deliveries")
        indexes = [
            models.Index(fields=["-found_at", "-public_id"], name="warning_found"),
            models.Index(fields=["-found_at", "-public_id"], condition=Q(signed_at__isnull=True), name="warning_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "rule", "file"], condition=Q(signed_at__isnull=True), name="warning_once"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, reason="")
                | (Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(reason="")),
                name="warning_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.rule} {self.file}"


class DayFacts(models.Model):
    """The facts of one day from one delivery: a Parquet file by its hash, and its control sums in fen."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="days")
    source = models.CharField(max_length=64)
    day = models.DateField()
    sequence = models.PositiveIntegerField()
    file = models.CharField(max_length=80)
    rows = models.BigIntegerField()
    value = models.DecimalField(max_digits=24, decimal_places=0)
    net_flow = models.DecimalField(max_digits=24, decimal_places=0)

    class Meta:
        verbose_name = _("facts of a day")
        verbose_name_plural = _("facts of days")
        indexes = [models.Index(fields=["day"], name="dayfacts_day")]
        constraints = [
            models.UniqueConstraint(fields=["source", "day", "sequence"], name="dayfacts_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day} #{self.sequence}"


class MasterState(models.Model):
    """Master data of a source as resolved from all accepted deliveries: the file last merged, by kind."""

    source = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=FileKind.choices)
    file = models.CharField(max_length=80)
    resolved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("state of master data")
        verbose_name_plural = _("states of master data")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind"], name="masterstate_kind"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="masterstate_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind}"


class AccountDay(models.Model):
    """The portal's copy of an account's day in the open month, in fen; it can be rebuilt from the facts."""

    pk = models.CompositePrimaryKey("account_id", "day")
    account = models.ForeignKey(AssetAccount, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    day = models.DateField()
    value = models.BigIntegerField()
    net_flow = models.BigIntegerField()
    carried = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("day of an account")
        verbose_name_plural = _("days of accounts")

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"


class AccountMonth(models.Model):
    """The portal's copy of an account's closed month: one row with arrays by fact day, in fen."""

    pk = models.CompositePrimaryKey("account_id", "month")
    account = models.ForeignKey(AssetAccount, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    month = models.DateField()
    days = ArrayField(models.DateField())
    values = ArrayField(models.BigIntegerField())
    net_flows = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("month of an account")
        verbose_name_plural = _("months of accounts")
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="accountmonth_first_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month}"


class ServedMonth(models.Model):
    """What the portal's copy holds of a month: a digest of the inputs of each day, and whether it is folded."""

    month = models.DateField(primary_key=True)
    folded = models.BooleanField()
    days = models.JSONField()
    served_at = models.DateTimeField()

    class Meta:
        verbose_name = _("served month")
        verbose_name_plural = _("served months")
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="servedmonth_first_day")]

    def __str__(self) -> str:
        return self.month.isoformat()
