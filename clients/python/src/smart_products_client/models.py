"""What the API takes and answers: dictionaries as JSON has them, with types.

Made by `make client` from `api/openapi.yaml`: change that, or `generate.py`, and never this file.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

IsoDate: TypeAlias = str
"""A day as `2024-12-31`."""

IsoTime: TypeAlias = str
"""A moment as ISO 8601 writes it, with its zone."""

Uuid: TypeAlias = str
"""An identifier."""


class Account(TypedDict):
    """An asset account."""

    code: str
    opened_on: IsoDate | None
    closed_on: IsoDate | None


class Acknowledged(TypedDict):
    """A paper that was read: which, and the sentences that were ticked, each in full."""

    document: str
    """SHA-256 of the paper that was shown."""
    ticked: list[str]


class Answers(TypedDict):
    """The answers of a client, by code of the question."""

    questionnaire: str
    """`digest` of the questions that were answered."""
    answers: dict[str, list[str]]


class Assessed(TypedDict):
    """A test that counts from its day on."""

    risk_class: str | None
    assessed_on: IsoDate
    expires_on: IsoDate | None
    declined: bool


class AuditEvent(TypedDict):
    """Something that was done or read."""

    at: IsoTime
    who: str
    person: bool
    """Whether a person did it, and not a job."""
    action: str
    subject_kind: str
    subject_key: str
    details: dict[str, Any]
    unit: str | None
    """Code of the unit that it concerns; null for the house, or one that is gone."""
    client: str | None
    number: int | None
    """Place in the chain of its unit; null while it waits for one."""


class AuditEvents(TypedDict):
    """Events, the newest first."""

    data: list[AuditEvent]
    next: str | None


class Begin(TypedDict):
    """What is to be signed, over which account."""

    product: str
    """Code of a product that is on offer."""
    account: Uuid
    """Id of an open asset account of one's own."""


class Choice(TypedDict):
    """An answer on offer."""

    code: str
    text: str
    alone: bool
    """Whether it excludes every other answer."""


class Client(TypedDict):
    """A client as far as who asks may read."""

    id: Uuid
    code: str
    source: str
    name: str
    covered: bool
    """Whether name and ways to reach the client are covered."""
    outlet: str | None
    channel: str
    risk_class: str | None
    risk_assessed_on: IsoDate | None
    investor_class: str
    opened_on: IsoDate | None
    products: list[str]
    """Codes of the products in force today."""


class ClientWhole(TypedDict):
    """A client with accounts, consents and standing."""

    id: Uuid
    code: str
    source: str
    name: str
    covered: bool
    """Whether name and ways to reach the client are covered."""
    outlet: str | None
    channel: str
    risk_class: str | None
    risk_assessed_on: IsoDate | None
    investor_class: str
    opened_on: IsoDate | None
    products: list[str]
    """Codes of the products in force today."""
    mobile: str
    email: str
    accounts: list[Account]
    consents: list[Consent]
    standing: Standing | None


class Clients(TypedDict):
    """Clients, by source and code."""

    data: list[Client]
    next: str | None


class Code(TypedDict):
    """The one-time code."""

    code: str


class CodeSent(TypedDict):
    """That a one-time code is on its way."""

    channel: str
    expires_at: IsoTime


class Cohort(TypedDict):
    """Clients of a month of first signing; the lists stand for months since, null where that end has not come."""

    month: IsoDate
    clients: int
    retained: list[int | None]
    value_retention: list[float | None]
    value_retention_market_neutral: list[float | None]


class Cohorts(TypedDict):
    """The cohorts of a node, by month of first signing."""

    as_of: NotRequired[IsoDate]
    version: NotRequired[int | None]
    node: NotRequired[str]
    basis: NotRequired[str]
    unit: NotRequired[str | None]
    data: NotRequired[list[Cohort]]


class Consent(TypedDict):
    """The latest word of a client on a purpose."""

    purpose: Purpose
    given_at: IsoTime | None
    withdrawn_at: IsoTime | None


class ContractOf(TypedDict):
    """The contract of a subscription that was signed here."""

    id: Uuid
    number: str
    state: str
    service: str
    terms: Uuid
    """The version of terms that was signed."""
    signed_at: IsoTime | None
    cooling_off_until: IsoDate | None
    expires_on: IsoDate | None
    end_reason: str | None


