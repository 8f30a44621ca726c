"""Deliveries handed over by a program: a feed folder into the inbox, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import Field
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.roles import Area
from api.resource import ACCEPTED, KEY, Resource, answered, problems_of, says
from core import clock
from core.queries import job_run_of
from core.states import JobState
from screens.plain.shape import Shape
from smart_products.holdings import operations, queries
from smart_products.holdings.unpacking import Upload as Handed

JOB = "tasks.deliver"
FOLDER = re.compile(r"[\w.-]{1,200}")


class Upload(Shape):
    """A folder that was handed over, and how far it is."""

    folder: str
    state: str = Field(
        description="`waiting`, the state of its job run, then `accepted`, `rejected` or `superseded`.",
    )
    delivery: UUID | None = Field(description="The delivery, once the folder is judged.")
    error: str | None = None


class Uploads(Resource):
    """The inbox, as programs reach it."""

    area = Area.OPERATE
    parser_classes = (MultiPartParser,)

    def carried(self, request: Request) -> bytes:
        """Return what tells two uploads apart: names and bytes of the files, read piece by piece."""
        return sha256(b"".join(_digests(request))).digest()

    @extend_schema(
        operation_id="delivery_upload",
        tags=["deliveries"],
        parameters=[KEY],
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["files"],
            }
        },
        responses={ACCEPTED: OpenApiResponse(Upload, "Accepted")}
        | problems_of(400, 401, 403, 406, 409, 413, 415, 422, 429),
    )
    def post(self, request: Request) -> HttpResponse:
        """Hand over a feed folder: `manifest.json` and the files it names, or one zip of them. Judging follows."""
        given = [Handed(PurePath(one.name or "").name, one) for one in request.FILES.getlist("files")]
        folder = operations.upload(
            uploads=given, inbox=settings.INBOX_DIR, limit=settings.UPLOAD_BYTES, by=self.actor(request), at=clock.now()
        )
        return answered(request, Upload(folder=folder, state="waiting", delivery=None), status=ACCEPTED)


class OneUpload(Resource):
    """A folder that was handed over."""

    area = Area.FEEDS

    @says("delivery_upload_read", Upload, tag="deliveries")
    def get(self, request: Request, folder: str) -> HttpResponse:
        """Read how far a folder is: waiting, under way, judged."""
        if not FOLDER.fullmatch(folder) or folder.startswith("."):
            raise Http404
        here = (settings.INBOX_DIR / folder).is_dir()
        judged = None if here else queries.delivery_from(folder)
        if judged is not None:
            return answered(request, Upload(folder=folder, state=judged.state, delivery=judged.public_id))
        run = job_run_of(job=JOB, scope=folder)
        if run is None and not here:
            raise Http404
        state = "waiting" if run is None or run.state == JobState.SUCCEEDED else run.state
        error = run.error if run is not None and run.error else None
        return answered(request, Upload(folder=folder, state=state, delivery=None, error=error))


def _digests(request: Request) -> Iterator[bytes]:
    for one in request.FILES.getlist("files"):
        told = sha256((one.name or "").encode())
        for piece in one.chunks():
            told.update(piece)
        one.seek(0)
        yield told.digest()
