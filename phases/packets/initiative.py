"""Which initiative and which phase a packet belongs to, told from paths and names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

_FILE_NAME = re.compile(r"(?:^|[^A-Za-z0-9])phase[_\- ]([A-Za-z0-9]{1,32})(?=[_\-. ]|$)", re.IGNORECASE)


class SaysInitiative(Protocol):
    @property
    def initiative(self) -> str: ...


def slugify(name: str) -> str:
    """Lower-case ASCII letters, digits, dashes and underscores, at most 100; may come back empty."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", ascii_only.lower()).strip("-_")[:100].rstrip("-_")


def folder_of_entrypoint(entrypoint: str) -> str:
    """Slug of the folder that holds the entrypoint document; empty if the path has no folder."""
    folders = entrypoint.replace("\\", "/").split("/")[:-1]
    named = [slugify(folder) for folder in folders if folder not in ("", ".", "..")]
    return named[-1] if named else ""


def phase_of_file_name(file_name: str) -> str:
    """Phase code in a name such as PHASE_D_WORKBREAKDOWN.yaml; a single letter comes back in upper case."""
    found = _FILE_NAME.search(re.split(r"[/\\]", file_name)[-1])
    if found is None:
        return ""
    code = found.group(1)
    return code.upper() if len(code) == 1 else code


def choose_initiative(
    reading: SaysInitiative, *, given: str = "", siblings: Iterable[str] = (), folder: str = ""
) -> str:
    """The initiative's slug; empty when nothing tells it.

    What was given wins; else the folder of the packet's entrypoint; else what most of its sibling
    packets say (`siblings`: their slugs, a tie says nothing); else the name of `folder`.
    """
    told = slugify(given) or reading.initiative
    if told:
        return told
    votes = Counter(slug for slug in siblings if slug).most_common(2)
    if votes and (len(votes) == 1 or votes[0][1] > votes[1][1]):
        return slugify(votes[0][0])
    return slugify(re.split(r"[/\\]", folder.rstrip("/\\"))[-1])
