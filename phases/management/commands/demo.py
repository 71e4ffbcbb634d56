"""`manage.py demo`: the demo initiative, its people, and the middle of its phase B played as them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.imports import import_packet
from phases.actions.people import add_person
from phases.actions.slices import link_slice, move_slice
from phases.actions.uploads import keep_history
from phases.actions.waivers import waive
from phases.errors import ActionError
from phases.models import Concern, Event, Gate, Phase, Slice
from phases.packets import choose_initiative, read_packet
from phases.permissions import ADMIN, LEAD, OPERATOR, REVIEWER, VIEWER, Actor, actor_for_user

FOLDER = Path(__file__).resolve().parents[2] / "demo"
INITIATIVE = "open-shelves"
PASSWORD = "demo"  # noqa: S105  (public on purpose: the command refuses to run without DEMO)
PULL_REQUESTS = "https://git.example.org/pulls"

PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "admin": ((ADMIN,), (), "imports packets, waives, may do everything"),
    "lead": ((LEAD,), ("@programme", "@lending", "@architecture"), "leads lending, programme, architecture"),
    "lead2": ((LEAD,), ("@holds", "@front-desk", "@handbook"), "leads holds, front desk, handbook"),
    "reviewer": ((REVIEWER, LEAD), ("@review-circle", "@structure"), "reviews, and built nothing"),
    "viewer": ((VIEWER,), (), "reads"),
}
"""Sign-in: roles, handles it is a member of, and what the list of sign-ins says of it."""


class Command(BaseCommand):
    """Everything goes through the same actions as in the browser. A second run changes nothing."""

    help = "Import the demo packets, add the demo people and play the middle of phase B. Needs DEMO=1."

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
    admin = _sign_in("admin")
    _import_packets(admin)
    people = {name: _sign_in(name) for name in PEOPLE}
    phase = Phase.objects.get(initiative__slug=INITIATIVE, code="B")
    events = Event.objects.filter(initiative=phase.initiative, phase=phase.code)
    if not events.exclude(verb="import").exists():
        play(phase, people)


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
    """The packets as a folder: phase A does not name its initiative, the others say it for it."""
    paths = sorted(FOLDER.glob("*WORKBREAKDOWN.yaml"))
    readings = [(path.name, read_packet(path.read_bytes(), file_name=path.name)) for path in paths]
    siblings = [reading.initiative for _, reading in readings]
    for name, reading in readings:
        slug = choose_initiative(reading, siblings=siblings, folder=str(FOLDER))
        if not Phase.objects.filter(initiative__slug=slug, code=reading.phase).exists():
            done = import_packet(actor=admin, reading=reading, initiative=slug, file_name=name)
            keep_history(actor=admin, source="command", done=done)


@dataclass(frozen=True, slots=True)
class Player:
    """One of the demo people at work in a phase."""

    actor: Actor
    phase: Phase

    def move(self, code: str, *verbs: str, note: str = "") -> None:
        """Take the verbs one after the other, as somebody who has just read the page."""
        for verb in verbs:
            version = Slice.objects.get(phase=self.phase, code=code).version
            move_slice(actor=self.actor, phase=self.phase, code=code, version=version, verb=verb, note=note)

    def link(self, code: str, branch: str, number: int) -> None:
        """Say where the work of a slice is."""
        address = f"{PULL_REQUESTS}/{number}"
        link_slice(actor=self.actor, phase=self.phase, code=code, branch=branch, pull_request=address)

    def raise_(self, kind: str, text: str, *, code: str = "", owner: str = "", priority: str = "") -> Concern:
        """Raise a concern, on a slice where `code` is given."""
        return raise_concern(
            actor=self.actor,
            phase=self.phase,
            kind=kind,
            text=text,
            slice=code,
            owner=owner,
            priority=priority,
        )

    def waive_gate(self, code: str, text: str, reason: str) -> None:
        """Let one gate of a slice pass."""
        gate = Gate.objects.get(phase=self.phase, slice__code=code, text=text)
        key = f"gate:{code}/{gate.suite}/{gate.digest[:8]}"
        waive(actor=self.actor, phase=self.phase, key=key, reason=reason)


def play(phase: Phase, people: dict[str, Actor]) -> None:
    """Phase B from its first day until two lanes are open and a decision is due."""
    lead, lead2, reviewer = (Player(people[name], phase) for name in ("lead", "lead2", "reviewer"))
    lead.move("B0", "start", "candidate", "land")
    _loan_ledger(lead, reviewer)
    _hold_queue(lead2)
    _still_open(lead, lead2, reviewer)


def _loan_ledger(lead: Player, reviewer: Player) -> None:
    lead.move("B1", "start")
    lead.link("B1", "loans/ledger", 41)
    blocker = reviewer.raise_(
        "blocker",
        "The census of Harbour Street has 212 open loans that the ledger does not know.",
        code="B1",
        priority="high",
    )
    answer_concern(
        actor=lead.actor,
        concern=blocker,
        outcome="resolved",
        note="They were loans between libraries. The comparison leaves them out now, and the counts agree.",
    )
    lead.move("B1", "candidate", "land")


def _hold_queue(lead2: Player) -> None:
    lead2.move("B2", "start")
    lead2.link("B2", "holds/queue", 43)
    lead2.move("B2", "candidate")
    lead2.move(
        "B2",
        "send_back",
        note="Two borrowers were told that they are next for the same picture book. "
        "A tie has to go to the earlier request.",
    )
    lead2.move("B2", "candidate")
    lead2.waive_gate(
        "B2",
        "make holds-load BORROWERS=40000",
        "The load machine counts votes until 7 December. Measured with 12,000 borrowers instead, "
        "which is more than a Saturday has ever seen.",
    )
    lead2.move("B2", "land")


def _still_open(lead: Player, lead2: Player, reviewer: Player) -> None:
    lead.move("B5", "start")
    lead.link("B5", "desk/outage-scan", 46)
    lead.move("B3", "start")
    lead.link("B3", "loans/due-dates", 47)
    lead.move("B3", "candidate")
    lead2.raise_(
        "blocker",
        "The print shop refuses our letters: the address block is too long.",
        code="B3",
        priority="high",
    )
    reviewer.raise_(
        "risk",
        "Two branches have no second network line. A quiet November may tell us too little about outages.",
        owner="@architecture",
        priority="medium",
    )
