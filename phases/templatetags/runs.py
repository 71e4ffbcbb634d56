"""Lists of runs, joined from strings as those of `parts.py` are: a suite page names a thousand of them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from phases.views.histories import RunLine
from phases.views.long_texts import long_element
from phases.views.strength import STRONGEST
from phases.views.times import ago_element

register = Library()


@register.simple_tag
def run_lines(runs: Iterable[RunLine]) -> SafeString:
    """Items of a list of runs."""
    return mark_safe("".join(_run(run) for run in runs))  # noqa: S308  (every text in it went through escape)


@register.simple_tag
def strength(level: int) -> SafeString:
    """How strong evidence is, as bars; words stand beside them."""
    return mark_safe(_strength(level))  # noqa: S308  (a number and nothing else)


def _strength(level: int) -> str:
    return (
        f'<span class="strength s{level}" title="strength {level} of {STRONGEST}" aria-hidden="true"></span>'
    )


def _run(run: RunLine) -> str:
    word = "passed" if run.passed else "failed"
    outcome = f'<a class="outcome {"pass" if run.passed else "fail"}" href="{escape(run.url)}">{word}</a>'
    revision = (
        f'<code class="revision" title="{escape(run.revision)}">{escape(run.short)}</code>'
        if run.revision
        else '<span class="revision quiet">no revision</span>'
    )
    late = ' <span class="tag warn">late</span>' if run.late else ""
    facts = [run.duration]
    if run.log:
        facts.append(f'<a href="{escape(run.url)}#log">log {escape(run.log)}</a>')
    if run.link:
        facts.append(f'<a href="{escape(run.link)}" rel="noopener noreferrer">link</a>')
    told = f'{_strength(run.level)}<b>{escape(run.by)}</b> <span class="quiet">{escape(run.told)}</span>'
    more = long_element(run.note, "said") if run.note else ""
    if run.retracted:
        more += f'<p class="said fail">{escape(run.retracted)}</p>'
    return (
        f"<li{' class=retracted' if run.retracted else ''}>{outcome}"
        f"<span>{revision}{late}</span><span>{told}</span>"
        f'<span class="facts-of">{" · ".join(fact for fact in facts if fact)}</span>'
        f"{ago_element(run.at)}{more}</li>"
    )
