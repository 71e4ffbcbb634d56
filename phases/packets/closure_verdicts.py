"""Verdicts and trigger answers: under headings, after keys, in brackets and in sentences.

A word counts only where the text plainly gives a verdict. Choices, instructions, watchpoints and what
could be are left.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from phases.packets import closure_labels as labels
from phases.packets.closure_facts import TriggerRead, VerdictRead
from phases.packets.closure_lines import MOST, Line, blocks, plain
from phases.packets.closure_names import SLICE
from phases.packets.closure_words import Word, is_hedged, speaks, words_of

NEAR_TOP = 20
"""Lines of a document whose plain keys speak for all of it."""

FIRST = 3
"""Lines below a heading within which a bare word is its verdict; the line that underlines it is one."""

_KEY = re.compile(
    r"([^:=|]{1,80}?)[*_`]{0,3}\s*(?::|=|->|\u2192|\s[-\u2012-\u2015\u2212]\s)[*_]{0,3}\s*(\S.*)", re.S
)
_OFFERED = re.compile(
    r"(?<!\w)(?:allowed|valid|possible|permitted|options?|choose|choices|one of|record|use|must|either"
    r"|values?|words?|exactly one|pick|select|set)(?!\w)",
    re.I,
)
_TAGGED = re.compile(
    r"\s*\((?:[^()]{0,40}?\s)?((?:round|cycle|re-?review)\s*#?\d{0,2}|initial|first|final|superseded)(?:\s[^()]{0,40})?\).*",
    re.I,
)
_BRACKET = re.compile(
    rf"[*_`]{{0,3}}({SLICE})[*_`]{{0,3}}\s*(?::|[-\u2012-\u2015])\s*[\w ,-]{{1,60}}\(([^()]{{1,60}})\)"
)
_SUBJECT = re.compile(
    r"(?<![\w-])(posture|verdict|disposition|decision|(?:hand-?off|readiness|review|kick-?off) status)"
    r"[*_`]{0,3}\s+"
    r"(?:is|was|remains?|remained|stays|stayed|stands at|stood at|became|moved to|went to)\s+"
    r"(?:(?:now|therefore|still|initially|recorded as|set to)\s+)?(?=\S)",
    re.I,
)
_NO_SUBJECT = re.compile(
    r"(?<![\w-])(?:findings?|watchpoints?|criteri(?:a|on)|gates?|risks?|items?|D-\d{1,4}|each|every|any)(?![\w-])",
    re.I,
)
_NOT_TRIGGERED = re.compile(r"(?<![\w-])(not[ -]triggered)(?=\s+in\s+phase\s+[A-Z]\b)", re.I)
_TRIGGER = re.compile(
    r"(.{0,60}?)[*_`\"]{0,4}triggered[*_`\"]{0,4}\s*[:=][*_]{0,3}\s*[*_`\"]{0,4}(yes|no|true|false)[*_`\"]{0,4}(?![\w-])(.*)",
    re.I,
)
_CLOSED = re.compile(
    r"[*_`]{0,3}(?:status|state)[*_`]{0,3}\s*:[*_]{0,3}\s*[*_`]{0,3}(?:closed|resolved|done)[*_`]{0,3}\.?(?:\s*\(.*\))?",
    re.I,
)


class _Found(NamedTuple):
    """A verdict with what decides whether it counts."""

    word: Word
    line: Line
    label: str
    is_stated: bool = True
    about: str = ""
    is_choice: bool = False
    """It is nothing but the word of a list item: beside others it is one of a choice."""


def read_verdicts(lines: Sequence[Line], role: str) -> list[VerdictRead]:
    """Every verdict of the text, in its order."""
    found: list[_Found] = []
    seen = 0
    for block in blocks(lines):
        every = (one for place in range(len(block)) for one in _of(block, place, role, seen + place))
        found += _without_choices(list(islice(every, MOST)))
        seen += len(block)
        if len(found) >= MOST:
            break
    newest = max(map(_number, found), default=0)
    return [_read(one, newest, lines) for one in found[:MOST]]


def _of(block: Sequence[Line], place: int, role: str, seen: int) -> list[_Found]:
    """The verdicts of one line; `seen` lines stand before it."""
    line = block[place]
    after = block[place + 1] if place + 1 < len(block) and block[place + 1].form == "text" else None
    if line.box == " " or not (speaks(line.text) or (after and speaks(after.text))):
        return []
    if _is_elsewhere(line):
        return list(_told_not_triggered(line)) if line.section.kind == labels.DECISIONS else []
    before = block[place - 1] if place else None
    return (
        _keyed(line, role, seen) or _alone(line, before, role) or _bracketed(line) or _told(line, after, role)
    )


def _is_elsewhere(line: Line) -> bool:
    """Whether it stands where words of verdicts are none of the document's own."""
    section = line.section
    if section.has(labels.SPOKEN):
        return True
    if section.kind in (labels.FINDINGS, labels.DECISIONS):
        return True
    parts = (labels.FINDINGS, labels.GATES, labels.DECISIONS)
    is_part = any(each.level > 1 and each.kind in parts for each in section.above)
    return is_part and not section.title.lower().startswith(("final", "overall"))


