"""The addresses of the back office."""

from __future__ import annotations

from django.urls import path

from backoffice.views import audit, differences, feeds, jobs, matrix, people, product, search, terms, terms_moves

app_name = "backoffice"

urlpatterns = [
    path("", matrix.home, name="home"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/sheet.csv", matrix.matrix_sheet, name="matrix-sheet"),
    path("product/", product.product, name="product"),
    path("product/league/", product.league, name="league"),
    path("product/moves/", product.moves, name="moves"),
    path("product/compare/", product.compare, name="compare"),
    path("product/versions/", product.versions, name="versions"),
    path("product/differences/", differences.differences, name="differences"),
    path("product/differences.csv", differences.sheet, name="differences-sheet"),
    path("product/<slug:name>.csv", product.sheet, name="product-sheet"),
    path("search/", search.search, name="search"),
    path("feeds/", feeds.deliveries, name="feeds"),
    path("feeds/<uuid:public_id>/", feeds.delivery, name="delivery"),
    path("feeds/<uuid:public_id>/quarantine.csv", feeds.quarantine_sheet, name="quarantine-sheet"),
    path("terms/", terms.products, name="terms"),
    path("terms/moves/", terms_moves.moves, name="terms-moves"),
    path("terms/moves/<uuid:public_id>/", terms_moves.move, name="terms-batch"),
    path("terms/moves/<uuid:public_id>/<slug:act>/", terms_moves.act, name="terms-batch-act"),
    path("terms/version/<uuid:public_id>/contracts/", terms_moves.plan, name="terms-plan"),
    path("terms/<uuid:public_id>/", terms.product, name="terms-product"),
    path("terms/<uuid:public_id>/draft/", terms.draft, name="terms-draft"),
    path("terms/<uuid:public_id>/retire/", terms.retire, name="terms-retire"),
    path("terms/version/<uuid:public_id>/", terms.version, name="terms-version"),
    path("terms/version/<uuid:public_id>/<slug:act>/", terms.move, name="terms-move"),
    path("audit/", audit.events, name="audit"),
    path("audit/events.csv", audit.sheet, name="audit-sheet"),
    path("audit/storage/", audit.storage, name="audit-storage"),
    path("jobs/", jobs.job_runs, name="jobs"),
    path("jobs/<int:run_id>/again/", jobs.again, name="job-again"),
    path("settings/roles/", people.roles, name="settings-roles"),
    path("settings/people/", people.people, name="settings-people"),
    path("settings/people/<uuid:public_id>/", people.member, name="settings-person"),
    path("settings/people/<uuid:public_id>/<slug:act>/", people.act, name="settings-person-act"),
    path("settings/grants/<uuid:public_id>/<slug:act>/", people.grant, name="settings-grant"),
]
