"""One imported file as its page shows it: what it would do or did, what is wrong with it, what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from phases.actions.ledger import why_frozen
from phases.errors import HandedOff
from phases.models import Import, ImportFile, Initiative, Phase
from phases.models.imports import Outcome

from .differences import Differences, differences
from .folder_sheets import FolderSheet, folder_sentence, folder_sheet
from .source import Line, numbered, quote
from .words import counted

MOST_PROBLEMS = 200
"""Problems of one level that a page quotes; the raw text marks them all."""

MOST_TYPED = 200_000
"""Characters of a text that is offered to be corrected in a text field; a longer one is for an editor."""

OUTCOMES = (
    (Outcome.PENDING, "waiting"),
    (Outcome.CREATED, "created"),
    (Outcome.UPDATED, "updated"),
    (Outcome.UNCHANGED, "unchanged"),
    (Outcome.REJECTED, "rejected"),
    (Outcome.DISCARDED, "discarded"),
)
"""Each outcome with its word."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force of a phase: the number of its packet revision, and why it is frozen, if it is."""

    number: int
    frozen: str


Plan = Mapping[str, Mapping[str, InForce]]
"""What is in force, by initiative and phase code."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A problem with the lines around its place."""

    problem: Mapping[str, Any]
    lines: tuple[Line, ...]
    raw_url: str


