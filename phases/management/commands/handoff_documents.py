"""`manage.py handoff_documents INITIATIVE PHASE --out DIR`: the documents of a handoff as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from phases.errors import Refused
from phases.handoff import drafts_of, stored_documents
from phases.handoff.files import Difference, Unwritable, differences, require_folder, write
from phases.lookups import get_phase
from phases.management.answering import REFUSED, AnsweringCommand, plain
from phases.models import Initiative
from phases.permissions import OPERATOR
from phases.snapshot import load

Texts = dict[str, str | None]
"""By name what a document says; None where its text was taken away."""


class Command(AnsweringCommand):
    """After the handoff the documents as it stored them; before it drafts, which say so."""

    help = (
        "Write the documents of a phase's handoff, or drafts of them before it. "
        "Exit 1: refused, or --check found a difference. Exit 2: unknown initiative or phase."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which phase, where to, and whether only to look."""
        parser.add_argument("initiative", metavar="INITIATIVE")
        parser.add_argument("phase", metavar="PHASE")
        parser.add_argument("--out", required=True, metavar="DIR", help="the folder; it is made if need be")
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit 1 where the files differ from what is told",
        )

    def run(self, options: dict[str, Any]) -> int:
        """Write them, or compare."""
        texts, is_draft = _texts(options["initiative"], options["phase"])
        folder = Path(options["out"])
        try:
            require_folder(folder)
            if options["check"]:
                return self._check(folder, texts, options)
            return self._write(folder, texts, is_draft, options)
        except Unwritable as error:
            raise Refused(str(error)) from error

    def _check(self, folder: Path, texts: Texts, options: dict[str, Any]) -> int:
        found = list(differences(folder, texts))
        kept = sum(text is not None for text in texts.values())
        nothing = f"{kept} documents are as they would be written." if kept else "Nothing is to be written."
        self.say(map(_told, found) if found else [nothing], options)
        return REFUSED if found else 0

    def _write(self, folder: Path, texts: Texts, is_draft: bool, options: dict[str, Any]) -> int:
        kept = {name: text for name, text in texts.items() if text is not None}
        gone = [name for name in texts if name not in kept]
        if kept:
            written = write(folder, kept)
            draft = "Drafts, as the phase is not handed off: " if is_draft else ""
            told = f"{draft}{len(written)} written to {folder}, {len(kept) - len(written)} unchanged."
            self.say([told], options)
        for line in _left_out(folder, gone):
            self.put(plain(line), aside=True)
        return REFUSED if gone else 0


def _texts(slug: str, code: str) -> tuple[Texts, bool]:
    # Writers hold this lock too, so that a draft tells of one moment.
    with transaction.atomic():
        initiative = get_phase(OPERATOR, slug, code).initiative_id
        Initiative.objects.select_for_update().get(pk=initiative)
        phase = get_phase(OPERATOR, slug, code)
        if phase.handed_off:
            rows = stored_documents(phase)
            return {row.name: None if row.redacted else row.content for row in rows}, False
        return {**drafts_of(phase, load(phase))}, True


def _told(one: Difference) -> str:
    if one.is_gone:
        return f"{one.name}: its text was taken away since, as it held something secret. Delete the file."
    if one.line == 0:
        return f"{one.name}: missing"
    return f"{one.name}: differs from line {one.line} on"


def _left_out(folder: Path, names: list[str]) -> Iterator[str]:
    if names:
        yield "A text in these documents was taken away after the handoff, so they are not written:"
    still = {one.name for one in differences(folder, dict.fromkeys(names))}
    for name in names:
        yield f"  {name}{f' (an older copy is in {folder}: delete it)' if name in still else ''}"
