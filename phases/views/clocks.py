"""Whose turn a disposition is and since when, with the moment at which it goes to the backup."""

from __future__ import annotations

import datetime as dt

from phases.rules.acting import Clock, acting, clock, waiting_since
from phases.rules.reviews import approval
from phases.rules.state import FindingStatus, PhaseState, SliceState, Status

from .words import counted, listed


def turn(state: PhaseState, item: SliceState) -> str:
    """Who has to do what next about the disposition of a slice, with its clock; empty if nobody has to."""
    if item.is_reviewing and item.status != Status.PLANNED and approval(state, item).verb == "fix":
        return fixes(state, item)
    since = waiting_since(state, item)
    if since is None:
        return ""
    found = clock(state, item)
    return ticking(found) if found else f"It is the turn of {item.owner}, since {moment(since)}."


def ticking(found: Clock) -> str:
    """The clock in two sentences: before the hand-over to the backup, or after it."""
    if found.is_over:
        return (
            f"{found.backup} acts for {found.owner} since {moment(found.due)}:"
            f" the {found.written} that it has were over, counted from {moment(found.since)}."
        )
    return (
        f"It is the turn of {found.owner}, since {moment(found.since)}."
        f" It has {found.written}: on {moment(found.due)} it goes to {found.backup}."
    )


def fixes(state: PhaseState, item: SliceState) -> str:
    """Who has open findings of a review to fix."""
    number = sum(one.state == FindingStatus.OPEN for one in item.findings)
    return f"{counted(number, 'finding')} to fix: it is the turn of {listed(_fixing(state, item))}."


def _fixing(state: PhaseState, item: SliceState) -> list[str]:
    """Owners of what the open findings are about; of the review where nobody said."""
    affected = [one.about for one in item.findings if one.state == FindingStatus.OPEN]
    owners = (state.slices[code].owner if code in state.slices else item.owner for code in affected)
    return list(dict.fromkeys(owners))


def next_step(state: PhaseState, item: SliceState) -> str:
    """The same in a few words, for a line in a table: `waiting for a round by @quay`; empty if nobody's."""
    if item.status == Status.PLANNED:
        return ""
    thing, who = _waited_for(state, item)
    return f"waiting for {thing} by {listed(who)}" if thing else ""


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


def moment(at: dt.datetime) -> str:
    """`2 Mar 10:00 UTC`; it does not change while a page stands."""
    return f"{at.astimezone(dt.UTC):%-d %b %H:%M} UTC"
