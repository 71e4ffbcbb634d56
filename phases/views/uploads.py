"""Files that a browser sends: no more of them in memory than will be read, and what to say of the rest."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from phases.models import Initiative
from phases.packets.initiative import slugify

from .sizes import size_of

MAX_FILES = 20
"""Files of one upload."""

MAX_BODY = 64 * 2**20
"""Bytes of a request with files; a longer one is answered without reading it."""

PASTED_NAME = "pasted.yaml"
NEW = "+new"
"""The choice of an initiative that does not exist yet; no slug begins with a plus."""


def chosen_again(slug: str) -> dict[str, str]:
    """The fields of UploadForm that choose this initiative, whether it exists by now or not; one query."""
    return choice_of(slug, is_known=bool(slug) and Initiative.objects.filter(slug=slug).exists())


def choice_of(slug: str, *, is_known: bool) -> dict[str, str]:
    """The fields of UploadForm that choose this initiative, which exists or not."""
    return {"initiative": slug} if is_known or not slug else {"initiative": NEW, "new_initiative": slug}


def most_kept() -> int:
    """Bytes of all packets of one request that are kept in memory."""
    return 4 * settings.PACKET_MAX_BYTES


def is_zip(name: str) -> bool:
    """Whether a file's name says that it is a zipped folder."""
    return name.lower().endswith(".zip")


class BoundedUpload(FileUploadHandler):
    """Keeps each file in memory up to one byte past the limit of its kind, and lets the rest go by.

    Nothing is written to disk. A form sees from the size that a file was longer than allowed.
    Raises RequestDataTooBig (413) for a body past MAX_BODY bytes before any of it is read.
    """

    kept = 0
    room = 0
    content: BytesIO

    def handle_raw_input(
        self,
        input_data: Any,
        meta: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Judge the request by its announced length in bytes."""
        if content_length > MAX_BODY:
            raise RequestDataTooBig(f"A request with files has at most {size_of(MAX_BODY)}.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; the room for it is what the files before it left. A zip comes alone."""
        super().new_file(*args, **kwargs)
        self.content = BytesIO()
        if is_zip(self.file_name or "") and not self.kept:
            self.room = settings.FOLDER_MAX_BYTES + 1
        else:
            self.room = max(0, min(settings.PACKET_MAX_BYTES + 1, most_kept() + 1 - self.kept))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep as much as there is room for."""
        part = raw_data[: self.room]
        self.room -= len(part)
        self.kept += len(part)
        self.content.write(part)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The file with its true size in bytes, whatever was kept of it."""
        self.content.seek(0)
        name, kind = cast(str, self.file_name), cast(str, self.content_type)
        return InMemoryUploadedFile(self.content, self.field_name, name, kind, file_size, self.charset)


class ManyFilesInput(forms.FileInput):
    """A native input for several files; browsers also take files dropped on it."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """A file field whose value is a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files, or a ValidationError that says which is too large, or that there are too many."""
        files = [file for file in data or () if file]
        if any(is_zip(file.name or "") for file in files):
            return _only_zip(files)
        if len(files) > MAX_FILES:
            raise ValidationError(
                f"{len(files)} files are too many; at most {MAX_FILES} are read at once. "
                "Send them in several uploads."
            )
        errors = [_too_large(file) for file in files if (file.size or 0) > settings.PACKET_MAX_BYTES]
        if not errors and sum(file.size or 0 for file in files) > most_kept():
            limit = size_of(most_kept())
            errors = [f"Together the files have more than {limit}. Send them in several uploads."]
        if errors:
            raise ValidationError(errors)
        return files


def _only_zip(files: list[UploadedFile[Any]]) -> list[UploadedFile[Any]]:
    """One zipped folder. Raises ValidationError where other files came with it, or where it is too large."""
    if len(files) > 1:
        raise ValidationError("A zip is a folder of its own: upload it alone, or the work breakdowns in it.")
    size, limit = files[0].size or 0, size_of(settings.FOLDER_MAX_BYTES)
    if size > settings.FOLDER_MAX_BYTES:
        raise ValidationError(
            f"{files[0].name} has {size_of(size)}; a zip has at most {limit}. Nothing of it was read. "
            "Leave out of it what is no document, or raise FOLDER_MAX_BYTES."
        )
    return files


def _too_large(file: UploadedFile[Any]) -> str:
    limit = size_of(settings.PACKET_MAX_BYTES)
    return (
        f"{file.name} has {size_of(file.size or 0)}; a packet has at most {limit}. "
        "Nothing of it was read. Split it by phase, or check that it is the right file."
    )


class UploadForm(forms.Form):
    """Files or a pasted packet, and the initiative they are for."""

    packets = ManyFiles(required=False)
    text = forms.CharField(required=False, strip=False)
    name = forms.CharField(required=False, max_length=255)
    initiative = forms.CharField(required=False)
    new_initiative = forms.CharField(required=False)
    corrected = forms.CharField(required=False)

    def clean_text(self) -> str:
        """The pasted text, at most as long as a packet in UTF-8."""
        text: str = self.cleaned_data["text"]
        if len(text.encode("utf-8", "surrogatepass")) > settings.PACKET_MAX_BYTES:
            limit = size_of(settings.PACKET_MAX_BYTES)
            raise ValidationError(
                f"The text has more than {limit}, the most a packet may have. Split it by phase."
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Something to read, and a name that can be one."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found["packets"] and not found["text"].strip():
            self._say_what_is_missing()
        if found.get("packets") and is_zip(found["packets"][0].name) and found.get("text", "").strip():
            self.add_error("text", "A zip is imported alone: upload it without a pasted text.")
        if not self.errors.get("initiative"):
            self._check_initiative(found)
        return found

    def _say_what_is_missing(self) -> None:
        if self.is_text_alone:
            self.add_error("text", "The text is empty. Write the packet, or leave the refused one as it is.")
        else:
            self.add_error("packets", "Choose at least one file, or paste a packet below.")

    @property
    def is_text_alone(self) -> bool:
        """Whether it corrects a packet in the text field, and takes no files."""
        return bool(self["corrected"].value()) and (not self.is_bound or "text" in self.data)

    def _check_initiative(self, found: dict[str, Any]) -> None:
        choice = found.get("initiative", "")
        if choice == NEW and not slugify(found.get("new_initiative", "")):
            self.add_error("new_initiative", "Give the new initiative a name with a letter or a digit in it.")
        elif choice not in ("", NEW) and not Initiative.objects.filter(slug=choice).exists():
            self.add_error("initiative", "There is no such initiative any more. Choose again.")

    @property
    def zip(self) -> tuple[str, bytes] | None:
        """Name and bytes of the zipped folder, where that is what was sent."""
        file = next(iter(self.cleaned_data["packets"]), None)
        return (file.name, file.read()) if file is not None and is_zip(file.name) else None

    @property
    def slug(self) -> str:
        """The initiative that was chosen; empty for what the packet itself says."""
        choice: str = self.cleaned_data["initiative"]
        return slugify(self.cleaned_data["new_initiative"]) if choice == NEW else choice

    @property
    def sources(self) -> list[tuple[str, bytes]]:
        """(name, content) of every file, the pasted text last."""
        found = [(file.name or "", file.read()) for file in self.cleaned_data["packets"]]
        text: str = self.cleaned_data["text"]
        if text.strip():
            name = self.cleaned_data["name"].strip() or PASTED_NAME
            # Browsers send CRLF for the line ends of a text field, whatever was pasted; the last
            # line end is often left out when a text is marked with the mouse.
            lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
            found.append((name, lines.encode("utf-8", "surrogatepass")))
        return found
