"""`manage.py remove_member USERNAME @handle --initiative SLUG`: end a membership."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from phases.actions.people import leave_owner
from phases.lookups import get_owner
from phases.management.answering import AnsweringCommand
from phases.permissions import OPERATOR


class Command(AnsweringCommand):
    """What the person did stays signed with their name."""

    help = "End a person's membership of an owner. Exit 2: unknown initiative or owner, or no member."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who leaves which owner."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("handle", metavar="@HANDLE")
        parser.add_argument("--initiative", required=True, metavar="SLUG", help="of the handle")

    def run(self, options: dict[str, Any]) -> int:
        """End it."""
        username, handle, slug = options["username"], options["handle"], options["initiative"]
        leave_owner(actor=OPERATOR, username=username, owner=get_owner(OPERATOR, slug, handle))
        self.say([f"{username} is no longer a member of {handle} in {slug}."], options)
        return 0
