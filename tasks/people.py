"""Who acts in a command of the catalogue: a login that manages products for the whole house, named by `--by`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.queries import acting, holds_on_root, user_by_name
from accounts.rules import Role
from core.actor import Actor


def product_manager(options: dict[str, Any]) -> Actor:
    """Return the person named by `--by`. Raises CommandError for anybody else."""
    user = user_by_name(options["by"] or "")
    if user is None or not holds_on_root(user, Role.PRODUCT_MANAGER):
        raise CommandError(_("%(name)s does not manage products for the whole house.") % {"name": options["by"]})
    return acting(user)
