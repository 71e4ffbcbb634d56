"""`manage.py revoke_token NAME`: end a machine's key at once and for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from phases.actions.tokens import revoke_token
from phases.errors import NotFound
from phases.management.answering import AnsweringCommand
from phases.models import Token
from phases.permissions import OPERATOR


class Command(AnsweringCommand):
    """Running it again changes nothing."""

    help = "End a token at once and for good. Exit 2: there is no such token."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which token."""
        parser.add_argument("name", metavar="NAME", help="the one it was made with")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for whoever runs the machine")

    def run(self, options: dict[str, Any]) -> int:
        """Revoke it."""
        token = Token.objects.filter(name=options["name"]).first()
        if token is None:
            raise NotFound(f"There is no token {options['name']}.")
        done = revoke_token(actor=OPERATOR, token=token, reason=options["reason"])
        self.say(
            [f"Token {token.name} is revoked." if done else f"Token {token.name} was revoked already."],
            options,
        )
        return 0
