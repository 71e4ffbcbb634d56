"""`manage.py verify_ledger [INITIATIVE]`: prove the chain of the ledger and what is derived from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from phases.actions.verify import Verification, verify_ledger
from phases.errors import NotFound
from phases.management.answering import REFUSED, AnsweringCommand, Usage
from phases.models import Initiative


class Command(AnsweringCommand):
    """Prints each head; kept elsewhere and given as --anchor, it finds a ledger cut short or rewritten."""

    help = "Check the hash chain, and that the status of everything equals a replay. Exit 1: it fails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which initiative, if not all, and the head that must be in its chain."""
        parser.add_argument("initiative", metavar="INITIATIVE", nargs="?", default="")
        parser.add_argument("--anchor", default="", metavar="HEAD", help="a head that was printed earlier")
        self.add_json(parser)

    def run(self, options: dict[str, Any]) -> int:
        """Check, and print what was found."""
        slug, anchor = options["initiative"], options["anchor"].strip().lower()
        if anchor and not slug:
            raise Usage("--anchor is the head of one initiative: name the initiative too.")
        found = Initiative.objects.filter(slug=slug) if slug else Initiative.objects.all()
        results = [_verified(pk, anchor) for pk in found.values_list("pk", flat=True)]
        if slug and not results:
            raise NotFound(f"There is no initiative {slug}.")
        if options["json"]:
            self.print_json(
                {
                    "holds": all(each.holds for each in results),
                    "initiatives": [_json(each) for each in results],
                }
            )
        self.say(_report(results), options)
        return 0 if all(each.holds for each in results) else REFUSED


def _verified(pk: int, anchor: str) -> Verification:
    # Writers hold this lock too, so none of them changes rows between the reads of the check.
    with transaction.atomic():
        return verify_ledger(initiative=Initiative.objects.select_for_update().get(pk=pk), anchor=anchor)


def _json(result: Verification) -> dict[str, Any]:
    return {
        "initiative": result.initiative,
        "holds": result.holds,
        "events": result.events,
        "head": result.head,
        "faults": result.faults,
    }


def _report(results: list[Verification]) -> Iterator[str]:
    if not results:
        yield "There is no initiative yet, so there is nothing to verify."
    for result in results:
        word = "holds" if result.holds else "DOES NOT HOLD"
        yield f"{result.initiative}: {word}, {result.events} entries, head {result.head or '(empty)'}"
        yield from (f"  {fault}" for fault in result.faults)
