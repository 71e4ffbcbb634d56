"""`manage.py add_person USERNAME`: create a person, or give one more roles and memberships."""

from __future__ import annotations

import sys
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from phases.actions.people import add_person
from phases.management.answering import AnsweringCommand, Usage
from phases.permissions import OPERATOR, ROLES


class Command(AnsweringCommand):
    """Running it again changes nothing; a password is only ever taken from stdin."""

    help = "Create a person, or add roles and memberships to one. Exit 2: unknown role, initiative or owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, in which roles, acting for whom."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--role", nargs="+", action="extend", default=[], choices=ROLES)
        parser.add_argument("--member-of", nargs="+", action="extend", default=[], metavar="@HANDLE")
        parser.add_argument(
            "--initiative",
            nargs="+",
            action="extend",
            default=[],
            metavar="SLUG",
            help="of the handles: one for all of them, or one for each",
        )
        parser.add_argument("--password-stdin", action="store_true", help="read the password from stdin")

    def run(self, options: dict[str, Any]) -> int:
        """Create or add."""
        username = options["username"]
        existed = User.objects.filter(username=username).exists()
        memberships = _memberships(options["member_of"], options["initiative"])
        person = add_person(
            actor=OPERATOR,
            username=username,
            roles=options["role"],
            memberships=memberships,
            password=_password() if options["password_stdin"] else "",
        )
        roles = sorted(person.groups.values_list("name", flat=True))
        done = "has" if existed else "was added with"
        self.say([f"{username} {done} the roles {', '.join(dict.fromkeys(['viewer', *roles]))}."], options)
        self.say([f"{username} is a member of {handle} in {slug}." for slug, handle in memberships], options)
        if not person.has_usable_password():
            self.say([f"{username} has no password yet; --password-stdin sets one."], options)
        return 0


def _memberships(handles: list[str], slugs: list[str]) -> list[tuple[str, str]]:
    if len(slugs) == 1 and handles:
        slugs = slugs * len(handles)
    if len(slugs) != len(handles):
        raise Usage(
            "--member-of and --initiative go together: one initiative for all handles, or one for each."
        )
    return list(zip(slugs, handles, strict=True))


def _password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Usage("--password-stdin found no password on stdin: send it as one line.")
    return password
