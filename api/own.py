"""Addresses of the client who is logged in on the house's own pages: signing and what he signed, by his session alone.

No token opens them: signing happens on the broker's own domain (docs/domain.md, rule 11), and nobody signs for a
client. Another client's contract is not there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import translation
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User
from accounts.queries import ClientReader, reader_of_login
from api.doors import SessionDoor
from api.resource import Resource
from smart_products.signing.models import Contract
from smart_products.signing.papers.labels import Language
from smart_products.signing.queries import contract_of


class IsClient(BasePermission):
    """That the login belongs to a client."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether it does."""
        return isinstance(request.user, User) and reader_of_login(request.user.pk) is not None


class Own(Resource):
    """An address of the client himself."""

    area = None
    authentication_classes = (SessionDoor,)
    permission_classes = (IsClient,)

    def reader(self, request: Request) -> ClientReader:
        """Return the client who asks."""
        found = reader_of_login(request.user.pk) if isinstance(request.user, User) else None
        if found is None:
            raise NotAuthenticated
        return found

    def contract(self, request: Request, public_id: UUID) -> Contract:
        """Return a contract of the client. Raises Http404."""
        found = contract_of(self.reader(request).client.pk, public_id)
        if found is None:
            raise Http404
        return found


def language() -> Language:
    """Return the language in which papers are shown: the one of the request."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"
