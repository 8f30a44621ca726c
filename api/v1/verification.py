"""Verification: whether a pack of evidence, or a paper, is ours and untouched. Nothing is kept of what is shown."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from api.problems import Refused
from api.resource import CHANGING, REFUSED, Resource, answered, problems_of
from core import clock
from screens.plain import evidence as plain
from smart_products.signing.judging.apart import examine_apart, verify_apart
from smart_products.signing.queries.evidence import is_issued
from smart_products.signing.seals.configured import anchors
from smart_products.signing.seals.verifying import as_issued


def _form(name: str, words: str) -> dict[str, object]:
    """Return the one file that is shown, as the document has it."""
    part = {"type": "string", "format": "binary", "description": words}
    return {"multipart/form-data": {"type": "object", "properties": {name: part}, "required": [name]}}


class Shown(Resource):
    """An address to which a file is shown. It changes nothing, so it needs no key."""

    area = None
    keyed = False
    parser_classes = (MultiPartParser,)

    def shown(self, request: Request, name: str) -> bytes:
        """Return the bytes of the file. Raises Refused."""
        given = request.FILES.get(name)
        if given is None:
            raise Refused("invalid", name)
        if given.size > settings.VERIFY_BYTES:
            raise Refused("too_large", name)
        data: bytes = given.read()
        return data


class Pack(Shown):
    """Whether a pack of evidence holds."""

    @extend_schema(
        operation_id="verify_pack",
        tags=["verification"],
        request=_form("pack", "A pack of evidence as it was handed out."),
        responses={200: OpenApiResponse(plain.PackJudgement, "OK")} | problems_of(*REFUSED, *CHANGING, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Judge a pack by the certificates that count here; what is wrong is named part by part."""
        language = translation.get_language() or ""
        report = verify_apart(self.shown(request, "pack"), anchors=anchors(clock.now()), language=language)
        return answered(request, plain.pack(report))


class Paper(Shown):
    """Whether a paper is ours."""

    @extend_schema(
        operation_id="verify_paper",
        tags=["verification"],
        request=_form("paper", "A sealed PDF."),
        responses={200: OpenApiResponse(plain.PaperJudgement, "OK")} | problems_of(*REFUSED, *CHANGING, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Judge a PDF: its seal, its stamps, and whether exactly these bytes were handed out."""
        pdf, language = self.shown(request, "paper"), translation.get_language() or ""
        report = examine_apart(pdf, anchors=anchors(clock.now()), language=language)
        return answered(request, plain.paper(as_issued(report, pdf, is_issued)))
