"""One imported file as its page shows it: what it would do or did, what is wrong with it, what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from phases.actions.folder_uploads import is_folder
from phases.actions.ledger import why_frozen
from phases.models import Import, ImportFile, Initiative, Phase
from phases.models.imports import Outcome

from .differences import Differences, differences
from .folder_sheets import FolderSheet, folder_sentence, folder_sheet
from .sheet_words import is_typable, refused_as_handed_off, settled_sentence, waiting_sentence
from .source import Line, numbered, quote
from .uploads import choice_of

MOST_PROBLEMS = 200
"""Problems of one level that a page quotes; the raw text marks them all."""

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
class Sent:
    """A form to apply files as it was sent: ids of the chosen files, and of those whose landing counts."""

    files: Sequence[str]
    declared: Sequence[str]


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
    is_known: bool = False
    """Whether the initiative that it is of exists."""
    in_zip: bool = False
    """Whether it came with a folder, whose documents depend on it."""
    sent: Sent | None = None
    """What was chosen in the form that was refused just now."""

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
        is_rejected = self.file.outcome == Outcome.REJECTED and not self.folder
        return is_rejected and not refused_as_handed_off(self.file)

    @property
    def is_readable_again(self) -> bool:
        """Whether only a handoff stood in its way, which does so no longer."""
        is_past = refused_as_handed_off(self.file) and not self.frozen
        return is_past and self.is_typable and not self.in_zip

    @property
    def chosen(self) -> dict[str, str]:
        """The fields of the upload form that choose its initiative again, if somebody had chosen it."""
        told = self.file.batch.initiative and self.file.initiative
        return choice_of(self.file.initiative, is_known=self.is_known) if told else {}

    @property
    def applicable(self) -> bool:
        return self.waits and bool(self.file.initiative) and not self.frozen and not self.is_homeless

    @property
    def is_homeless(self) -> bool:
        """Whether it is a folder of an initiative that neither exists nor comes with a packet beside it."""
        return self.folder is not None and not self.is_known and not self.folder.is_brought

    @property
    def is_ticked(self) -> bool:
        """Whether it is chosen to be applied: as it was sent, else it is."""
        return not self.sent or str(self.file.pk) in self.sent.files

    @property
    def is_declared(self) -> bool:
        """Whether its slices are to be recorded as landed by declaration: as it was sent, else they are."""
        return not self.sent or str(self.file.pk) in self.sent.declared

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


def sheets_of(
    batch: Import, refusals: Mapping[int, str] | None = None, sent: Sent | None = None
) -> list[Sheet]:
    """A sheet for each file of an upload; three queries, whatever their number."""
    heavy = ("text", "revision__text", "revision__packet")
    files = list(batch.files.select_related("revision").defer(*heavy))
    plan = plan_around(files)
    texts = dict(batch.files.exclude(problems=[]).values_list("pk", "text"))
    said = refusals or {}
    around = _Around(plan, any(is_folder(file) for file in files), _brought(files), sent)
    return [_sheet(file, around, texts.get(file.pk, ""), said.get(file.pk, "")) for file in files]


@dataclass(frozen=True, slots=True)
class _Around:
    """What the sheets of one upload share."""

    plan: Plan
    in_zip: bool
    brought: frozenset[str]
    """The initiatives of the packets that wait."""
    sent: Sent | None


def _brought(files: Iterable[ImportFile]) -> frozenset[str]:
    waiting = (file for file in files if file.outcome == Outcome.PENDING and not is_folder(file))
    return frozenset(file.initiative for file in waiting)


def plan_around(files: Iterable[ImportFile]) -> Plan:
    """What is in force in the initiatives that the files are for, in one query."""
    found: dict[str, dict[str, InForce]] = {}
    rows = Initiative.objects.filter(slug__in={file.initiative for file in files})
    columns = ("slug", "phases__code", "phases__revision__number", "phases__handed_off")
    for slug, code, number, handed_off in rows.values_list(*columns):
        frozen = why_frozen(Phase(code=code, handed_off=handed_off)) if handed_off else ""
        found.setdefault(slug, {})[code or ""] = InForce(number or 0, frozen)
    return found


def _sheet(file: ImportFile, around: _Around, text: str, refusal: str) -> Sheet:
    if is_folder(file):
        return _folder(file, around, refusal)
    plan = around.plan
    phase = plan.get(file.initiative, {}).get(file.phase)
    number = phase.number if phase else 0
    found = differences(file.changes)
    waits = file.outcome == Outcome.PENDING
    changes = bool(found or file.changes.get("declared") or number != file.base)
    held = changes if waits else refused_as_handed_off(file)
    frozen = phase.frozen if phase and held else ""
    return Sheet(
        file=file,
        sentence=waiting_sentence(file, found, new=file.initiative not in plan)
        if waits
        else settled_sentence(file, _then(frozen, text, around)),
        levels=_levels(file, text),
        differences=found,
        stale=number if waits and number != file.base else 0,
        phase_exists=phase is not None,
        refusal=refusal,
        frozen=frozen,
        is_typable=is_typable(text),
        is_known=file.initiative in plan,
        in_zip=around.in_zip,
        sent=around.sent,
    )


def _then(frozen: str, text: str, around: _Around) -> str:
    """What is left to do with a packet that was refused as its phase was handed off."""
    if is_typable(text) and not around.in_zip:
        return (
            "Once the phase is reopened, it can be read again here."
            if frozen
            else "Read it again if it still counts."
        )
    again = "Upload the zip again" if around.in_zip else "Upload it again"
    return f"{again} {'once the phase is reopened' if frozen else 'if it still counts'}."


def _folder(file: ImportFile, around: _Around, refusal: str) -> Sheet:
    is_known = file.initiative in around.plan
    return Sheet(
        file=file,
        sentence=folder_sentence(file),
        levels=(),
        differences=differences({}),
        phase_exists=is_known,
        refusal=refusal,
        folder=folder_sheet(file.changes["folder"], is_brought=file.initiative in around.brought),
        is_known=is_known,
        in_zip=True,
        sent=around.sent,
    )


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
