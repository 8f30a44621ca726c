"""What the API can be asked: a method for each operation.

Made by `make client` from `api/openapi.yaml`: change that, or `generate.py`, and never this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from smart_products_client import models
from smart_products_client.transport import File, Transport


class Operations(Transport):
    """Every operation of the API, by its name there."""

    def accounts_list(self) -> models.OwnAccounts:
        """List the client's asset accounts: a signing names one of them.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.OwnAccounts = self.call("GET", "/api/v1/accounts")
        return answer

    def audit_list(
        self,
        *,
        action: str | None = None,
        client: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        since: date | str | None = None,
        subject: str | None = None,
        unit: str | None = None,
        until: date | str | None = None,
        who: str | None = None,
    ) -> models.AuditEvents:
        """Search what was done and read at and below the units one audits, the newest first.

        `action`: Code of an act; `read` for looks.
        `client`: Code of a client whom it concerns.
        `cursor`: `next` of the page before; the first without it.
        `since`: The first day.
        `subject`: Key of what was acted on.
        `unit`: Code of a unit, and below; `-` for the house alone.
        `until`: The last day.
        `who`: User name, or the name of a job.
        """
        answer: models.AuditEvents = self.call(
            "GET",
            "/api/v1/audit",
            query={
                "action": action,
                "client": client,
                "cursor": cursor,
                "limit": limit,
                "since": since,
                "subject": subject,
                "unit": unit,
                "until": until,
                "who": who,
            },
        )
        return answer

    def clients_list(
        self,
        *,
        cursor: str | None = None,
        holds: bool | None = None,
        limit: int | None = None,
        product: str | None = None,
        q: str | None = None,
        risk_class: Literal["C1", "C2", "C3", "C4", "C5"] | None = None,
        unit: str | None = None,
    ) -> models.Clients:
        """List one's clients by code, with the products that are in force.

        `cursor`: `next` of the page before; the first without it.
        `holds`: Whether anything, or the product, is in force today.
        `product`: Code of a product that is in force today.
        `q`: Code, or name as far as names are read in full.
        `unit`: Code of a unit: of the clients there now, and below.
        """
        answer: models.Clients = self.call(
            "GET",
            "/api/v1/clients",
            query={
                "cursor": cursor,
                "holds": holds,
                "limit": limit,
                "product": product,
                "q": q,
                "risk_class": risk_class,
                "unit": unit,
            },
        )
        return answer

    def client_read(self, *, public_id: UUID | str) -> models.ClientWhole:
        """Read a client: class, accounts, consents, products in force."""
        answer: models.ClientWhole = self.call("GET", "/api/v1/clients/{public_id}", parts={"public_id": public_id})
        return answer

    def client_holdings(
        self, *, public_id: UUID | str, since: date | str | None = None, until: date | str | None = None
    ) -> models.Holdings:
        """Read signed assets day by day over a period, and why they grew: as the client reads them.

        `since`: From the first signing without it.
        `until`: To the last close without it.
        """
        answer: models.Holdings = self.call(
            "GET",
            "/api/v1/clients/{public_id}/holdings",
            parts={"public_id": public_id},
            query={"since": since, "until": until},
        )
        return answer

    def cohorts_read(
        self,
        *,
        as_of: date | str | None = None,
        basis: Literal["signed", "confirmed"] | None = None,
        channel: str | None = None,
        fields: str | None = None,
        node: str | None = None,
        tier: str | None = None,
        unit: str | None = None,
        version: int | None = None,
    ) -> models.Cohorts:
        """Read the cohorts alone: retained clients and value by months since.

        `as_of`: The day to describe; the latest without it.
        `basis`: All signings, or all but those that were withdrawn.
        `channel`: Acquisition channel.
        `fields`: Names of the keys wanted, separated by commas; all without it.
        `node`: A product or family; all products without it.
        `tier`: Asset tier, `t1` to `t5`.
        `unit`: Code of a unit; the highest you see without it.
        `version`: Version of the day; the current without it.
        """
        answer: models.Cohorts = self.call(
            "GET",
            "/api/v1/cohorts",
            query={
                "as_of": as_of,
                "basis": basis,
                "channel": channel,
                "fields": fields,
                "node": node,
                "tier": tier,
                "unit": unit,
                "version": version,
            },
        )
        return answer

    def contracts_list(self) -> models.Contracts:
        """List what the client signed.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Contracts = self.call("GET", "/api/v1/contracts")
        return answer

    def contract_read(self, *, public_id: UUID | str) -> models.ContractTold:
        """Read a contract.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.ContractTold = self.call("GET", "/api/v1/contracts/{public_id}", parts={"public_id": public_id})
        return answer

    def contract_pause(
        self, *, public_id: UUID | str, body: models.Pause, idempotency_key: str | None = None
    ) -> models.ContractTold:
        """Pause the service until a day.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.ContractTold = self.call(
            "POST",
            "/api/v1/contracts/{public_id}/pause",
            parts={"public_id": public_id},
            body=body,
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def contract_resume(self, *, public_id: UUID | str, idempotency_key: str | None = None) -> models.ContractTold:
        """Go on before the pause is over.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.ContractTold = self.call(
            "POST",
            "/api/v1/contracts/{public_id}/resumption",
            parts={"public_id": public_id},
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def contract_terminate(
        self, *, public_id: UUID | str, body: models.Leave, idempotency_key: str | None = None
    ) -> models.ContractTold:
        """Leave, with a reason.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.ContractTold = self.call(
            "POST",
            "/api/v1/contracts/{public_id}/termination",
            parts={"public_id": public_id},
            body=body,
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def contract_withdraw(self, *, public_id: UUID | str, idempotency_key: str | None = None) -> models.ContractTold:
        """Withdraw within the cooling-off period, with a full refund.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.ContractTold = self.call(
            "POST",
            "/api/v1/contracts/{public_id}/withdrawal",
            parts={"public_id": public_id},
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def days_list(self) -> models.Days:
        """List the days that have figures."""
        answer: models.Days = self.call("GET", "/api/v1/days")
        return answer

    def deliveries_list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        source: str | None = None,
        state: Literal["accepted", "rejected", "superseded"] | None = None,
    ) -> models.Deliveries:
        """List deliveries, the latest received first.

        `cursor`: `next` of the page before; the first without it.
        `source`: Code of a source.
        `state`: Those that stand so alone.
        """
        answer: models.Deliveries = self.call(
            "GET", "/api/v1/deliveries", query={"cursor": cursor, "limit": limit, "source": source, "state": state}
        )
        return answer

    def delivery_read(self, *, public_id: UUID | str) -> models.DeliveryWhole:
        """Read how a delivery was judged: its files with their totals, its warnings and errors."""
        answer: models.DeliveryWhole = self.call(
            "GET", "/api/v1/deliveries/{public_id}", parts={"public_id": public_id}
        )
        return answer

    def delivery_quarantine(
        self, *, public_id: UUID | str, cursor: str | None = None, limit: int | None = None
    ) -> models.QuarantineRows:
        """List the rows that were set aside, with rule and value, by file and line.

        `cursor`: `next` of the page before; the first without it.
        """
        answer: models.QuarantineRows = self.call(
            "GET",
            "/api/v1/deliveries/{public_id}/quarantine",
            parts={"public_id": public_id},
            query={"cursor": cursor, "limit": limit},
        )
        return answer

    def delivery_upload(self, *, files: Sequence[File], idempotency_key: str | None = None) -> models.Upload:
        """Hand over a feed folder: `manifest.json` and the files it names, or one zip of them. Judging follows."""
        answer: models.Upload = self.call(
            "POST", "/api/v1/deliveries/uploads", files={"files": files}, key=idempotency_key, keyed=True
        )
        return answer

    def delivery_upload_read(self, *, folder: str) -> models.Upload:
        """Read how far a folder is: waiting, under way, judged."""
        answer: models.Upload = self.call("GET", "/api/v1/deliveries/uploads/{folder}", parts={"folder": folder})
        return answer

    def events_list(
        self, *, after: UUID | str | None = None, kind: str | None = None, limit: int | None = None
    ) -> models.Events:
        """Read what happened after an event: those of one's units, and those of the house from its top.

        `after`: Id of the last event that was handled; the first ones without it.
        `kind`: Kinds wanted, separated by commas; all without it.
        """
        answer: models.Events = self.call("GET", "/api/v1/events", query={"after": after, "kind": kind, "limit": limit})
        return answer

    def holdings_read(self, *, since: date | str | None = None, until: date | str | None = None) -> models.Holdings:
        """Read one's signed assets day by day over a period, and why they grew.

        `since`: From the first signing without it.
        `until`: To the last close without it.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Holdings = self.call("GET", "/api/v1/holdings", query={"since": since, "until": until})
        return answer

    def matrix_read(
        self,
        *,
        as_of: date | str | None = None,
        by: Literal["unit", "outlet", "tier", "channel"] | None = None,
        channel: str | None = None,
        fields: str | None = None,
        node: str | None = None,
        since: date | str | None = None,
        structure: Literal["was", "now"] | None = None,
        tier: str | None = None,
        unit: str | None = None,
        version: int | None = None,
    ) -> models.Matrix:
        """Read the published product matrix: clients, signed assets, and why they grew.

        `as_of`: The day to describe; the latest without it.
        `by`: One row a slice.
        `channel`: Acquisition channel.
        `fields`: Names of the keys wanted, separated by commas; all without it.
        `node`: A product or family, or `matrix`: that node alone.
        `since`: Compare with this day; a year earlier without it.
        `structure`: Units as they `was` on each day, or on all days as they are `now`.
        `tier`: Asset tier, `t1` to `t5`.
        `unit`: Code of a unit; the highest you see without it.
        `version`: Version of the day; the current without it.
        """
        answer: models.Matrix = self.call(
            "GET",
            "/api/v1/matrix",
            query={
                "as_of": as_of,
                "by": by,
                "channel": channel,
                "fields": fields,
                "node": node,
                "since": since,
                "structure": structure,
                "tier": tier,
                "unit": unit,
                "version": version,
            },
        )
        return answer

    def token_create(self, *, form: models.TokenAsked) -> models.TokenGiven:
        """Give a partner's system a token for an hour (OAuth 2, client credentials)."""
        answer: models.TokenGiven = self.call("POST", "/api/v1/oauth/token", form=form)
        return answer

    def offers_list(self) -> models.Offers:
        """List what can be signed today, each with whether it fits the client and why.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Offers = self.call("GET", "/api/v1/offers")
        return answer

    def products_list(self, *, as_of: date | str | None = None, family: str | None = None) -> models.Products:
        """List the products; those that are retired stay in the list.

        `as_of`: What held on this day; the latest without it.
        `family`: Code of a family: its products alone.
        """
        answer: models.Products = self.call("GET", "/api/v1/products", query={"as_of": as_of, "family": family})
        return answer

    def product_read(self, *, code: str) -> models.Product:
        """Read a product."""
        answer: models.Product = self.call("GET", "/api/v1/products/{code}", parts={"code": code})
        return answer

    def terms_list(self, *, code: str) -> models.TermsVersions:
        """List the published versions of a product's terms."""
        answer: models.TermsVersions = self.call("GET", "/api/v1/products/{code}/terms", parts={"code": code})
        return answer

    def publications_list(self, *, limit: int | None = None) -> models.Publications:
        """List the newest publications of days: their versions and what they were computed from."""
        answer: models.Publications = self.call("GET", "/api/v1/publications", query={"limit": limit})
        return answer

    def publication_versions_list(self, *, as_of: str) -> models.Publications:
        """List every version of a day, the newest first. Old ones stay readable: `version` on each figure."""
        answer: models.Publications = self.call("GET", "/api/v1/publications/{as_of}", parts={"as_of": as_of})
        return answer

    def reports_list(
        self,
        *,
        cursor: str | None = None,
        frequency: Literal["daily", "weekly", "monthly"] | None = None,
        limit: int | None = None,
        unit: str | None = None,
    ) -> models.Reports:
        """List the reports of one's units, the newest first.

        `cursor`: `next` of the page before; the first without it.
        `unit`: Code of a unit.
        """
        answer: models.Reports = self.call(
            "GET", "/api/v1/reports", query={"cursor": cursor, "frequency": frequency, "limit": limit, "unit": unit}
        )
        return answer

    def report_read(self, *, public_id: UUID | str) -> models.ReportWhole:
        """Read a report with the figures of its period, as they were sent."""
        answer: models.ReportWhole = self.call("GET", "/api/v1/reports/{public_id}", parts={"public_id": public_id})
        return answer

    def report_pdf(self, *, public_id: UUID | str) -> bytes:
        """Read the paper that was sent, byte for byte."""
        answer: bytes = self.call(
            "GET", "/api/v1/reports/{public_id}/report.pdf", parts={"public_id": public_id}, raw=True
        )
        return answer

    def report_xlsx(self, *, public_id: UUID | str) -> bytes:
        """Read the workbook that was sent, byte for byte."""
        answer: bytes = self.call(
            "GET", "/api/v1/reports/{public_id}/report.xlsx", parts={"public_id": public_id}, raw=True
        )
        return answer

    def retention_read(
        self,
        *,
        as_of: date | str | None = None,
        basis: Literal["signed", "confirmed"] | None = None,
        channel: str | None = None,
        fields: str | None = None,
        first: date | str | None = None,
        gap: int | None = None,
        last: date | str | None = None,
        node: str | None = None,
        tier: str | None = None,
        unit: str | None = None,
        version: int | None = None,
    ) -> models.Retention:
        """Read first-sign and N-day retention, cohorts, and the survival of spells.

        `as_of`: The day to describe; the latest without it.
        `basis`: All signings, or all but those that were withdrawn.
        `channel`: Acquisition channel.
        `fields`: Names of the keys wanted, separated by commas; all without it.
        `first`: First signings from this day on; the usual period without it.
        `gap`: Days within which two stretches of a client are one spell.
        `last`: First signings up to this day.
        `node`: A product or family; all products without it.
        `tier`: Asset tier, `t1` to `t5`.
        `unit`: Code of a unit; the highest you see without it.
        `version`: Version of the day; the current without it.
        """
        answer: models.Retention = self.call(
            "GET",
            "/api/v1/retention",
            query={
                "as_of": as_of,
                "basis": basis,
                "channel": channel,
                "fields": fields,
                "first": first,
                "gap": gap,
                "last": last,
                "node": node,
                "tier": tier,
                "unit": unit,
                "version": version,
            },
        )
        return answer

    def shared_read(
        self,
        *,
        as_of: date | str | None = None,
        channel: str | None = None,
        fields: str | None = None,
        tier: str | None = None,
        unit: str | None = None,
        version: int | None = None,
    ) -> models.Shared:
        """Read how many clients each two products share.

        `as_of`: The day to describe; the latest without it.
        `channel`: Acquisition channel.
        `fields`: Names of the keys wanted, separated by commas; all without it.
        `tier`: Asset tier, `t1` to `t5`.
        `unit`: Code of a unit; the highest you see without it.
        `version`: Version of the day; the current without it.
        """
        answer: models.Shared = self.call(
            "GET",
            "/api/v1/shared",
            query={
                "as_of": as_of,
                "channel": channel,
                "fields": fields,
                "tier": tier,
                "unit": unit,
                "version": version,
            },
        )
        return answer

    def signing_begin(self, *, body: models.Begin, idempotency_key: str | None = None) -> models.Signing:
        """Begin to sign a product over an account, or go on with what was begun on the same terms.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call("POST", "/api/v1/signings", body=body, key=idempotency_key, keyed=True)
        return answer

    def signing_read(self, *, public_id: UUID | str) -> models.Signing:
        """Read how far a signing is.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call("GET", "/api/v1/signings/{public_id}", parts={"public_id": public_id})
        return answer

    def signing_give_up(self, *, public_id: UUID | str, idempotency_key: str | None = None) -> models.Signing:
        """Give up a signing that is not signed; one that is given up already stays so.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call(
            "POST",
            "/api/v1/signings/{public_id}/abandonment",
            parts={"public_id": public_id},
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def signing_send_code(self, *, public_id: UUID | str, idempotency_key: str | None = None) -> models.CodeSent:
        """Have the code sent with which the client signs.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.CodeSent = self.call(
            "POST", "/api/v1/signings/{public_id}/code", parts={"public_id": public_id}, key=idempotency_key, keyed=True
        )
        return answer

    def signing_decide(self, *, public_id: UUID | str, idempotency_key: str | None = None) -> models.Signing:
        """Have suitability decided by the client's class of today, and keep the decision with all its inputs.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call(
            "POST",
            "/api/v1/signings/{public_id}/decision",
            parts={"public_id": public_id},
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def signing_show_paper(
        self, *, public_id: UUID | str, step: str, idempotency_key: str | None = None
    ) -> models.PaperShown:
        """Lay a paper before the client: when it was first shown is kept.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.PaperShown = self.call(
            "POST",
            "/api/v1/signings/{public_id}/papers/{step}",
            parts={"public_id": public_id, "step": step},
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def signing_acknowledge_paper(
        self, *, public_id: UUID | str, step: str, body: models.Acknowledged, idempotency_key: str | None = None
    ) -> models.Signing:
        """Acknowledge a paper, sentence by sentence, once it lay open long enough.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call(
            "POST",
            "/api/v1/signings/{public_id}/papers/{step}/acknowledgement",
            parts={"public_id": public_id, "step": step},
            body=body,
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def signing_sign(
        self, *, public_id: UUID | str, body: models.Code, idempotency_key: str | None = None
    ) -> models.Signing:
        """Sign with the code: the agreement is sealed and in force. A wrong code takes a try away.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Signing = self.call(
            "POST",
            "/api/v1/signings/{public_id}/signature",
            parts={"public_id": public_id},
            body=body,
            key=idempotency_key,
            keyed=True,
        )
        return answer

    def subscriptions_list(
        self,
        *,
        client: UUID | str | None = None,
        cursor: str | None = None,
        in_force_on: date | str | None = None,
        limit: int | None = None,
        product: str | None = None,
        source: str | None = None,
        unit: str | None = None,
    ) -> models.Subscriptions:
        """List subscriptions, the latest first.

        `cursor`: `next` of the page before; the first without it.
        `in_force_on`: Those in force on this day alone.
        `product`: Code of a product.
        `source`: `here` for those that were signed here.
        `unit`: Code of a unit: of the clients there now, and below.
        """
        answer: models.Subscriptions = self.call(
            "GET",
            "/api/v1/subscriptions",
            query={
                "client": client,
                "cursor": cursor,
                "in_force_on": in_force_on,
                "limit": limit,
                "product": product,
                "source": source,
                "unit": unit,
            },
        )
        return answer

    def subscription_read(self, *, public_id: UUID | str) -> models.SubscriptionWhole:
        """Read a subscription with what happened to it, and where its proof stands."""
        answer: models.SubscriptionWhole = self.call(
            "GET", "/api/v1/subscriptions/{public_id}", parts={"public_id": public_id}
        )
        return answer

    def subscription_evidence(self, *, public_id: UUID | str) -> bytes:
        """Take the whole pack, as it stands in court, for roles that read papers of clients. It is recorded."""
        answer: bytes = self.call(
            "GET", "/api/v1/subscriptions/{public_id}/evidence", parts={"public_id": public_id}, raw=True
        )
        return answer

    def suitability_read(self) -> models.Standing:
        """Read how the client stands today for matching.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Standing = self.call("GET", "/api/v1/suitability")
        return answer

    def assessment_take(self, *, body: models.Answers, idempotency_key: str | None = None) -> models.Assessed:
        """Let all answers count: they come to a class that holds from today.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Assessed = self.call(
            "POST", "/api/v1/suitability/assessments", body=body, key=idempotency_key, keyed=True
        )
        return answer

    def questionnaire_read(self) -> models.Questions:
        """Read the questionnaire in force.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Questions = self.call("GET", "/api/v1/suitability/questionnaire")
        return answer

    def assessment_decline(self, *, body: models.Refusal, idempotency_key: str | None = None) -> models.Assessed:
        """Keep that the client gives no information: no class holds from today, until a later test.

        Opens to the session of a client who is logged in, and to no token.
        """
        answer: models.Assessed = self.call(
            "POST", "/api/v1/suitability/refusals", body=body, key=idempotency_key, keyed=True
        )
        return answer

    def offered_list(self, *, on: date | str | None = None) -> models.TermsVersions:
        """List the terms that clients can sign on a day.

        `on`: The day; today without it.
        """
        answer: models.TermsVersions = self.call("GET", "/api/v1/terms", query={"on": on})
        return answer

    def terms_read(self, *, public_id: UUID | str) -> models.TermsWhole:
        """Read a published version whole: what it does, for whom, what it costs, what can go wrong, how to
        leave.
        """
        answer: models.TermsWhole = self.call("GET", "/api/v1/terms/{public_id}", parts={"public_id": public_id})
        return answer

    def token_read(self) -> models.Token:
        """Read what the token of this request may do, and until when."""
        answer: models.Token = self.call("GET", "/api/v1/token")
        return answer

    def transitions_read(
        self,
        *,
        since: date | str,
        as_of: date | str | None = None,
        channel: str | None = None,
        fields: str | None = None,
        tier: str | None = None,
        unit: str | None = None,
        version: int | None = None,
    ) -> models.Transitions:
        """Read where the clients of each product went over a period, and whence they came.

        `since`: The day at which the period starts.
        `as_of`: The day to describe; the latest without it.
        `channel`: Acquisition channel.
        `fields`: Names of the keys wanted, separated by commas; all without it.
        `tier`: Asset tier, `t1` to `t5`.
        `unit`: Code of a unit; the highest you see without it.
        `version`: Version of the day; the current without it.
        """
        answer: models.Transitions = self.call(
            "GET",
            "/api/v1/transitions",
            query={
                "since": since,
                "as_of": as_of,
                "channel": channel,
                "fields": fields,
                "tier": tier,
                "unit": unit,
                "version": version,
            },
        )
        return answer

    def units_list(self, *, as_of: date | str | None = None) -> models.Units:
        """Read the tree of units as of a day.

        `as_of`: The day; today without it.
        """
        answer: models.Units = self.call("GET", "/api/v1/units", query={"as_of": as_of})
        return answer

    def verify_pack(self, *, pack: File) -> models.PackJudgement:
        """Judge a pack by the certificates that count here; what is wrong is named part by part."""
        answer: models.PackJudgement = self.call("POST", "/api/v1/verification/pack", files={"pack": [pack]})
        return answer

    def verify_paper(self, *, paper: File) -> models.PaperJudgement:
        """Judge a PDF: its seal, its stamps, and whether exactly these bytes were handed out."""
        answer: models.PaperJudgement = self.call("POST", "/api/v1/verification/paper", files={"paper": [paper]})
        return answer
