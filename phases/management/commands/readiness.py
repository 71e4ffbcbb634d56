"""`manage.py readiness INITIATIVE PHASE`: whether a phase can be handed off, and the way there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from phases.lookups import get_phase
from phases.management.answering import REFUSED, AnsweringCommand
from phases.permissions import OPERATOR
from phases.readiness_shapes import MOMENT, answer


class Command(AnsweringCommand):
    """The same answer as the page and the API give, as an exit code too."""

    help = (
        "Say whether a phase is ready. Exit 0: ready. 1: not ready. 2: unknown phase or wrong usage. "
        "3: it could not be computed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """As section 9 of the design has them, and what is to be assumed."""
        parser.add_argument("initiative", metavar="INITIATIVE")
        parser.add_argument("phase", metavar="PHASE")
        parser.add_argument("--at", metavar="ISO", default="", help=f"{MOMENT}; by default now")
        parser.add_argument(
            "--assume",
            metavar="KEY",
            nargs="+",
            action="extend",
            default=[],
            help="leaves to take as met, or disposition:D4=triggered; nothing is saved",
        )
        self.add_json(parser)

    def run(self, options: dict[str, Any]) -> int:
        """Print the answer."""
        phase = get_phase(OPERATOR, options["initiative"], options["phase"])
        said = answer(phase, at=options["at"], assumed=options["assume"])
        if options["json"]:
            self.print_json(said)
        else:
            self.say(_report(said, is_past=bool(options["at"])), options)
        return 0 if said["verdict"] == "ready" else REFUSED


def _report(said: dict[str, Any], *, is_past: bool) -> Iterator[str]:
    numbers = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in said["counts"].items())
    verdict = said["verdict"].replace("_", " ")
    be = "would be" if "assumed" in said else "was" if is_past else "is"
    when = f" at {said['at']}" if is_past else ""
    yield f"Phase {said['phase']} of {said['initiative']} {be} {verdict}{when}: {numbers}."
    if handed_off := said["handed_off"]:
        yield f"It was handed off by {handed_off['by']} at {handed_off['at']}."
    yield from said["disorder"]
    yield from _steps(
        "Possible then:" if is_past else "Now:", [step for step in said["way_to_ready"] if step["now"]]
    )
    yield from _steps("Then:", [step for step in said["way_to_ready"] if not step["now"]])


def _steps(heading: str, steps: list[dict[str, Any]]) -> Iterator[str]:
    if steps:
        yield heading
    for step in steps:
        about = " ".join(filter(None, (step["verb"], step["slice"], step["owner"])))
        yield f"  {about}: {step['why']} ({step['key']})"