class ContractTold(TypedDict):
    """A contract of the client as it stands."""

    id: Uuid
    number: str
    product: str
    state: str
    service: str
    signed_on: IsoDate | None
    cooling_off_until: IsoDate | None
    """The last day on which it can be withdrawn with a full refund."""
    expires_on: IsoDate | None
    ended_on: IsoDate | None


class Contracts(TypedDict):
    """All that the client signed, the latest first."""

    data: list[ContractTold]


class Cut(TypedDict):
    """What was known when a version was computed."""

    digest: str
    created_at: IsoTime
    recorded_until: IsoTime | None
    """Subscriptions recorded up to this time are in it."""


class Days(TypedDict):
    """The days that have figures, the earliest first."""

    data: list[IsoDate]


class Deliveries(TypedDict):
    """Deliveries, the latest received first."""

    data: list[Delivery]
    next: str | None


class Delivery(TypedDict):
    """A delivery as it was judged. A folder without a readable manifest has neither days nor a source."""

    id: Uuid
    source: str
    business_date: IsoDate | None
    first: IsoDate | None
    """The first day of a history load."""
    sequence: int
    state: str
    """`superseded` once all its days are held by a later one."""
    received_at: IsoTime
    rows: int
    quarantined: int
    """Rows that were refused."""
    warnings: int
    folder: str


class DeliveryWhole(TypedDict):
    """A delivery with its files, its warnings, and why it was rejected if it was."""

    id: Uuid
    source: str
    business_date: IsoDate | None
    first: IsoDate | None
    """The first day of a history load."""
    sequence: int
    state: str
    """`superseded` once all its days are held by a later one."""
    received_at: IsoTime
    rows: int
    quarantined: int
    """Rows that were refused."""
    warnings: int
    folder: str
    files: list[File]
    found: list[Warned]
    errors: list[Fault]


class Event(TypedDict):
    """Something that happened. Ids never repeat: whoever keeps those it handled handles each once."""

    id: Uuid
    kind: str
    schema_version: int
    subject_kind: str
    """Events of one subject stand in their order."""
    subject_key: str
    business_date: IsoDate
    at: IsoTime
    payload: dict[str, Any]


class Events(TypedDict):
    """The next events, in order."""

    data: list[Event]
    next: Uuid | None
    """What to ask `after` next time; null while nothing was read at all."""


class FactsOf(TypedDict):
    """A delivery whose facts a version was computed from."""

    source: str
    sequence: int
    rows: int
    refused_rows: int
    received_at: IsoTime


class Family(TypedDict):
    """A family of products."""

    code: str
    name: str
    name_en: str


class Fault(TypedDict):
    """One field that is not as it has to be."""

    at: str
    """The parameter, or the path in the body, such as `rows.0.code`."""
    code: str
    detail: str


class File(TypedDict):
    """A file of a delivery."""

    name: str
    kind: str
    format: str
    encoding: str
    mode: str
    rows: int
    accepted: int
    quarantined: int
    sha256: str
    totals: list[Total]


class Finding(TypedDict):
    """One thing that is not as it must be: which part, which rule, in words."""

    part: str
    rule: str
    words: str


FirstSign = TypedDict(
    "FirstSign",
    {
        "from": "IsoDate",
        "to": "IsoDate",
        "clients": "int",
        "retained": "int",
        "rate": "float | None",
        "low": "float | None",
        "high": "float | None",
        "mean_days": "float | None",
        "observable_180": "int",
        "retained_180": "int",
        "rate_180": "float | None",
    },
)
"""First-sign retention: of the first-time clients of a period, the share retained at its end."""


class Growth(TypedDict):
    """What became of signed assets between two closes: before + entered - left + flow + market, exactly."""

    since: IsoDate
    until: IsoDate
    assets_before: str
    signed_assets: str
    entered: str
    left: str
    flow: str
    market: str
    twr: float | None
    modified_dietz: float | None
    skipped_days: int


