"""`manage.py demo`: the demo initiative, its people, and its first phases played as them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Max

from phases.actions.folder_packets import packets_of
from phases.actions.imports import import_packet
from phases.actions.people import add_person
from phases.actions.tokens import create_token
from phases.actions.uploads import keep_history
from phases.demo.clock import turned_back
from phases.demo.players import FOLDER
from phases.demo.story import play
from phases.errors import ActionError
from phases.folders import read_folder
from phases.models import Event, Phase
from phases.permissions import (
    ADMIN,
    LEAD,
    OPERATOR,
    REVIEWER,
    VIEWER,
    Actor,
    actor_for_token,
    actor_for_user,
)

INITIATIVE = "open-shelves"
PASSWORD = "demo"  # noqa: S105  (public on purpose: the command refuses to run without DEMO)
MACHINE = "ci-main"
"""Name of the token that reports what commands did. Nobody gets to see its secret."""

PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "admin": ((ADMIN,), (), "imports packets, waives, may do everything"),
    "lead": ((LEAD,), ("@programme", "@lending", "@catalogue"), "leads lending, programme, catalogue"),
    "lead2": (
        (LEAD, REVIEWER),
        ("@holds", "@front-desk", "@accounts", "@handbook"),
        "leads holds, front desk, accounts, handbook; reviews what others built",
    ),
    "lead3": ((LEAD,), ("@architecture",), "leads architecture, and is at a conference this week"),
    "reviewer": ((REVIEWER, LEAD), ("@review-circle", "@structure"), "reviews, and built nothing"),
    "viewer": ((VIEWER,), (), "reads"),
}
"""Sign-in: roles, handles it is a member of, and what the list of sign-ins says of it."""


class Command(BaseCommand):
    """Everything goes through the same actions as in the browser. A second run changes nothing."""

    help = "Import the demo packets, add the demo people and play their story so far. Needs DEMO=1."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the demo is served; only for the address that is printed."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the demo up as far as it is not, and print address and sign-ins."""
        if not settings.DEMO:
            raise CommandError(
                "The demo's passwords are public, so it is set up only where DEMO=1. Run `make demo`."
            )
        try:
            with transaction.atomic():
                set_up()
        except ActionError as error:
            raise CommandError(
                f"The demo was not set up: {error} It wants a database of its own, as `make demo` gives it."
            ) from error
        self._print_sign_ins(options["port"])

    def _print_sign_ins(self, port: int) -> None:
        self.stdout.write(f"Sign in at http://127.0.0.1:{port}/ with the password {PASSWORD} as")
        for name, (_, _, does) in PEOPLE.items():
            self.stdout.write(f"  {name:<10}{does}")


def set_up() -> None:
    """What is missing of packets, people and story; what visitors have changed since stays as it is."""
    events = Event.objects.filter(initiative__slug=INITIATIVE)
    with turned_back(events.aggregate(last=Max("at"))["last"]) as clock:
        clock.turn(35, 9)
        admin = _sign_in("admin")
        _import_packets(admin)
        people = {name: _sign_in(name) for name in PEOPLE}
        phases = {phase.code: phase for phase in Phase.objects.filter(initiative__slug=INITIATIVE)}
        if not events.filter(verb="start").exists():
            scopes = ["gates", "artifacts"]
            token, _ = create_token(actor=admin, name=MACHINE, scopes=scopes, initiative=INITIATIVE)
            play(phases, people, actor_for_token(token), clock)


def _sign_in(name: str) -> Actor:
    """The demo person as an actor, added where missing."""
    person = User.objects.filter(username=name).first()
    if person is None:
        roles, handles, _ = PEOPLE[name]
        memberships = [(INITIATIVE, handle) for handle in handles]
        person = add_person(actor=OPERATOR, username=name, roles=roles, memberships=memberships)
        # Past the validators: a password that everybody may know is what they exist to refuse.
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return actor_for_user(person)


def _import_packets(admin: Actor) -> None:
    """The packets of the folder: phase A does not name its initiative, the others say it for it."""
    for one in packets_of(read_folder(FOLDER), given="", max_bytes=settings.PACKET_MAX_BYTES):
        reading, slug = one.reading, one.initiative
        if not Phase.objects.filter(initiative__slug=slug, code=reading.phase).exists():
            done = import_packet(actor=admin, reading=reading, initiative=slug, file_name=one.path)
            keep_history(actor=admin, source="command", done=done)
