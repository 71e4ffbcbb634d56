"""Whose turn a disposition is and since when, with the moment at which it goes to the backup."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.html import format_html
from django.utils.safestring import SafeString

from phases.rules.acting import Clock, acting, clock, waiting_since
from phases.rules.reviews import approval
from phases.rules.state import FindingStatus, PhaseState, SliceState, Status

from .times import due_element, exact_element, since_element
from .words import counted, listed


def turn(state: PhaseState, item: SliceState, mine: Collection[str] = ()) -> str:
    """Who has to do what next about the disposition of a slice, with its clock; empty if nobody has to.

    Handles in `mine` are the viewer's own.
    """
    if item.is_reviewing and item.status != Status.PLANNED and approval(state, item).verb == "fix":
        return fixes(state, item, mine)
    since = waiting_since(state, item)
    if since is None:
        return ""
    found = clock(state, item)
    return ticking(found, mine) if found else _waiting(item.owner, since, mine)


def _waiting(owner: str, since: dt.datetime, mine: Collection[str]) -> SafeString:
    whose = "your turn" if owner in mine else f"the turn of {owner}"
    return format_html("It has been {} {}.", whose, since_element(since))


def ticking(found: Clock, mine: Collection[str] = ()) -> SafeString:
    """The clock in two sentences: before the hand-over to the backup, or after it.

    Handles in `mine` are the viewer's own.
    """
    if found.is_over:
        acts = "You act" if found.backup in mine else f"{found.backup} acts"
        return format_html(
            "{} for {}, {}: it had {} from {}.",
            acts,
            found.owner,
            due_element(found.due, is_over=True),
            found.written,
            exact_element(found.since),
        )
    return format_html(
        "{} {} {}: {} it goes to {}.",
        _waiting(found.owner, found.since, mine),
        "You have" if found.owner in mine else "It has",
        found.written,
        due_element(found.due, is_over=False),
        "you" if found.backup in mine else found.backup,
    )


def fixes(state: PhaseState, item: SliceState, mine: Collection[str] = ()) -> str:
    """Who has open findings of a review to fix."""
    who = _fixing(state, item)
    whose = "your turn" if who and set(who) <= set(mine) else f"the turn of {listed(who)}"
    number = sum(one.state == FindingStatus.OPEN for one in item.findings)
    return f"{counted(number, 'finding')} to fix: it is {whose}."


def _fixing(state: PhaseState, item: SliceState) -> list[str]:
    """Owners of what the open findings are about; of the review where nobody said."""
    affected = [one.about for one in item.findings if one.state == FindingStatus.OPEN]
    owners = (state.slices[code].owner if code in state.slices else item.owner for code in affected)
    return list(dict.fromkeys(owners))


def next_step(state: PhaseState, item: SliceState, mine: Collection[str] = ()) -> str:
    """The same in a few words, for a line in a table: `waiting for a round by @quay`; empty if nobody's.

    Handles in `mine` are the viewer's own.
    """
    if item.status == Status.PLANNED:
        return ""
    thing, who = _waited_for(state, item)
    names = ["you", *(one for one in who if one not in mine)] if set(who) & set(mine) else who
    return f"waiting for {thing} by {listed(names)}" if thing else ""


def _waited_for(state: PhaseState, item: SliceState) -> tuple[str, list[str]]:
    if item.is_reviewing:
        verb = approval(state, item).verb
        if verb == "fix":
            return "a fix", _fixing(state, item)
        thing = {"confirm": "a round", "review": "a round"}.get(verb, "")
    elif waiting_since(state, item):
        thing = "the posture" if item.kind == "readiness" else "a decision"
    else:
        thing = ""
    return thing, [acting(state, item)]
