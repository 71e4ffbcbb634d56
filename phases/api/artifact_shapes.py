"""What the API answers about artifacts and their versions, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import Field

from phases.models import ArtifactVersion
from phases.rules.artifacts import leaf
from phases.rules.state import ArtifactState, Leaf, LeafState, PhaseState, SliceState, Source, VersionState

from .responses import Answered
from .run_shapes import Retraction

Json = dict[str, Any]


class VersionShort(Answered):
    id: int
    key: str = Field(description="names it as evidence: `version:3`")
    number: int
    by: str
    at: dt.datetime


class VersionItem(VersionShort):
    sha256: str = Field(description="of the content in UTF-8; empty for a link")
    size: int = Field(description="bytes of the content in UTF-8; 0 for a link")
    url: str = Field(description="where it can be read, if it was attached as a link")
    source: Source
    seq: int = Field(description="its ledger entry")
    retracted: int = Field(description="the ledger entry that retracted it, or 0")
    redacted: bool = Field(description="its content was taken away")


class Due(Answered):
    """What a document counts for now."""

    state: Literal["met", "unmet", "waived", "not_applicable"] = Field(description="as a requirement")
    why: str
    owner: str = Field(description="handle whose turn it is")
    verb: str = Field(description="what comes next: `attach`, `decide`, or nothing")


class ArtifactShape(Due):
    """An artifact as one slice expects it."""

    key: str
    path: str
    when: Literal["always", "triggered"]
    inferred: bool
    produced: bool = Field(description="due before the slice lands, not before it starts")
    version: VersionShort | None = Field(description="the one that counts")


class Expected(Due):
    key: str = Field(description="`artifact:<path>`")
    path: str
    slices: list[str] = Field(
        description="codes of those that expect it; none of a path that was only attached"
    )
    when: Literal["", "always", "triggered"] = Field(description="empty where no slice expects it")
    inferred: bool = Field(description="the packet does not say when; it was read from the name")


class ArtifactItem(Expected):
    version: VersionShort | None = Field(description="the one that counts")
    versions: list[VersionItem] = Field(description="the newest first, at most 20 of them, without content")
    earlier: int | None = Field(
        description="where there are more: give it as `before`, with this `path`; else null"
    )


class Artifacts(Answered):
    items: list[ArtifactItem]
    next: str | None = Field(description="give it as `after` to go on; null at the end")


class Attached(VersionItem):
    """A version, and what its document counts for now."""

    artifact: Expected


class VersionAnswer(Attached):
    content: str = Field(description="empty for a link, and where it was taken away")
    retraction: Retraction | None


class Expectation(NamedTuple):
    """One slice that expects a document."""

    item: SliceState
    artifact: ArtifactState
    leaf: Leaf


Expectations = Mapping[str, list[Expectation]]
"""By path, in file order."""

_GRAVEST = (LeafState.UNMET, LeafState.WAIVED, LeafState.MET, LeafState.NOT_APPLICABLE)


def expectations(state: PhaseState, code: str = "") -> Expectations:
    """Every document of the plan, or of one slice."""
    found: dict[str, list[Expectation]] = {}
    for item in state.slices.values():
        for artifact in item.artifacts:
            if code in ("", item.code):
                one = Expectation(item, artifact, leaf(state, item, artifact))
                found.setdefault(artifact.path, []).append(one)
    return found


def expected_json(state: PhaseState, path: str, expected: Expectations) -> Json:
    """A document as a requirement: of several slices, what the one says that misses it most."""
    asking = expected.get(path, [])
    if not asking:
        why = f"No slice of packet revision {state.revision} asks for it; its versions are kept."
        nothing = Leaf(f"artifact:{path}", LeafState.NOT_APPLICABLE, path, why)
        return {"path": path, "slices": [], "when": "", "inferred": False, **_due(nothing)}
    worst = min(asking, key=lambda one: _GRAVEST.index(one.leaf.state))
    always = any(one.artifact.when == "always" for one in asking)
    return {
        "path": path,
        "slices": [one.item.code for one in asking],
        "when": "always" if always else "triggered",
        "inferred": all(one.artifact.inferred for one in asking),
        **_due(worst.leaf),
    }


def _due(found: Leaf) -> Json:
    return {
        "key": found.key,
        "state": found.state.value,
        "why": found.why,
        "owner": found.owner,
        "verb": found.verb,
    }


def artifacts_of(state: PhaseState, item: SliceState) -> Iterator[Json]:
    """The artifacts of a slice as the slice shows them."""
    for artifact in item.artifacts:
        names = ("path", "when", "inferred", "produced")
        yield {
            **{name: getattr(artifact, name) for name in names},
            **_due(leaf(state, item, artifact)),
            "version": short_version(artifact.version) if artifact.version else None,
        }


def short_version(version: VersionState | ArtifactVersion) -> Json:
    """The version that counts, as its artifact names it."""
    pk = version.id
    return {
        "id": pk,
        "key": f"version:{pk}",
        "number": version.number,
        "by": version.by,
        "at": version.at,
    }


def version_json(row: ArtifactVersion) -> Json:
    """A version without its content."""
    names = ("sha256", "size", "url", "source", "seq", "retracted", "redacted")
    return short_version(row) | {name: getattr(row, name) for name in names}
