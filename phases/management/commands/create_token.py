"""`manage.py create_token NAME --scope ...`: a key for a machine, printed once."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from phases.actions.tokens import DAYS, create_token
from phases.management.answering import AnsweringCommand
from phases.permissions import OPERATOR, SCOPES


class Command(AnsweringCommand):
    """The token goes to stdout alone, so that it can be piped into a secret store."""

    help = "Make a token and print it. It is not stored, so it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the token is for, and for how long."""
        parser.add_argument("name", metavar="NAME", help="who uses it, for the ledger")
        parser.add_argument("--scope", required=True, help=f"one or several, with commas: {','.join(SCOPES)}")
        parser.add_argument("--initiative", default="", metavar="SLUG", help="the only one it is for")
        parser.add_argument(
            "--days",
            type=_days,
            default=DAYS,
            metavar="N",
            help=f"how long it lives, {DAYS} if left out; `never` ends it only when it is revoked",
        )

    def run(self, options: dict[str, Any]) -> int:
        """Make it."""
        scopes = [scope.strip() for scope in options["scope"].split(",") if scope.strip()]
        token, secret = create_token(
            actor=OPERATOR,
            name=options["name"],
            scopes=scopes,
            initiative=options["initiative"],
            days=options["days"],
        )
        self.put(secret)
        until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "until it is revoked"
        where = options["initiative"] or "every initiative"
        self.stderr.style_func = None
        about = f"Token {token.name} for {', '.join(token.scopes)} in {where}, {until}."
        self.put(f"{about} It is shown this once.", aside=True)
        return 0


def _days(text: str) -> int | None:
    """Whole days; None for `never`."""
    if text == "never":
        return None
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no number of days, and not the word never.")
    return int(text)
