"""Which initiatives the waiting files of an import are of that do not exist yet, and how to say another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .sheets import Sheet


@dataclass(frozen=True, slots=True)
class Typed:
    """A name that was refused: what was typed, and the slug that it should have replaced."""

    name: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """The waiting files of one initiative that does not exist yet, or of none (`slug` is empty)."""

    slug: str
    files: int
    takes_new: bool
    """Whether a packet among them can make an initiative; folders alone make none."""
    known: tuple[str, ...]
    """The slugs of the initiatives that exist."""
    brought: tuple[str, ...] = ()
    """Those that packets beside these files bring."""
    typed: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether nothing can be applied before it is answered."""
        return not self.slug or not self.takes_new

    @property
    def choices(self) -> tuple[str, ...]:
        """The slugs to choose from."""
        return (*self.known, *self.brought)

    @property
    def is_answerable(self) -> bool:
        """Whether there is a name that would be taken."""
        return self.takes_new or bool(self.choices)


def namings_of(sheets: Iterable[Sheet], known: Iterable[str], typed: Typed) -> list[Naming]:
    """One for each initiative that waiting files name and that does not exist, first that of none."""
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        if sheet.waits and not sheet.is_known:
            found.setdefault(sheet.file.initiative, []).append(sheet)
    brought = {slug for slug, group in found.items() if slug and _takes_new(group)}
    names = tuple(known)
    return [
        Naming(
            slug=slug,
            files=len(found[slug]),
            takes_new=_takes_new(found[slug]),
            known=names,
            brought=tuple(sorted(brought - {slug})),
            typed=typed.name if typed.instead_of == slug else "",
        )
        for slug in sorted(found)
    ]


def _takes_new(group: Iterable[Sheet]) -> bool:
    return any(not sheet.folder for sheet in group)
