"""Where a finding is: a file with its line, or a file in brackets at the end; and the title without it."""

from __future__ import annotations

import re

_NAME = r"[\w@.~+-]+(?:/[\w@.~+\[\]-]+){0,40}\.[A-Za-z]\w{0,9}"
_PLACE = re.compile(rf"(?<![\w/.@-])({_NAME}):(\d{{1,7}})(?!\w)")
_LAST = re.compile(rf"[(\[](`?)({_NAME})(`?)[)\]]\.?$")
_MARK = r"[`*_]{0,3}"


def place_in(text: str) -> str:
    """`file:line` wherever it stands, else a file in brackets that ends the text; empty without one."""
    if found := _PLACE.search(text):
        return f"{found[1]}:{found[2]}"
    start = max(text.rfind("("), text.rfind("["))
    last = _LAST.match(text.rstrip(), start) if start >= 0 else None
    # Without a folder or marks of code it may as well be a version or a word: `(v2.x)`.
    return last[2] if last and ("/" in last[2] or (last[1] and last[3])) else ""


def without_place(title: str, place: str) -> str:
    """The title without a place at its beginning or end or in brackets; within a sentence it stays."""
    if not place or place not in title:
        return title
    mine = f"{_MARK}{re.escape(place)}{_MARK}"
    left = re.sub(rf"\s?[(\[]{mine}[)\]]", "", title, count=1)
    left = re.sub(rf"^{mine}\s?(?::|[-\u2012-\u2015])\s?", "", left)
    left = re.sub(rf"(?:\s(?:in|at|of|see|[-\u2012-\u2015])|[:,])?\s{mine}\.?$", "", left)
    return left.strip(" -:,\u2013\u2014") or title
