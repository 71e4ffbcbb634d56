"""The application's entry in Django's registry."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate


class PhasesConfig(AppConfig):
    """The phase execution tracker."""

    name = "phases"
    verbose_name = "Phases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and make the first admin after each migrate."""
        from phases import checks  # noqa: F401  (importing registers the checks)

        post_migrate.connect(make_first_admin, sender=self)


def make_first_admin(*, using: str, **_: Any) -> None:
    """After `migrate`: the account named by ADMIN_USERNAME, once the account tables exist."""
    if settings.ADMIN_USERNAME and "auth_user_groups" in connections[using].introspection.table_names():
        call_command("ensure_admin", database=using)