class GrowthPoints(TypedDict):
    """The terms of growth as shares of the signed assets before; they add up to growth. `left` is negative."""

    entered: float | None
    """Share of the signed assets before: what it adds to growth."""
    left: float | None
    """Share of the signed assets before: what it adds to growth."""
    flow: float | None
    """Share of the signed assets before: what it adds to growth."""
    market: float | None
    """Share of the signed assets before: what it adds to growth."""
    moved: float | None
    """Share of the signed assets before: what it adds to growth."""


class Holdings(TypedDict):
    """Signed assets of a client; without amounts where the client took back the consent to use account data."""

    consent: bool
    """Whether account data may be used; false leaves everything else empty."""
    growth: Growth | None
    days: list[HoldingsDay]


class HoldingsDay(TypedDict):
    """The close of a day: signed assets, and why they differ from the close before."""

    day: IsoDate
    signed_assets: str
    entered: str
    left: str
    flow: str
    market: str


class Leave(TypedDict):
    """Why the client leaves: one of the house's reasons."""

    reason: str


class LogRank(TypedDict):
    """Log-rank test against another population."""

    chi2: float
    p: float


class Mark(TypedDict):
    """One signature of a paper: whose, when, and when a stamp proves that it existed."""

    role: str | None
    name: str
    certificate_sha256: str
    signed_at: IsoTime | None
    stamped_at: IsoTime | None
    expires_at: IsoTime


class Matrix(TypedDict):
    """The published product matrix of a scope. Over products clients and money do not add up: see gross and
    overlap.
    """

    as_of: NotRequired[IsoDate]
    since: NotRequired[IsoDate | None]
    """The day compared with; null on the first day with facts."""
    version: NotRequired[int]
    current: NotRequired[bool]
    """False when a later version of the day was published."""
    cut: NotRequired[str]
    """Digest of the data cut that the version was computed from."""
    opening: NotRequired[bool]
    """True on the first day with facts: levels without terms."""
    warnings: NotRequired[list[str]]
    """Trading days of the period without facts."""
    rows: NotRequired[list[MatrixRow]]
    gross: NotRequired[Sums]
    overlap: NotRequired[Sums]
    net: NotRequired[Sums]


class MatrixRow(TypedDict):
    """One node of the matrix in one slice."""

    node: str
    """Code of a product or family; `matrix` for all products."""
    kind: str
    """`matrix`, `family` or `product`."""
    family: str | None
    name: str
    name_en: str
    unit: str
    tier: str | None
    channel: str | None
    retained_clients: int
    clients_before: int | None
    first_time_clients: int | None
    """Events of the period."""
    reactivated_clients: int | None
    """Events of the period."""
    lapsed_clients: int | None
    """Events of the period."""
    moved_clients: int | None
    """Net clients that changed slice."""
    funded_clients: int
    clients_on_books: int
    penetration: float | None
    """Retained over clients on the books."""
    products_per_client: float | None
    signed_assets: str
    """The whole value of the signed accounts, CNY."""
    assets_before: str | None
    entered: str | None
    left: str | None
    """A positive amount that lowers the assets."""
    flow: str | None
    market: str | None
    moved: str | None
    """Net amount of accounts whose client changed slice."""
    entered_by_reason: dict[str, str] | None
    left_by_reason: dict[str, str] | None
    growth: float | None
    market_neutral_growth: float | None
    twr: float | None
    """Time-weighted return of the period."""
    modified_dietz: float | None
    skipped_days: int
    points: GrowthPoints
    signed_accounts: int
    carried_accounts: int
    carried_value: str
    unvalued_accounts: int
    first_sign: FirstSign


class Move(TypedDict):
    """Something that happened to a contract, of the kinds of the log of events."""

    kind: str
    on: IsoDate
    at: IsoTime


class NDay(TypedDict):
    """Of the clients seen for so many days since their first signing, those in force on the last of them."""

    days: int
    observable: int
    retained: int
    rate: float | None
    low: float | None
    high: float | None
    unbounded_rate: float | None
    """Share in force on that day or any later one."""


class OAuthProblem(TypedDict):
    """What OAuth 2 says of a request that gives no token (RFC 6749, 5.2)."""

    error: str
    error_description: NotRequired[str | None]