@dataclass(frozen=True, slots=True)
class Level:
    """The problems of one level, of which `shown` are quoted."""

    level: str
    count: int
    shown: tuple[Quoted, ...]

    @property
    def more(self) -> int:
        """How many of them are not quoted."""
        return self.count - len(self.shown)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with all that its card on the page shows."""

    file: ImportFile
    sentence: str
    levels: tuple[Level, ...]
    differences: Differences
    stale: int = 0
    """Packet revision that came in force after the comparison; 0 if none did."""
    phase_exists: bool = False
    refusal: str = ""
    """Why applying it was refused just now."""
    folder: FolderSheet | None = None
    """What is shown of a folder, which is no packet."""
    frozen: str = ""
    """Why it cannot be applied: its phase was handed off, and nobody has reopened it."""
    is_typable: bool = False
    """Whether its text can be corrected in a text field, and nothing else of it changes there."""

    @property
    def raw_url(self) -> str:
        return reverse("import-raw", args=[self.file.batch_id, self.file.pk])

    @property
    def waits(self) -> bool:
        """Whether it can still be applied."""
        return self.file.outcome == Outcome.PENDING

    @property
    def is_refused(self) -> bool:
        """Whether a corrected file is waited for."""
        return self.file.outcome == Outcome.REJECTED and not self.folder

    @property
    def applicable(self) -> bool:
        return self.waits and bool(self.file.initiative) and not self.frozen

    @property
    def is_nameless(self) -> bool:
        """Whether it waits for somebody to say which initiative it is of."""
        return self.waits and not self.file.initiative

    @property
    def done(self) -> bool:
        """Whether the plan holds what the file says."""
        return self.file.outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)

    @property
    def declared(self) -> list[str]:
        return list(self.file.changes.get("declared", ()))

    @property
    def dialect(self) -> list[str]:
        return list(self.file.changes.get("dialect", ()))

    @property
    def consequences(self) -> list[str]:
        """Without the sentence about declarations, which has a place of its own."""
        sentences: list[str] = self.file.changes.get("consequences", [])
        return [each for each in sentences if "by declaration" not in each and each != "Changes nothing."]


def sheets_of(batch: Import, refusals: Mapping[int, str] | None = None) -> list[Sheet]:
    """A sheet for each file of an upload; three queries, whatever their number."""
    heavy = ("text", "revision__text", "revision__packet")
    files = list(batch.files.select_related("revision").defer(*heavy))
    plan = plan_around(files)
    texts = dict(batch.files.exclude(problems=[]).values_list("pk", "text"))
    said = refusals or {}
    return [_sheet(file, plan, texts.get(file.pk, ""), said.get(file.pk, "")) for file in files]


def plan_around(files: Iterable[ImportFile]) -> Plan:
    """What is in force in the initiatives that the files are for, in one query."""
    found: dict[str, dict[str, InForce]] = {}
    rows = Initiative.objects.filter(slug__in={file.initiative for file in files})
    columns = ("slug", "phases__code", "phases__revision__number", "phases__handed_off")
    for slug, code, number, handed_off in rows.values_list(*columns):
        frozen = why_frozen(Phase(code=code, handed_off=handed_off)) if handed_off else ""
        found.setdefault(slug, {})[code or ""] = InForce(number or 0, frozen)
    return found


def _sheet(file: ImportFile, plan: Plan, text: str, refusal: str) -> Sheet:
    if "folder" in file.changes:
        return _folder(file, refusal, is_known=file.initiative in plan)
    phase = plan.get(file.initiative, {}).get(file.phase)
    number = phase.number if phase else 0
    found = differences(file.changes)
    waits = file.outcome == Outcome.PENDING
    changes = bool(found or file.changes.get("declared") or number != file.base)
    held = changes if waits else _refused_as_handed_off(file)
    frozen = phase.frozen if phase and held else ""
    return Sheet(
        file=file,
        sentence=_waiting(file, found, new=file.initiative not in plan) if waits else _settled(file, frozen),
        levels=_levels(file, text),
        differences=found,
        stale=number if waits and number != file.base else 0,
        phase_exists=phase is not None,
        refusal=refusal,
        frozen=frozen,
        is_typable=is_typable(text),
    )


def is_typable(text: str) -> bool:
    """Whether a text field would give back what it was given: not too long, and nothing unreadable in it."""
    return 0 < len(text) <= MOST_TYPED and "\ufffd" not in text


def errors_of(file: ImportFile) -> list[dict[str, Any]]:
    """What it was refused for, in the order of its lines."""
    return [each for each in file.problems if each["level"] == "error"]


def _folder(file: ImportFile, refusal: str, *, is_known: bool) -> Sheet:
    return Sheet(
        file=file,
        sentence=folder_sentence(file),
        levels=(),
        differences=differences({}),
        phase_exists=is_known,
        refusal=refusal,
        folder=folder_sheet(file.changes["folder"]),
    )


def _waiting(file: ImportFile, found: Differences, *, new: bool) -> str:
    if not file.initiative:
        return f"Phase {file.phase} of an initiative that neither the packet nor the files beside it name."
    place = f"phase {file.phase} of {'the new initiative ' if new else ''}{file.initiative}"
    if not file.base:
        size = f"{counted(len(found.added), 'slice')} and {counted(found.gates_added, 'gate')}"
        return f"Creates {place} with {size}."
    if found:
        return f"Updates {place}, which is at packet revision {file.base}: {found.summary}."
    if file.changes.get("declared"):
        return f"The text of {place} is unchanged; only the declared landing is new."
    return (
        f"Unchanged: this is what packet revision {file.base} of {place} says. Applying it changes nothing."
    )


def _settled(file: ImportFile, frozen: str) -> str:
    place = f"phase {file.phase} of {file.initiative}"
    number = file.revision.number if file.revision else file.base
    if _refused_as_handed_off(file):
        then = (
            "Upload it again once the phase is reopened." if frozen else "Upload it again if it still counts."
        )
        return f"Refused because {place} was handed off. Nothing of it was imported. {then}"
    if file.outcome == Outcome.REJECTED:
        return (
            f"Refused because of {counted(len(errors_of(file)), 'error')}. Nothing of it was imported. "
            "Correct it and upload it again."
        )
    if file.outcome == Outcome.DISCARDED:
        return "Discarded without being applied. The plan was not touched."
    if file.outcome == Outcome.UNCHANGED:
        return f"Unchanged: {place} says this already since packet revision {number}."
    if file.outcome == Outcome.CREATED:
        return f"Created {place} as packet revision {number}."
    found = differences(file.changes)
    done = found.summary if found else "the declared landing was recorded"
    return f"Updated {place} to packet revision {number}: {done}."


def _refused_as_handed_off(file: ImportFile) -> bool:
    is_rejected = file.outcome == Outcome.REJECTED
    return is_rejected and any(each["code"] == HandedOff.code for each in file.problems)


def _levels(file: ImportFile, text: str) -> tuple[Level, ...]:
    lines = numbered(text) if text else []
    raw = reverse("import-raw", args=[file.batch_id, file.pk])
    levels = []
    for level in ("error", "warning"):
        problems = [each for each in file.problems if each["level"] == level]
        shown = tuple(
            Quoted(each, quote(lines, each["line"], each["column"]), raw_link(raw, each["line"]))
            for each in problems[:MOST_PROBLEMS]
        )
        if problems:
            levels.append(Level(level, len(problems), shown))
    return tuple(levels)


def raw_link(raw_url: str, line: int) -> str:
    """The raw text opened at a line."""
    return f"{raw_url}?line={line}#L{line}" if line else raw_url
