"""The addresses of the API, all below `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from api.documents import document, problems, redoc, swagger
from api.resource import nothing_here
from api.v1 import (
    audit,
    catalogue,
    clients,
    contracts,
    deliveries,
    events,
    oauth,
    offers,
    overlap,
    publications,
    reports,
    retention,
    signings,
    subscriptions,
    suitability,
    tokens,
    units,
    uploads,
    verification,
)
from api.v1.matrix import Matrix

app_name = "api"


RESOURCES: list[URLPattern] = [
    path("v1/oauth/token", oauth.Token.as_view(), name="oauth-token"),
    path("v1/token", tokens.This.as_view(), name="token"),
    path("v1/deliveries", deliveries.All.as_view(), name="deliveries"),
    path("v1/deliveries/uploads", uploads.Uploads.as_view(), name="uploads"),
    path("v1/deliveries/uploads/<str:folder>", uploads.OneUpload.as_view(), name="upload"),
    path("v1/deliveries/<uuid:public_id>", deliveries.One.as_view(), name="delivery"),
    path("v1/deliveries/<uuid:public_id>/quarantine", deliveries.Quarantine.as_view(), name="quarantine"),
    path("v1/signings", signings.Signings.as_view(), name="signings"),
    path("v1/signings/<uuid:public_id>", signings.OneSigning.as_view(), name="signing"),
    path("v1/signings/<uuid:public_id>/decision", signings.Decision.as_view(), name="signing-decision"),
    path("v1/signings/<uuid:public_id>/papers/<slug:step>", signings.PaperOf.as_view(), name="signing-paper"),
    path(
        "v1/signings/<uuid:public_id>/papers/<slug:step>/acknowledgement",
        signings.Acknowledgement.as_view(),
        name="signing-acknowledgement",
    ),
    path("v1/signings/<uuid:public_id>/code", signings.CodeOf.as_view(), name="signing-code"),
    path("v1/signings/<uuid:public_id>/signature", signings.Signature.as_view(), name="signing-signature"),
    path("v1/signings/<uuid:public_id>/abandonment", signings.Abandonment.as_view(), name="signing-abandonment"),
    path("v1/suitability", suitability.Mine.as_view(), name="suitability"),
    path("v1/suitability/questionnaire", suitability.InForce.as_view(), name="questionnaire"),
    path("v1/suitability/assessments", suitability.Assessments.as_view(), name="assessments"),
    path("v1/suitability/refusals", suitability.Refusals.as_view(), name="assessment-refusals"),
    path("v1/offers", offers.Offered.as_view(), name="offers"),
    path("v1/accounts", offers.Accounts.as_view(), name="accounts"),
    path("v1/holdings", offers.Holdings.as_view(), name="holdings"),
    path("v1/contracts", contracts.All.as_view(), name="contracts"),
    path("v1/contracts/<uuid:public_id>", contracts.One.as_view(), name="contract"),
    path("v1/contracts/<uuid:public_id>/pause", contracts.PauseOf.as_view(), name="contract-pause"),
    path("v1/contracts/<uuid:public_id>/resumption", contracts.ResumeOf.as_view(), name="contract-resumption"),
    path("v1/contracts/<uuid:public_id>/withdrawal", contracts.WithdrawalOf.as_view(), name="contract-withdrawal"),
    path("v1/contracts/<uuid:public_id>/termination", contracts.TerminationOf.as_view(), name="contract-termination"),
    path("v1/subscriptions", subscriptions.All.as_view(), name="subscriptions"),
    path("v1/subscriptions/<uuid:public_id>", subscriptions.One.as_view(), name="subscription"),
    path("v1/subscriptions/<uuid:public_id>/evidence", subscriptions.Evidence.as_view(), name="evidence"),
    path("v1/verification/pack", verification.Pack.as_view(), name="verify-pack"),
    path("v1/verification/paper", verification.Paper.as_view(), name="verify-paper"),
    path("v1/reports", reports.All.as_view(), name="reports"),
    path("v1/reports/<uuid:public_id>", reports.One.as_view(), name="report"),
    path("v1/reports/<uuid:public_id>/report.pdf", reports.Paper.as_view(), name="report-pdf"),
    path("v1/reports/<uuid:public_id>/report.xlsx", reports.Workbook.as_view(), name="report-xlsx"),
    path("v1/clients", clients.All.as_view(), name="clients"),
    path("v1/clients/<uuid:public_id>", clients.One.as_view(), name="client"),
    path("v1/clients/<uuid:public_id>/holdings", clients.Holdings.as_view(), name="client-holdings"),
    path("v1/audit", audit.Log.as_view(), name="audit"),
    path("v1/events", events.Log.as_view(), name="events"),
    path("v1/matrix", Matrix.as_view(), name="matrix"),
    path("v1/retention", retention.Retention.as_view(), name="retention"),
    path("v1/cohorts", retention.CohortsOf.as_view(), name="cohorts"),
    path("v1/shared", overlap.Shared.as_view(), name="shared"),
    path("v1/transitions", overlap.Transitions.as_view(), name="transitions"),
    path("v1/days", publications.AllDays.as_view(), name="days"),
    path("v1/publications", publications.Latest.as_view(), name="publications"),
    path("v1/publications/<str:as_of>", publications.OfDay.as_view(), name="publication-versions"),
    path("v1/units", units.Tree.as_view(), name="units"),
    path("v1/products", catalogue.Catalogue.as_view(), name="products"),
    path("v1/products/<str:code>", catalogue.OneProduct.as_view(), name="product"),
    path("v1/products/<str:code>/terms", catalogue.TermsOf.as_view(), name="product-terms"),
    path("v1/terms", catalogue.Offered.as_view(), name="terms"),
    path("v1/terms/<uuid:public_id>", catalogue.OneTerms.as_view(), name="terms-version"),
]

urlpatterns = [
    *RESOURCES,
    path("openapi.yaml", document, name="document"),
    path("", swagger, name="swagger"),
    path("redoc/", redoc, name="redoc"),
    path("problems/", problems, name="problems"),
    re_path(r"^(?P<rest>(?s:.+))\Z", nothing_here, name="nothing"),  # whatever it holds: line breaks as well
]