class Offer(TypedDict):
    """A product that can be signed today, and whether it fits the client."""

    product: str
    terms: Uuid
    number: int
    name: str
    summary: str
    risk_level: str
    regulatory_class: str
    outcome: str
    """`fit`, `warning` (riskier than the class) or `refused`."""
    reasons: list[str]
    """Why, in the words of the rules by which it was found."""
    signed: bool
    """Whether the client has it in force."""


class Offers(TypedDict):
    """What can be signed today, in the order of the catalogue."""

    data: list[Offer]


class OwnAccount(TypedDict):
    """An asset account of the client."""

    id: Uuid
    code: str
    opened_on: IsoDate | None
    closed_on: IsoDate | None


class OwnAccounts(TypedDict):
    """The asset accounts of the client, by code."""

    data: list[OwnAccount]


class PackJudgement(TypedDict):
    """The judgement of a pack of evidence."""

    ok: bool
    findings: list[Finding]
    trust: str
    """Whose certificates counted: those `given`, or those `inside` the pack."""
    fingerprints: dict[str, list[str]]
    parts: int
    subscription: str | None
    level: str | None
    licensed: bool
    certificate_sha256: str | None
    sealed_at: IsoTime | None
    stamped_at: IsoTime | None
    position: int | None
    head_day: IsoDate | None
    proof_until: IsoTime | None


class PaperJudgement(TypedDict):
    """The judgement of a paper."""

    ours: bool
    findings: list[Finding]
    marks: list[Mark]
    level: str | None


class PaperShown(TypedDict):
    """A paper as it lies before the client; the time of reading counts from its first showing."""

    step: str
    document: str
    """SHA-256 of the bytes."""
    title: str
    body: str
    sentences: list[str]
    """Each is ticked by the client before the paper counts as acknowledged."""
    shown_at: IsoTime


class Pause(TypedDict):
    """Until when."""

    until: IsoDate


class Problem(TypedDict):
    """What went wrong (RFC 9457). `code` never changes its meaning; words are in the language asked for."""

    type: str
    code: str
    title: str
    status: int
    detail: NotRequired[str | None]
    errors: NotRequired[list[Fault] | None]


class Product(TypedDict):
    """A product as it stands."""

    code: str
    source: str
    """`here` for the house's own, else the feed that tells of it."""
    family: Family
    name: str
    name_en: str
    risk_level: str
    """`R1` to `R5`; empty where it is not graded."""
    regulatory_class: str
    """`tool` or `advice`."""
    valid_from: IsoDate
    retired_on: IsoDate | None


class Products(TypedDict):
    """Products by family and code."""

    data: list[Product]


class Proof(TypedDict):
    """Where the proof of a signature stands in the chain of evidence."""

    position: int
    at: IsoTime
    pack_sha256: str
    time_stamped: bool
    proof_until: IsoTime


class Publication(TypedDict):
    """A version of a day's figures. It never changes; a later one replaces it."""

    as_of: IsoDate
    version: int
    current: bool
    published_at: IsoTime
    cut: Cut
    deliveries: list[FactsOf]


class Publications(TypedDict):
    """Publications, the newest first."""

    data: list[Publication]


Purpose: TypeAlias = "Literal['esign', 'financial_accounts', 'marketing', 'automated_decisions']"
"""What a client agrees to, each apart from the others and each to be taken back."""


class QuarantineRows(TypedDict):
    """Rows that were set aside, by file and line."""

    data: list[RefusedRow]
    next: str | None


class Question(TypedDict):
    """A question; `several` answers may be chosen, or one."""

    code: str
    text: str
    several: bool
    choices: list[Choice]


class Questions(TypedDict):
    """The questionnaire in force, in the language asked for."""

    digest: str
    title: str
    opening: str
    refusal: str
    """What it means to give no information."""
    questions: list[Question]


class Refusal(TypedDict):
    """That the client, told the consequence, gives no information."""

    questionnaire: str
    """`digest` of the questions that were answered."""


class RefusedRow(TypedDict):
    """A row that was set aside."""

    file: str
    line: int | None
    column: str | None
    rule: str
    value: str | None
    detail: str