def _keyed(line: Line, role: str, seen: int) -> list[_Found]:
    """`disposition: approve`, also as a heading, as two cells of a table, and below a round."""
    text = line.text
    if line.form == "row":
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        text = f"{cells[0]}: {cells[1]}" if len(cells) == 2 else ""
    found = _KEY.match(text)
    if not found or (line.parent and line.depth and not _is_label(line.parent)):
        return []
    key = labels.unnumbered(plain(found[1]))
    if not _is_key(key, line, role, seen):
        return []
    label = f"{line.section.parts} / {line.parent} / {key}"
    words = words_of(found[2], role=role, label=f"{line.section.path} / {key}")
    if not labels.is_verdict(key) and any(not word.marked for word in words):
        words = words if key.lower() in ("state", "status") else []
    if key.lower() in ("outcome", "status", "state"):
        words = [word for word in words if not word.said.isupper() or word.said.lower() == word.word]
    return [_Found(word, line, label) for word in words]


def _is_label(text: str) -> bool:
    bare = plain(text.partition(":")[0])
    return labels.is_verdict(bare) or labels.is_round(bare)


def _is_key(key: str, line: Line, role: str, seen: int) -> bool:
    if labels.is_verdict(key) or labels.is_round(key):
        return line.section.kind not in (labels.GATES, labels.DECISIONS) or labels.is_verdict(key)
    if key.lower() not in ("state", "status") or line.parent:
        return False
    is_top = line.section.level <= 1 and seen < NEAR_TOP
    return line.section.kind == labels.VERDICT or (is_top and (key.lower() == "state" or bool(role)))


def _alone(line: Line, before: Line | None, role: str) -> list[_Found]:
    """A word that is a whole line below a heading of verdicts."""
    section = line.section
    is_round = section.kind == labels.ROUND
    if (
        line.form == "row"
        or (section.kind != labels.VERDICT and not is_round)
        or (line.parent and line.depth)
    ):
        return []
    if line.form == "heading" or (before and before.form != "heading" and _is_offer(before)):
        return []
    words = words_of(line.text, role=role, label=section.path)
    is_below = any(each.kind == labels.VERDICT for each in section.above)
    may_be_bare = not is_round and line.number - section.line <= FIRST
    if not words or any(not word.marked and not may_be_bare for word in words):
        return []
    if is_round and not is_below and any(word.tail.strip(" .") for word in words):
        return []
    return [
        _Found(word, line, section.parts, is_choice=line.form == "item" and len(words) == 1) for word in words
    ]


def _is_offer(line: Line) -> bool:
    """Whether it announces the words that may be chosen."""
    return line.text.endswith(":") and (_OFFERED.search(line.text) is not None or is_hedged(line.text))


def _bracketed(line: Line) -> list[_Found]:
    """`A7: complete (`approve`)`: of the slice that it names."""
    found = _BRACKET.match(line.text)
    if not found or is_hedged(line.text):
        return []
    words = [word for word in words_of(found[2]) if word.marked and not word.tail.strip()]
    return [_Found(word, line, line.section.parts, is_stated=False, about=found[1]) for word in words]


