"""Attaching versions of artifacts: the text of a closure document, or the address where it can be read."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Max, QuerySet

from phases.errors import Invalid
from phases.models import Artifact, ArtifactVersion, Phase
from phases.permissions import Actor
from phases.rules.state import PhaseState
from phases.rules.touching import tidy
from phases.snapshot import load

from .ledger import digest, writing

MAX_PATH, MAX_URL, MAX_FOLDER = 500, 500, 255
MAX_CONTENT = 2 * 2**20
"""Bytes of one version."""


class Attached(NamedTuple):
    version: ArtifactVersion
    is_new: bool
    """False where the latest version says the same already."""


def attach_artifact(
    *, actor: Actor, phase: Phase, path: str, content: str | None = None, url: str = "", folder: str = ""
) -> Attached:
    """Add a version of the document at `path`; every slice that expects it has it from now on.

    Give `content` (UTF-8 text of at most 2 MiB) or `url`. A path that the packet does not name is
    taken and shown, though nothing asks for it. `folder` names the folder that it was read from.
    """
    path, url = checked_path(path), url.strip()
    if (content is None) == (not url):
        raise Invalid({"content": "Give either the text of the document, or the address where it is."})
    if content is None:
        _check_url(url)
    else:
        _check_content(content)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        actor.require("attach", phase.initiative_id, handles_of(load(phase, around=""), path))
        sha256 = digest(content) if content is not None else ""
        known = latest_version(phase, path)
        if known is not None and (known.sha256, known.url) == (sha256, url):
            return Attached(known, is_new=False)
        row = ArtifactVersion.objects.create(
            phase=phase,
            path=path,
            number=_next_number(phase, path),
            content=content or "",
            url=url,
            sha256=sha256,
            size=len((content or "").encode()),
            by=actor.name,
            source=actor.kind,
            folder=folder[:MAX_FOLDER],
            at=book.now,
            seq=book.next_seq,
        )
        point_to_latest(phase, path)
        after = {"path": path, "number": row.number, "sha256": sha256, "size": row.size, "url": url}
        if row.folder:
            after["folder"] = row.folder
        codes = codes_expecting(phase, path)
        book.record(
            verb="attach",
            target=row.key,
            phase=phase,
            slice=codes[0] if codes else "",
            after=after | {"retracted": 0},
        )
        return Attached(row, is_new=True)


def checked_path(path: str) -> str:
    """A path within the initiative's repository."""
    plain = tidy(path)
    if not plain or len(plain) > MAX_PATH or not plain.isprintable():
        raise Invalid({"path": f"Name the document by its path, in at most {MAX_PATH} characters."})
    if plain in (".", "..") or plain.startswith("../"):
        raise Invalid({"path": f"{plain[:80]!r} lies outside of the repository. Name a path within it."})
    return plain


def _check_url(url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        raise Invalid({"url": "Give the whole web address, starting with https://."}) from None
    if len(url) > MAX_URL:
        raise Invalid({"url": f"The address has at most {MAX_URL} characters."})


def _check_content(content: str) -> None:
    if not content.strip():
        raise Invalid({"content": "The document is empty. Choose another one, or attach its address."})
    if "\0" in content or any("\ud800" <= letter <= "\udfff" for letter in content):
        unstored = "The document contains a NUL or half a character, which cannot be stored."
        raise Invalid({"content": f"{unstored} Save it as UTF-8, and attach it again."})
    if len(content.encode()) > MAX_CONTENT:
        say = f"The document has more than {MAX_CONTENT // 2**20} MiB."
        raise Invalid({"content": f"{say} Keep it where it is, and attach its address."})


def handles_of(state: PhaseState, path: str) -> list[str]:
    """Owners and backups of the slices that expect the document; of all slices if none does."""
    slices = list(state.slices.values())
    expecting = [item for item in slices if any(one.path == path for one in item.artifacts)]
    return [handle for item in expecting or slices for handle in (item.owner, item.backup) if handle]


def codes_expecting(phase: Phase, path: str) -> list[str]:
    """Codes of the slices that expect the document."""
    return sorted(_rows(phase, path).values_list("slice__code", flat=True))


def latest_version(phase: Phase, path: str) -> ArtifactVersion | None:
    """The version that counts: the last one, retracted ones aside."""
    return ArtifactVersion.objects.filter(phase=phase, path=path, retracted=0).order_by("-number").first()


def point_to_latest(phase: Phase, path: str) -> None:
    """Put the version that counts on every slice that expects the document."""
    _rows(phase, path).update(latest=latest_version(phase, path))


def point_all_to_latest(phase: Phase) -> None:
    """The same for every document of the phase, after its plan has changed."""
    for path in (
        ArtifactVersion.objects.filter(phase=phase).order_by().values_list("path", flat=True).distinct()
    ):
        point_to_latest(phase, path)


def _rows(phase: Phase, path: str) -> QuerySet[Artifact]:
    return Artifact.objects.filter(slice__phase=phase, path=path)


def _next_number(phase: Phase, path: str) -> int:
    rows = ArtifactVersion.objects.filter(phase=phase, path=path)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1
