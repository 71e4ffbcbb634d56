"""A document as a browser sent it: the text of the file in the place of the field, or why it is none."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from phases.actions.artifacts import MAX_CONTENT

_MARK = "\ufeff"
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_REMEDY = "keep it where it is, and attach its address"


def with_file(request: HttpRequest) -> tuple[QueryDict, str]:
    """What was sent, with the text of the file in its place, and the sentence on what is wrong with it."""
    sent = request.POST.copy()
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        # A browser ends the lines of a field as no document does.
        sent["content"] = sent.get("content", "").replace("\r\n", "\n").removeprefix(_MARK)
        return sent, ""
    if not sent.get("path", "").strip():
        sent["path"] = file.name or ""
    read = file.read(MAX_CONTENT + 1)
    if len(read) > MAX_CONTENT or (file.size or 0) > len(read):
        # Of a longer file only its beginning was kept.
        most = f"{MAX_CONTENT // 2**20} MiB"
        return sent, f"The file has more than {most}, too long to be kept here: {_REMEDY}."
    text, trouble = _decoded(read.removeprefix(_MARK.encode()))
    if not trouble:
        sent["content"] = text
    return sent, trouble


def _decoded(data: bytes) -> tuple[str, str]:
    if wide := _WIDE.get(data[:2]):
        return "", f"The file is no text in UTF-8 but in {wide}: save it as UTF-8, or {_REMEDY}."
    if b"\0" in data:
        return "", f"The file is binary (byte {data.index(0) + 1} is NUL), and no text: {_REMEDY}."
    try:
        return data.decode(), ""
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        where = f"byte {fault.start + 1} is 0x{data[fault.start]:02x}, on line {line}"
        return "", f"The file is no text in UTF-8 ({where}): save it as UTF-8, or {_REMEDY}."
