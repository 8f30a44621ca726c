"""The addresses of the back office."""

from __future__ import annotations

from django.urls import path

from backoffice.views import (
    client,
    clients,
    differences,
    feeds,
    jobs,
    matrix,
    product,
    search,
    subscriptions,
    terms,
    terms_moves,
)

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
    path("clients/", clients.clients, name="clients"),
    path("clients/sheet.csv", clients.sheet, name="clients-sheet"),
    path("clients/expiring/", clients.expiring, name="clients-expiring"),
    path("clients/<uuid:public_id>/", client.client, name="client"),
    path("clients/<uuid:public_id>/history/", client.history, name="client-history"),
    path("clients/<uuid:public_id>/show/<slug:name>/", client.show, name="client-show"),
    path("clients/<uuid:public_id>/papers/<slug:sha256>/", client.document, name="client-paper"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/sheet.csv", subscriptions.sheet, name="subscriptions-sheet"),
    path("subscriptions/<slug:name>/", subscriptions.queue, name="queue"),
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
    path("jobs/", jobs.job_runs, name="jobs"),
    path("jobs/<int:run_id>/again/", jobs.again, name="job-again"),
]
