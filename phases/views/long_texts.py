"""Long texts and long logs: the part that is read first, and the rest for a fold."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

LINES, CHARACTERS = 8, 700
"""Of a text that are shown."""

SLACK = 1.4
"""A fold has to be worth it: a text this much longer than what is shown is shown whole."""

LOG_LINES = 40
"""Of a log that are shown."""

Part = tuple[str, bool]
"""A text of a log, and whether it is the mark where its middle was cut out."""


def halves(text: str) -> tuple[str, str]:
    """What is shown and what is folded; the second is empty for a text of usual length."""
    lines = text.split("\n")
    if len(lines) > LINES * SLACK:
        return "\n".join(lines[:LINES]), "\n".join(lines[LINES:])
    if len(text) <= CHARACTERS * SLACK:
        return text, ""
    end = text.rfind(" ", CHARACTERS // 2, CHARACTERS)
    end = CHARACTERS if end < 0 else end
    return text[:end], text[end:].lstrip(" ")


def long_element(text: str, look: str = "") -> SafeString:
    """A paragraph as it was written; of a long one the beginning, with the rest in a fold."""
    shown, folded = halves(text.strip())
    style = f"as-text {look}".rstrip()
    if not folded:
        return format_html('<p class="{}">{}</p>', style, shown)
    lines = text.strip().count("\n") + 1
    said = f"Show all {lines} lines" if lines > LINES else "Show all of it"
    return format_html(
        '<div class="long-text {}"><p class="as-text">{}</p><details class="rest"><summary class="link">'
        '<span class="to-open">{}</span><span class="to-close">Show less</span></summary>'
        '<p class="as-text">{}</p></details></div>',
        look,
        shown,
        said,
        folded,
    )


def fold_log(parts: Sequence[Part], *, from_end: bool) -> tuple[Sequence[Part], Sequence[Part], int]:
    """What of a log is shown, what is folded, and how many lines that are.

    Of a failed run the end says why: `from_end` shows that, with all before it folded.
    """
    place = -1 if from_end else 0
    lines = parts[place][0].split("\n")
    total = sum(text.count("\n") + 1 for text, _ in parts)
    if total <= LOG_LINES * SLACK:
        return parts, (), 0
    if from_end:
        kept, rest = lines[-LOG_LINES:], lines[:-LOG_LINES]
        folded = [*parts[:-1], *_as_part(rest)]
    else:
        kept, rest = lines[:LOG_LINES], lines[LOG_LINES:]
        folded = [*_as_part(rest), *parts[1:]]
    return [("\n".join(kept), False)], folded, total - len(kept)


def _as_part(lines: Sequence[str]) -> list[Part]:
    return [("\n".join(lines), False)] if lines else []


def log_element(parts: Sequence[Part]) -> SafeString:
    """A log, with the mark where its middle was cut out."""
    marked = [(escape(text), is_cut) for text, is_cut in parts]
    inner = "".join(f'<mark class="cut">{text}</mark>' if is_cut else text for text, is_cut in marked)
    return mark_safe(f'<pre class="log">{inner}</pre>')  # noqa: S308  (every text is escaped)
