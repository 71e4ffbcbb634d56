"""The handoff of a phase as its pages show it: what is missing, who may, what it does, what it left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.actions.handoffs import handles_of
from phases.handoff import NAMES
from phases.models import Phase
from phases.permissions import Actor
from phases.rules.readiness import Readiness

from .entry import Entered
from .handoff_carried import Part, parts
from .neighbours import Document, Done
from .paths import Paths
from .words import listed

ENDINGS = (("md", "Markdown"), ("json", "JSON"))


@dataclass(frozen=True, slots=True)
class File:
    """One document in one form."""

    name: str
    form: str
    url: str
    size: str
    digest: str
    """The first eight digits of its sha256; empty for a draft."""
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A document with its forms."""

    title: str
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class HandoffLine:
    """A handoff that was done, in force or ended, with what it wrote."""

    done: Done
    documents: Sequence[Written]
    zip_url: str


@dataclass(frozen=True, slots=True)
class HandoffCard:
    """Everything that the template prints."""

    code: str
    url: str
    reopen_url: str
    missing: int
    current: HandoffLine | None
    """The handoff that froze the phase."""
    earlier: Sequence[HandoffLine]
    """Those that were ended by reopening it."""
    drafts: Sequence[Written]
    """What the documents would say now, while it is not handed off."""
    zip_url: str
    may_hand_off: bool
    may_reopen: bool
    crew: str
    """Who may hand it off, apart from admins."""
    parts: Sequence[Part]
    """What becomes of the open concerns."""
    open_before: Sequence[str]
    """Codes of the phases before it that are not handed off."""

    @property
    def warning(self) -> str:
        """That phases before it are still open; empty where none is."""
        if not self.open_before:
            return ""
        before, is_one = listed(self.open_before), len(self.open_before) == 1
        return (
            f"Phase{'' if is_one else 's'} {before} before it {'is' if is_one else 'are'} not handed off. "
            "That holds nothing up: phases do not wait for each other."
        )


def prepare(phase: Phase, found: Entered, readiness: Readiness, actor: Actor) -> HandoffCard:
    """For whoever asks; one query where it was handed off before and may be again, else none."""
    state, around = found.state, found.around
    home = Paths(state.initiative).phase(state.code)
    lines = [_line(state.code, home, done) for done in around.handoffs]
    handles = handles_of(state)
    is_open = state.handed_off is None
    may_hand_off = is_open and actor.may_on("hand_off", phase.initiative_id, handles)
    target = around.later.code if around.later else ""
    return HandoffCard(
        code=state.code,
        url=f"{home}handoff/",
        reopen_url=f"{home}handoff/reopen/",
        missing=len(readiness.unmet),
        current=next((line for line in lines if not line.done.reopened), None),
        earlier=[line for line in lines if line.done.reopened],
        drafts=_drafts(state.code, home) if is_open else (),
        zip_url=f"{home}handoff/documents/",
        may_hand_off=may_hand_off,
        may_reopen=not is_open and actor.may_on("reopen_phase", phase.initiative_id),
        crew=" or ".join(dict.fromkeys(handles)),
        parts=list(parts(phase, state, around.handoffs, target)) if may_hand_off else (),
        open_before=around.open_before,
    )


def title(name: str, code: str) -> str:
    """`Execution report` of `PHASE_C_EXECUTION_REPORT.md`."""
    stem = name.rpartition(".")[0].removeprefix("FINAL_").removeprefix(f"PHASE_{code}_")
    words = stem.replace("_", " ").lower()
    return f"Final {words}" if name.startswith("FINAL_") else words.capitalize()


def _line(code: str, home: str, done: Done) -> HandoffLine:
    folder = f"{home}handoff/{done.number}/documents/"
    groups: dict[str, list[File]] = {}
    for one in done.documents:
        groups.setdefault(title(one.name, code), []).append(_file(one, folder))
    return HandoffLine(done, [Written(name, files) for name, files in groups.items()], folder)


def _file(one: Document, folder: str) -> File:
    form = dict(ENDINGS).get(one.name.rpartition(".")[2], one.name)
    return File(one.name, form, f"{folder}{one.name}/", _size(one.size), one.sha256[:8], one.redacted)


def _size(size: int) -> str:
    return f"{size / 1024:.1f} KiB" if size >= 1024 else f"{size} bytes"


def _drafts(code: str, home: str) -> list[Written]:
    names = [name.format(code) for name in NAMES]
    return [
        Written(
            title(f"{name}.md", code),
            [
                File(f"{name}.{end}", form, f"{home}handoff/documents/{name}.{end}/", "", "")
                for end, form in ENDINGS
            ],
        )
        for name in names
    ]
