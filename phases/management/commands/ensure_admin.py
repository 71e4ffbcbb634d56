"""`manage.py ensure_admin`: the first admin, from ADMIN_USERNAME and ADMIN_PASSWORD."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, transaction

ADMIN_GROUP = "admin"


class Command(BaseCommand):
    """Makes the account once; an account that exists keeps its password and its roles."""

    help = "Create the first admin named by ADMIN_USERNAME, unless an account of that name exists."

    def add_arguments(self, parser: CommandParser) -> None:
        """The database to write to; only the migration hook needs another than the default."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, or say why there was nothing to create."""
        name = settings.ADMIN_USERNAME
        if not name:
            self.stderr.write(
                "ADMIN_USERNAME is not set: no admin was created. `createsuperuser` makes one too."
            )
        elif User.objects.using(options["database"]).filter(username=name).exists():
            self.stderr.write(f"The account {name} exists and was left as it is.")
        else:
            self._warn_if_weak(name)
            create_admin(name, settings.ADMIN_PASSWORD, database=options["database"])
            self.stderr.write(f"Created the admin {name}.")

    def _warn_if_weak(self, name: str) -> None:
        try:
            validate_password(settings.ADMIN_PASSWORD, User(username=name))
        except ValidationError as error:
            self.stderr.write(
                f"ADMIN_PASSWORD is weak, change it after signing in: {' '.join(error.messages)}"
            )


def create_admin(name: str, password: str, *, database: str) -> None:
    """One account in the admin group that may also use the administration pages."""
    with transaction.atomic(using=database):
        person = User.objects.db_manager(database).create_superuser(name, password=password)
        group, _ = Group.objects.using(database).get_or_create(name=ADMIN_GROUP)
        person.groups.add(group)
