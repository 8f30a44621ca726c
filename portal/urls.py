"""The addresses of the portal, all below `/portal/`."""

from __future__ import annotations

from django.urls import path

from portal.views import assets, contracts, me, notices, products, registration, signing, test, verifying

app_name = "portal"

urlpatterns = [
    path("", assets.home, name="home"),
    path("how/", assets.how, name="how"),
    path("products/", products.offer, name="products"),
    path("products/<uuid:public_id>/", products.product, name="product"),
    path("products/<uuid:public_id>/sign/", signing.begin, name="begin"),
    path("products/<uuid:public_id>/<slug:kind>/", products.paper, name="paper"),
    path("sheet.csv", assets.sheet, name="sheet"),
    path("mine/", assets.holdings, name="mine"),
    path("mine/<uuid:public_id>/", assets.subscription, name="subscription"),
    path("mine/<uuid:public_id>/sheet.csv", assets.sheet, name="subscription-sheet"),
    path("signing/<uuid:public_id>/", signing.step, name="signing"),
    path("signing/<uuid:public_id>/act/", signing.act, name="signing-act"),
    path("signing/<uuid:public_id>/code/", signing.code, name="signing-code"),
    path("signing/<uuid:public_id>/sign/", signing.sign, name="sign"),
    path("signing/<uuid:public_id>/leave/", signing.leave, name="signing-leave"),
    path("signing/<uuid:public_id>/signed/", signing.signed, name="signed"),
    path("signing/<uuid:public_id>/<slug:sha256>.pdf", signing.document, name="document"),
    path("contracts/<uuid:public_id>/", contracts.manage, name="manage"),
    path("contracts/<uuid:public_id>/act/", contracts.act, name="manage-act"),
    path("papers/", contracts.papers, name="papers"),
    path("verify/", verifying.verify, name="verify"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("privacy/", me.privacy_centre, name="privacy"),
    path("privacy/consent/", me.consent, name="consent"),
    path("privacy/my-data.json", me.data, name="data"),
    path("sessions/", me.sessions, name="sessions"),
    path("sessions/end/", me.end_sessions, name="end-sessions"),
    path("test/", test.start, name="test"),
    path("test/<int:number>/", test.question, name="test-question"),
    path("test/check/", test.check, name="test-check"),
    path("test/finish/", test.finish, name="test-finish"),
    path("test/result/", test.outcome, name="test-result"),
    path("register/", registration.start, name="register"),
    path("register/match/", registration.match, name="register-match"),
    path("register/match/code/", registration.matched, name="register-code"),
    path("register/<slug:word>/", registration.invited, name="register-invited"),
]