class Report(TypedDict):
    """A report: what one publication told of a unit, frozen."""

    id: Uuid
    unit: str
    frequency: str
    language: str
    as_of: IsoDate
    since: IsoDate | None
    revision: int
    version: int
    """Version of the day's publication from which every figure was read."""
    rendered_at: IsoTime


class ReportWhole(TypedDict):
    """A report with the rows of the matrix that it shows, as they were frozen."""

    id: Uuid
    unit: str
    frequency: str
    language: str
    as_of: IsoDate
    since: IsoDate | None
    revision: int
    version: int
    """Version of the day's publication from which every figure was read."""
    rendered_at: IsoTime
    rows: list[MatrixRow]


class Reports(TypedDict):
    """Reports, the newest first."""

    data: list[Report]
    next: str | None


class Retention(TypedDict):
    """Retention of one node in one slice."""

    as_of: NotRequired[IsoDate]
    version: NotRequired[int | None]
    node: NotRequired[str]
    basis: NotRequired[str]
    """`signed`, or `confirmed` without signings that were withdrawn."""
    unit: NotRequired[str | None]
    tier: NotRequired[str | None]
    channel: NotRequired[str | None]
    first_sign: NotRequired[FirstSign]
    n_day: NotRequired[list[NDay]]
    cohorts: NotRequired[list[Cohort]]
    survival: NotRequired[Survival]
    against: NotRequired[Survival | None]
    logrank: NotRequired[LogRank | None]


class Shared(TypedDict):
    """Clients retained in two products at once."""

    as_of: NotRequired[IsoDate]
    version: NotRequired[int]
    current: NotRequired[bool]
    cut: NotRequired[str]
    unit: NotRequired[str]
    tier: NotRequired[str | None]
    channel: NotRequired[str | None]
    rows: NotRequired[list[SharedRow]]


class SharedRow(TypedDict):
    """A node with the clients it shares with products."""

    node: str
    kind: str
    family: str | None
    name: str
    name_en: str
    retained_clients: int
    elsewhere_clients: int
    gross_clients: int
    overlap_clients: int
    net_clients: int
    products_per_client: float | None
    clients_on_books: int
    penetration: float | None
    shared_clients: dict[str, int] | None
    """By the other product; only of a product."""


class Signing(TypedDict):
    """A signing, and the step whose turn it is."""

    id: Uuid
    number: str
    state: str
    product: str
    done: list[str]
    """Steps that are taken, in their order."""
    next: str | None
    """The step whose turn it is; null after the signature or when it was given up."""
    outcome: str
    """What suitability decided; empty before."""
    signed_at: IsoTime | None


class Standing(TypedDict):
    """What a client is on a day."""

    risk_class: str | None
    """The class that holds on the day; null where none does."""
    source: str | None
    """`here` for a test that was taken here, `feed` for one of the broker's."""
    assessed_on: IsoDate | None
    expires_on: IsoDate | None
    """The last day on which the class holds."""
    investor_class: str
    protected: bool
    """Whether nothing above R1 may be offered."""
    declined: bool
    """Whether the client declined to give the information."""


class Subscription(TypedDict):
    """A client signs a product over an account, from `start` until before `end`."""

    id: Uuid
    source: str
    code: str
    client: Uuid
    outlet: str | None
    product: str
    account: str
    start: IsoDate
    end: IsoDate | None
    """The end that holds: a closed account or a retired product ends it too."""
    end_reason: str | None
    inferred: bool
    """Whether its end was inferred from its absence in a feed."""
    contract: ContractOf | None


class SubscriptionWhole(TypedDict):
    """A subscription with what happened to it, and its proof."""

    id: Uuid
    source: str
    code: str
    client: Uuid
    outlet: str | None
    product: str
    account: str
    start: IsoDate
    end: IsoDate | None
    """The end that holds: a closed account or a retired product ends it too."""
    end_reason: str | None
    inferred: bool
    """Whether its end was inferred from its absence in a feed."""
    contract: ContractOf | None
    moves: list[Move]
    evidence: Proof | None


class Subscriptions(TypedDict):
    """Subscriptions, the latest first."""

    data: list[Subscription]
    next: str | None


