"""A typed client of the API of smart products (docs/api.md)."""

from __future__ import annotations

from smart_products_client import models
from smart_products_client.client import Client
from smart_products_client.problems import ProblemError
from smart_products_client.transport import File

__all__ = ["Client", "File", "ProblemError", "models"]
