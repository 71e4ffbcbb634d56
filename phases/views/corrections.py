"""Refused packets that are offered again: to be corrected, or to be read again once a phase is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from phases.actions.folder_uploads import is_folder
from phases.errors import NotFound
from phases.models import ImportFile
from phases.models.imports import Outcome

from .sheet_words import errors_of, is_typable, refused_as_handed_off
from .sheets import plan_around
from .uploads import chosen_again

MOST_LISTED = 100
"""Problems that are listed above the text to be corrected."""

_NOT_THERE = "There is no such file to correct. The history of imports lists those there are."
_OF_A_ZIP = (
    "This packet came in a zip. Correct it in its folder and upload the zip again: the closure documents "
    "that it asks for come only with it."
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A refused packet on the page where its text is corrected or read again."""

    file: ImportFile

    @property
    def is_refused(self) -> bool:
        """Whether there is something to correct; else its phase was handed off, and that has passed."""
        return not refused_as_handed_off(self.file)

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """What it was refused for, then what else was noticed, as much as a page lists."""
        warnings = [each for each in self.file.problems if each["level"] == "warning"]
        return [*errors_of(self.file), *warnings][:MOST_LISTED] if self.is_refused else []

    @property
    def initial(self) -> dict[str, str]:
        """The fields of UploadForm as they were: the initiative only where somebody chose it; one query."""
        told = chosen_again(self.file.initiative if self.file.batch.initiative else "")
        return {"text": self.file.text, "name": self.file.file_name, "corrected": str(self.file.pk), **told}

    @property
    def siblings(self) -> list[str]:
        """The initiative that was told of it, by itself or by what lay beside it."""
        return [self.file.initiative] if self.file.initiative else []


def to_correct(pk: int) -> Correction:
    """The refused packet whose text is offered again. Raises NotFound, with the reason if there is one."""
    found = _refused(pk)
    if found is None or not is_typable(found.text):
        raise NotFound(_NOT_THERE)
    if found.batch.files.filter(changes__has_key="folder").exists():
        raise NotFound(_OF_A_ZIP)
    if refused_as_handed_off(found):
        phase = plan_around([found]).get(found.initiative, {}).get(found.phase)
        if phase and phase.frozen:
            raise NotFound(phase.frozen)
    return Correction(found)


def corrected(sent: str) -> Correction | None:
    """The refused packet that a form says it corrects; None where it says none that is there."""
    found = _refused(int(sent)) if sent.isdecimal() and len(sent) < 16 else None
    return Correction(found) if found else None


def _refused(pk: int) -> ImportFile | None:
    found = ImportFile.objects.select_related("batch").filter(pk=pk, outcome=Outcome.REJECTED).first()
    return None if found is None or is_folder(found) else found