class Sums(TypedDict):
    """Clients and signed assets: the sum over products, what of it is counted more than once, or the node's own."""

    retained_clients: int
    signed_assets: str
    assets_before: str | None


class Survival(TypedDict):
    """Kaplan-Meier curve over spells in calendar days, with Greenwood log-log bands."""

    spells: int
    ends: int
    median_days: int | None
    points: list[SurvivalPoint]


class SurvivalPoint(TypedDict):
    """The curve at a day on which a spell ended."""

    day: int
    at_risk: int
    ended: int
    survival: float
    low: float | None
    high: float | None


class TermsVersion(TypedDict):
    """A published version of a product's terms; its content never changes."""

    id: Uuid
    product: str
    number: int
    valid_from: IsoDate | None
    valid_until: IsoDate | None
    digest: str
    """SHA-256 of the canonical form of the terms."""


class TermsVersions(TypedDict):
    """The published versions of a product's terms, the newest first."""

    data: list[TermsVersion]


class TermsWhole(TypedDict):
    """A version with what it says, in both languages."""

    id: Uuid
    product: str
    number: int
    valid_from: IsoDate | None
    valid_until: IsoDate | None
    digest: str
    """SHA-256 of the canonical form of the terms."""
    terms: dict[str, Any]


class Token(TypedDict):
    """A token as it stands; its secret is nowhere."""

    id: Uuid
    name: str
    owner: str
    """User name of the owner, whom the audit log names."""
    role: str
    unit: str
    """Code of the unit at and below which the token sees."""
    areas: list[str]
    made_at: IsoTime
    expires_at: IsoTime
    used_at: IsoTime | None


class TokenAsked(TypedDict):
    """What a partner's system sends; its id and secret may stand in `Authorization: Basic` instead."""

    grant_type: str
    scope: NotRequired[str | None]
    """Areas, separated by blanks; all without it."""
    client_id: NotRequired[str | None]
    client_secret: NotRequired[str | None]


class TokenGiven(TypedDict):
    """A token, which nobody can read again."""

    access_token: str
    expires_in: int
    """Seconds."""
    token_type: str
    scope: str


class Total(TypedDict):
    """A control total as declared and as counted."""

    column: str
    declared: str
    counted: str
    agrees: bool


class TransitionRow(TypedDict):
    """A node with where its clients of the start went, and where those of the end came from."""

    node: str
    kind: str
    family: str | None
    name: str
    name_en: str
    clients_before: int
    stayed: int
    left_clients: int
    switched_out: int
    kept_others: int
    outside: int
    came_clients: int
    switched_in: int
    added: int
    from_outside: int
    retained_clients: int
    transitions: dict[str, int] | None
    """To the other product; only of a product."""
    shared_clients: dict[str, int] | None


class Transitions(TypedDict):
    """Where clients went over a period. One may stand in several cells; cells do not add up."""

    as_of: NotRequired[IsoDate]
    version: NotRequired[int]
    current: NotRequired[bool]
    cut: NotRequired[str]
    unit: NotRequired[str]
    tier: NotRequired[str | None]
    channel: NotRequired[str | None]
    since: NotRequired[IsoDate]
    switched_clients: NotRequired[int]
    rows: NotRequired[list[TransitionRow]]


class Unit(TypedDict):
    """A unit as it was on the day."""

    code: str
    level: str
    """`headquarters`, `branch` or `outlet`."""
    name: str
    name_en: str
    parent: str | None
    """Code of the unit above; null at the top of what one sees."""
    closed_on: IsoDate | None


class Units(TypedDict):
    """The units one sees, those above before those below."""

    as_of: IsoDate
    data: list[Unit]


class Upload(TypedDict):
    """A folder that was handed over, and how far it is."""

    folder: str
    state: str
    """`waiting`, the state of its job run, then `accepted`, `rejected` or `superseded`."""
    delivery: Uuid | None
    """The delivery, once the folder is judged."""
    error: NotRequired[str | None]


class Warned(TypedDict):
    """Warnings of one rule in one file, summed up."""

    rule: str
    file: str
    count: int
    detail: str
    signed_at: IsoTime | None
    """When somebody signed them off."""
