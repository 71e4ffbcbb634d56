"""From what entries say of reviews, documents and concerns to the plain facts of a state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from phases.rules.state import (
    ConcernState,
    FindingState,
    FindingStatus,
    RoundState,
    VersionState,
    WaiverState,
)

from .entries import Told

Said = Mapping[str, Any]


def rounds(verdicts: Told) -> dict[str, RoundState]:
    """By code of the slice its latest disposition that counts."""
    found: dict[str, RoundState] = {}
    for pk, said in _numbered(verdicts):
        known = found.get(said["slice"])
        if said["retracted"] or said["voided"] or (known and known.number > said["number"]):
            continue
        found[said["slice"]] = RoundState(
            pk,
            said["number"],
            said["verdict"],
            said["seq"],
            said["place"],
            said["revision"],
            said["by"],
            said["at"],
            tuple(said["scope"]),
            said["reviewed"],
        )
    return found


def findings(told: Told, verdicts: Told) -> dict[str, list[FindingState]]:
    """By code of the reviewing slice; those of retracted rounds left out."""
    found: dict[str, list[FindingState]] = defaultdict(list)
    for pk, said in _numbered(told):
        if said["state"] == FindingStatus.RETRACTED:
            continue
        one = FindingState(
            id=pk,
            severity=said["severity"],
            title=said["title"],
            state=said["state"],
            slice=said["slice"],
            anchor=said["anchor"],
            about=said["about"],
            round=verdicts[said["round"]]["number"],
            by=said["by"],
            changed_at=said["changed_at"],
            fix_revision=said["fix_revision"],
            owner=said["owner"],
            target=said["target"],
        )
        found[one.slice].append(one)
    return found


def versions(told: Told) -> dict[str, VersionState]:
    """By path the version of each document that counts."""
    found: dict[str, VersionState] = {}
    for pk, said in _numbered(told):
        known = found.get(said["path"])
        if not said["retracted"] and (known is None or known.number < said["number"]):
            found[said["path"]] = VersionState(pk, said["number"], said["by"], said["at"])
    return found


def concerns(told: Told, carried: Mapping[str, str]) -> list[ConcernState]:
    """Those that the packet still names or somebody raised; `carried` are phases by key of the concern."""
    return [
        ConcernState(
            id=pk,
            kind=said["kind"],
            text=said["text"],
            state=said["state"],
            owner=said["owner"],
            priority=said["priority"],
            slice=said["slice"],
            raised_by=said["raised_by"],
            raised_at=said["raised_at"],
            answer=said["answer"],
            from_packet=said["from_packet"],
            deferral=int(said["disposition"].partition(":")[2] or 0),
            carried_from=carried.get(f"concern:{pk}", "") if said["carried_from"] else "",
        )
        for pk, said in _numbered(told)
        if not said["archived"]
    ]


def waivers(told: Told) -> dict[str, WaiverState]:
    """By key of the leaf those that stand."""
    return {
        said["key"]: WaiverState(pk, said["key"], said["reason"], said["by"], said["at"], said["slice"])
        for pk, said in _numbered(told)
        if said["active"]
    }


def _numbered(told: Told) -> Iterator[tuple[int, Said]]:
    """Each with the number in its key, in the order of these."""
    yield from sorted((int(key.partition(":")[2]), said) for key, said in told.items())
