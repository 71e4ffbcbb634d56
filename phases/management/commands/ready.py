"""`manage.py ready INITIATIVE [PHASE]`: what can start now, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from phases.lookups import get_initiative, get_phase
from phases.management.answering import AnsweringCommand
from phases.models import Phase
from phases.permissions import OPERATOR
from phases.shapes import ready_json
from phases.snapshot import load_all


class Command(AnsweringCommand):
    """The same definition of "can start" as the pages and the guard of the move itself."""

    help = (
        "List the slices that can start now, and why the others cannot. Exit 2: unknown initiative or phase."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which initiative, and which of its phases if not all."""
        parser.add_argument("initiative", metavar="INITIATIVE")
        parser.add_argument("phase", metavar="PHASE", nargs="?", default="")
        self.add_json(parser)

    def run(self, options: dict[str, Any]) -> int:
        """Print the two lists."""
        answer = ready_json(load_all(_phases(options["initiative"], options["phase"])).values())
        if options["json"]:
            self.print_json(answer)
        else:
            self.say(_report(answer), options)
        return 0


def _phases(slug: str, code: str) -> list[Phase]:
    if code:
        return [get_phase(OPERATOR, slug, code)]
    rows = Phase.objects.filter(initiative=get_initiative(OPERATOR, slug))
    return list(rows.select_related("initiative", "revision").defer("revision__text", "revision__packet"))


def _report(answer: dict[str, Any]) -> Iterator[str]:
    yield "Can start now:" if answer["ready"] else "Nothing can start now."
    for turn in answer["ready"]:
        also = "".join(f"; {_collision(one)}" for one in turn["collisions"])
        yield f"  {turn['phase']} {turn['slice']} {turn['owner']}{also}"
    if answer["waiting"]:
        yield "Waiting:"
    for turn in answer["waiting"]:
        yield f"  {turn['phase']} {turn['slice']} {turn['owner']}: {turn['why']}"


def _collision(found: dict[str, Any]) -> str:
    first, *more = found["paths"]
    others = f" and {len(more)} more path{'s' * (len(more) > 1)}" if more else ""
    return f"collides with {found['slice']} on {first}{others}"
