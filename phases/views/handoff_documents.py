"""The documents of a handoff, to read and to keep: one by one, and as a zip that is always the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from phases.errors import NotFound
from phases.handoff import drafts_of
from phases.lookups import get_phase
from phases.models import Handoff, HandoffDocument, Phase
from phases.snapshot import load

from .base import Request, page, render
from .handoff_card import title
from .markdown import Rendered
from .markdown import render as markdown
from .paths import Paths

TEMPLATE = "handoff/document.html"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a zip: no clock may change its bytes."""

TYPES = {"md": "text/markdown", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Folder:
    """The documents of one handoff, or the drafts of what the next one would write."""

    phase: Phase
    handoff: Handoff | None
    texts: Mapping[str, str | None]
    """By name; None where the text was redacted."""
    url: str
    """What the addresses of the documents begin with, and that of the zip."""

    @property
    def name(self) -> str:
        """Of the zip, without its ending."""
        which = str(self.handoff.number) if self.handoff else "DRAFT"
        return f"PHASE_{self.phase.code}_HANDOFF_{which}"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document as its page shows it."""

    folder: Folder
    name: str
    title: str
    text: str | None
    rendered: Rendered | None
    """Of Markdown; None for everything that is shown as plain text."""
    others: Sequence[tuple[str, str]]
    """(name, address) of all the documents beside it."""
    phase_url: str
    readiness_url: str


@page("see")
def documents(request: Request, slug: str, phase: str, number: int = 0) -> HttpResponse:
    """All of them as a zip: those of a handoff by its number, else of the one in force, else the drafts."""
    folder = _folder(get_phase(request.actor, slug, phase), number)
    return _download(zipped(folder.texts), f"{folder.name}.zip", "application/zip")


@page("see")
def document(request: Request, slug: str, phase: str, name: str, number: int = 0) -> HttpResponse:
    """One of them as a page, or with `?raw` as the file that it is."""
    folder = _folder(get_phase(request.actor, slug, phase), number)
    if name not in folder.texts:
        raise NotFound(f"There is no document {name[:100]}. There are {', '.join(folder.texts)}.")
    text = folder.texts[name]
    if "raw" not in request.GET:
        return render(request, TEMPLATE, "", {"page": _prepare(folder, name, text)})
    if text is None:
        raise NotFound(f"A text in {name} was redacted, and nobody has the document any more.")
    return _download(text.encode(), name, f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8")


def _folder(phase: Phase, number: int) -> Folder:
    """Raises NotFound where the phase had no handoff of that number."""
    home = f"{Paths(phase.initiative.slug).phase(phase.code)}handoff/"
    seq = phase.handed_off[0] if phase.handed_off else None
    if not number and seq is None:
        return Folder(phase, None, drafts_of(phase, load(phase)), f"{home}documents/")
    asked = {"number": number} if number else {"seq": seq}
    handoff = Handoff.objects.filter(phase=phase, **asked).first()
    if handoff is None:
        raise NotFound(f"Phase {phase.code} had no handoff {number}.")
    rows = HandoffDocument.objects.filter(handoff=handoff).order_by("id")
    texts = {row.name: None if row.redacted else row.content for row in rows}
    return Folder(phase, handoff, texts, f"{home}{handoff.number}/documents/")


def _prepare(folder: Folder, name: str, text: str | None) -> DocumentPage:
    phase_url = Paths(folder.phase.initiative.slug).phase(folder.phase.code)
    others = {other: f"{folder.url}{other}/" for other in folder.texts}
    return DocumentPage(
        folder=folder,
        name=name,
        title=title(name, folder.phase.code),
        text=text,
        rendered=markdown(text, others) if text and name.endswith(".md") else None,
        others=list(others.items()),
        phase_url=phase_url,
        readiness_url=f"{phase_url}readiness/#handoff",
    )


def zipped(texts: Mapping[str, str | None]) -> bytes:
    """A zip of the texts that are there: stored as they are, so that its bytes depend on nothing else."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in texts.items():
            if text is not None:
                info = zipfile.ZipInfo(name, FIRST_DAY)
                info.external_attr, info.create_system = 0o644 << 16, 3
                archive.writestr(info, text.encode())
    return file.getvalue()


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    response = HttpResponse(content, content_type=kind, headers=headers)
    # A text may be redacted at any time: what was read once is asked for again.
    patch_cache_control(response, private=True, no_cache=True)
    return response