def _told(line: Line, after: Line | None, role: str) -> list[_Found]:
    """A sentence about a posture, verdict, disposition or decision; it may go on in the line `after`."""
    if line.form in ("heading", "row"):
        return []
    return [*_told_words(line, after, role), *_told_not_triggered(line)]


def _told_words(line: Line, after: Line | None, role: str) -> Iterator[_Found]:
    text = f"{line.text} {after.text}" if after else line.text
    for found in _SUBJECT.finditer(text):
        before = re.split(r"[.;!?]\s", text[: found.start()])[-1]
        if found.start() >= len(line.text) or is_hedged(before) or _NO_SUBJECT.search(before):
            continue
        where = after if after and found.end() > len(line.text) else line
        is_plain = found[1].lower() in ("posture", "verdict", "disposition")
        label = f"{before} {found[0]}"
        for word in words_of(text[found.end() :], role=role, label=label):
            if word.marked or (is_plain and word.word not in ("triggered", "deferred")):
                yield _Found(word, where, f"{line.section.parts} / {label}", is_stated=False)


def _told_not_triggered(line: Line) -> Iterator[_Found]:
    for found in _NOT_TRIGGERED.finditer(line.text):
        before = re.split(r"[.;!?]\s", line.text[: found.start()])[-1]
        rest = re.split(r"[.;!?]\s", line.text[found.end() :], maxsplit=1)[0]
        if not is_hedged(before + rest):
            word = Word("deferred", found[1], marked=False, tail="")
            yield _Found(word, line, f"{line.section.parts} / {before}", is_stated=False)


def _without_choices(found: list[_Found]) -> list[_Found]:
    """Without the items of one list that are different words and no rounds."""
    choices = [one for one in found if one.is_choice and not _TAGGED.fullmatch(one.word.tail)]
    if len({one.word.word for one in choices}) < 2 or any(one.line.box for one in choices):
        return found
    offered = {id(one) for one in choices}
    return [one for one in found if id(one) not in offered]


def _read(one: _Found, newest: int, lines: Sequence[Line]) -> VerdictRead:
    is_later = 0 < _number(one) < newest
    word, line = one.word, one.line
    return VerdictRead(
        word=word.word,
        said=word.said,
        heading=line.section.title,
        line=line.number,
        quote=line.quote,
        about=one.about or labels.about(one.label),
        is_stated=one.is_stated,
        is_past=word.is_past or is_later or labels.is_past(_dated(one)),
        is_closed=word.word == "approve_with_changes" and _is_closed(line, lines),
    )


def _dated(one: _Found) -> str:
    """What may tell the round: the labels, and a tag such as `(round 1)`."""
    tag = _TAGGED.fullmatch(one.word.tail)
    return f"{one.label} {tag[1]}" if tag else one.label


def _number(one: _Found) -> int:
    return labels.number_in(_dated(one))


def _is_closed(line: Line, lines: Sequence[Line]) -> bool:
    start = bisect_right(lines, line.number, key=attrgetter("number"))
    following = [each for each in lines[start : start + 4] if each.section is line.section]
    return any(_CLOSED.fullmatch(each.text) for each in following)


def read_triggers(lines: Sequence[Line]) -> Iterator[TriggerRead]:
    """Every `triggered: yes` or `no`; of a criterion where the line or the item above it names one."""
    for line in lines:
        if "riggered" not in line.text and "RIGGERED" not in line.text:
            continue
        found = _TRIGGER.fullmatch(line.text) if not line.section.has(labels.SPOKEN) else None
        if found is None or re.match(r"\s*(?:\||/|or\s)", found[3]) or is_hedged(found[1] + found[3]):
            continue
        about = plain(found[1]) or (plain(line.parent.rstrip(":")) if line.depth else "")
        yield TriggerRead(found[2].lower() in ("yes", "true"), line.number, line.quote, about[:80])
