"""What documents say, for lists: each version read once, and remembered as long as the process runs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

from phases.models import ArtifactVersion
from phases.packets.closure import Closure, read_closure

from .artifacts_rows import VersionRow
from .reviews_card import LOOKS

MOST_READ = 1_000_000
"""Bytes that are read for one page; what is beyond is read on the document's own page."""

_REMEMBERED = 2_000
_MOST_FACTS = 40
"""Facts of one kind that are remembered of a version; its own page reads all of them."""

_known: OrderedDict[tuple[int, str, str], Closure] = OrderedDict()
_lock = Lock()


class Short(NamedTuple):
    """What a document says; `word` is empty where it says nothing of the kind."""

    word: str
    look: str
    line: int


def closures(rows: Iterable[VersionRow]) -> Mapping[int, Closure]:
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


def _read(row: VersionRow, text: str) -> Closure:
    closure = _few(read_closure(text, path=row.path))
    with _lock:
        _known[row.id, row.sha256, row.path] = closure
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return closure


def _few(closure: Closure) -> Closure:
    """As much as can be remembered of many; of verdicts and answers the last ones count."""
    return replace(
        closure,
        verdicts=closure.verdicts[-_MOST_FACTS:],
        triggers=closure.triggers[-_MOST_FACTS:],
        findings=closure.findings[:_MOST_FACTS],
        gates=closure.gates[-_MOST_FACTS:],
        blockers=closure.blockers[:_MOST_FACTS],
        owners=(),
        links=(),
        decisions=(),
        references=(),
    )


def short(closure: Closure) -> Short:
    """The verdict, else the answer of a scan."""
    if verdict := closure.verdict:
        return Short(verdict.word.replace("_", " "), LOOKS[verdict.word], verdict.line)
    if trigger := closure.triggered:
        look = "triggered" if trigger.triggered else "not_triggered"
        return Short(look.replace("_", " "), look, trigger.line)
    return Short("", "", 0)
