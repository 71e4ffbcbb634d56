"""What a handoff would carry on, what earlier ones carried, and what none takes along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phases.models import Concern, Phase
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.rules.state import ConcernState, PhaseState

from .neighbours import Done
from .words import counted


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence about some of the concerns, and their words."""

    sentence: str
    texts: Sequence[str]


def parts(phase: Phase, state: PhaseState, handoffs: Sequence[Done], target: str) -> Iterator[Part]:
    """What becomes of the open concerns; `target` is the phase that takes them, empty where none is there.

    One query where the phase was handed off before, else none. `handoffs` begin with the latest.
    """
    going = [one for one in state.concerns if one.goes_on]
    gone = _taken(phase, handoffs) if handoffs else {}
    here = [one for one in going if one.id not in gone]
    risks = [one for one in state.concerns if _stays(one)]
    if here:
        yield Part(_goes(len(here), target), [one.text for one in here])
    for where in dict.fromkeys(gone[one.id] for one in going if one.id in gone):
        those = [one.text for one in going if gone.get(one.id) == where]
        yield Part(_went(len(those), *where), those)
    if risks:
        yield Part(_stay(len(risks), state.code), [one.text for one in risks])


def _stays(one: ConcernState) -> bool:
    return one.state == ConcernOutcome.OPEN and one.kind == ConcernKind.RISK


def _taken(phase: Phase, handoffs: Sequence[Done]) -> Mapping[int, tuple[str, int]]:
    """By id of a concern the phase that has it already, and the handoff since which it does."""
    rows = Concern.objects.filter(carried_from__phase=phase)
    return {
        pk: (code, next((done.number for done in handoffs if done.at <= at), 1))
        for pk, code, at in rows.values_list("carried_from_id", "phase__code", "raised_at")
    }


def _goes(number: int, target: str) -> str:
    where = f"to phase {target}" if target else "to the next phase, once it is imported"
    goes, them = ("goes", "it") if number == 1 else ("go", "each of them")
    return f"{counted(number, 'open concern')} {goes} on {where}, which has to answer {them}."


def _went(number: int, code: str, handoff: int) -> str:
    is_one = number == 1
    return (
        f"{counted(number, 'concern')} {'is' if is_one else 'are'} already in phase {code} since handoff "
        f"{handoff}, and {'does' if is_one else 'do'} not go on again."
    )


def _stay(number: int, code: str) -> str:
    is_one = number == 1
    are, they, them = ("is", "it stays", "it") if is_one else ("are", "they stay", "them")
    it = "it goes" if is_one else "they go"
    return (
        f"{counted(number, 'open risk')} {are} not carried: {they} in phase {code}. Answer {them}, or raise "
        f"{them} again in the next phase. Answered with Carry on, {it} along."
    )
