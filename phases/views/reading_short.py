"""The verdict of a document in one word, for lists: read once, and remembered as long as the process runs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from phases.models import ArtifactVersion
from phases.packets.closure import Closure, read_closure

from .artifacts_rows import VersionRow
from .reviews_card import LOOKS

MOST_READ = 1_000_000
"""Bytes that are read for one page; what is beyond is read on the document's own page."""

_REMEMBERED = 2_000
_known: OrderedDict[tuple[int, str, str], Short] = OrderedDict()
_lock = Lock()


class Short(NamedTuple):
    """What a document says; `word` is empty where it says nothing of the kind."""

    word: str
    look: str
    line: int


def shorts(rows: Iterable[VersionRow]) -> Mapping[int, Short]:
    """By id of the version. One query for those that nobody has asked about before, else none."""
    wanted = [one for one in rows if one.sha256 and not one.redacted]
    with _lock:
        found = {one.id: _known[key] for one in wanted if (key := (one.id, one.sha256, one.path)) in _known}
    left = _affordable([one for one in wanted if one.id not in found])
    if left:
        texts = dict(
            ArtifactVersion.objects.filter(pk__in=[one.id for one in left]).values_list("pk", "content")
        )
        found |= {one.id: _read(one, texts[one.id]) for one in left if one.id in texts}
    return found


def _affordable(rows: Sequence[VersionRow]) -> list[VersionRow]:
    """The smallest ones, as far as they can be read for one page."""
    chosen: list[VersionRow] = []
    total = 0
    for one in sorted(rows, key=lambda row: row.size):
        total += one.size
        if total > MOST_READ:
            break
        chosen.append(one)
    return chosen


def _read(row: VersionRow, text: str) -> Short:
    short = _short(read_closure(text, path=row.path))
    with _lock:
        _known[row.id, row.sha256, row.path] = short
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return short


def _short(closure: Closure) -> Short:
    """The verdict, else the answer of a scan."""
    if verdict := closure.verdict:
        return Short(verdict.word.replace("_", " "), LOOKS[verdict.word], verdict.line)
    if trigger := closure.triggered:
        look = "triggered" if trigger.triggered else "not_triggered"
        return Short(look.replace("_", " "), look, trigger.line)
    return Short("", "", 0)
