"""The review summary: every verdict that counts, what was found, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from phases.rules.state import ConcernState, FindingState, Severity, SliceState

from . import markdown as md
from .common import Data, head, iso, opening
from .facts import Facts, Row
from .reviews_page import decision_page, posture_page, review_page, set_aside_table

Teller = Callable[[Data], Iterator[str]]

_WORST = [severity.value for severity in Severity]


def data(facts: Facts) -> Data:
    """What the summary says, for programs."""
    slices = facts.state.slices.values()
    return head(facts, "review_summary") | {
        "reviews": [_slice(facts, item) for item in slices if item.is_reviewing],
        "decisions": [_slice(facts, item) for item in slices if item.is_conditional],
        "postures": [_slice(facts, item) for item in slices if item.kind == "readiness"],
        "set_aside": [_set_aside(row) for row in facts.set_aside],
    }


def _slice(facts: Facts, item: SliceState) -> Data:
    leaf = facts.ready.leaves.get(f"disposition:{item.code}")
    ordered = sorted(item.findings, key=lambda one: (_WORST.index(one.severity), one.id))
    return {
        "code": item.code,
        "title": item.title,
        "kind": item.kind,
        "owner": item.owner,
        "state": leaf.state.value if leaf else "",
        "why": facts.ready.sentence(leaf) if leaf else "",
        "rounds": [_round(facts, row) for row in facts.dispositions.get(item.code, ())],
        "findings": [_finding(facts, one) for one in ordered],
    }


def _round(facts: Facts, row: Row) -> Data:
    watched = (one for one in facts.state.concerns if one.deferral == row["id"])
    return {
        "number": row["number"],
        "verdict": row["verdict"],
        "by": row["by"],
        "at": iso(row["at"]),
        "scope": list(row["scope"]),
        "revision": row["revision"],
        "summary": row["summary"],
        "reason": row["reason"],
        "links": list(row["links"]),
        "document": facts.version_names.get(row["document"], ""),
        "criteria": [
            {name: one.get(name) for name in ("criterion", "text", "triggered", "source", "evidence")}
            for one in row["criteria"]
        ],
        "watchpoints": list(map(_watchpoint, watched)),
        "rechecked": [
            {"finding": f"finding:{one['finding']}", "outcome": one["outcome"], "note": one["note"]}
            for one in row["rechecked"]
        ],
    }


def _watchpoint(one: ConcernState) -> Data:
    return {"key": one.key, "text": one.text, "owner": one.owner, "state": one.state, "answer": one.answer}


def _finding(facts: Facts, one: FindingState) -> Data:
    row = facts.findings.get(one.id, {})
    fix = facts.answers.get(f"{one.key}/fix") if one.state in ("fixed", "confirmed") else None
    said = facts.answers.get(f"{one.key}/accept") if one.state == "accepted" else None
    return {
        "key": one.key,
        "severity": one.severity,
        "state": one.state,
        "title": one.title,
        "detail": row.get("detail", ""),
        "anchor": one.anchor,
        "slice": one.about,
        "round": one.round,
        "by": one.by,
        "changed_at": iso(one.changed_at),
        "fix": fix and {"by": fix.by, "at": iso(fix.at), "revision": one.fix_revision, "note": fix.note},
        "acceptance": said
        and {
            "by": said.by,
            "at": iso(said.at),
            "owner": one.owner,
            "rationale": said.after.get("rationale", ""),
            "target": one.target,
        },
    }


def _set_aside(row: Row) -> Data:
    return {
        "slice": row["slice__code"],
        "kind": row["kind"],
        "number": row["number"],
        "verdict": row["verdict"],
        "by": row["by"],
        "at": iso(row["at"]),
        "retracted_in": row["retracted"],
        "voided_in": row["voided"],
    }


def summary(said: Data) -> str:
    """The summary in a sentence."""
    rounds = sum(len(one["rounds"]) for one in said["reviews"])
    judged = [f"{one['code']} {_last(one)}" for one in _all(said)]
    found = [finding for one in said["reviews"] for finding in one["findings"]]
    states = Counter(finding["state"] for finding in found)
    parts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    told = f"{md.counted(rounds, 'round')} of reviews, {md.counted(len(found), 'finding')}"
    verdicts = f" Verdicts: {md.text('; '.join(judged))}." if judged else ""
    return f"{told}{f' ({parts})' if found else ''}.{verdicts}"


def _all(said: Data) -> Iterator[Data]:
    for name in ("reviews", "decisions", "postures"):
        yield from said[name]


def _last(one: Data) -> str:
    word: str = one["rounds"][-1]["verdict"].replace("_", " ") if one["rounds"] else "not judged"
    return word


def page(said: Data) -> Iterator[str]:
    """The summary for people."""
    yield from opening(said, summary(said))
    yield from _part("Reviews", said["reviews"], "The packet names no review.", review_page)
    yield from _part("Decisions", said["decisions"], "The packet names no conditional slice.", decision_page)
    yield from _part("Postures", said["postures"], "The packet names no readiness slice.", posture_page)
    if said["set_aside"]:
        yield from md.heading(2, "Verdicts that no longer count")
        yield from set_aside_table(said["set_aside"])


def _part(title: str, slices: Iterable[Data], nothing: str, tell: Teller) -> Iterator[str]:
    yield from md.heading(2, title)
    found = list(slices)
    if not found:
        yield nothing
        yield ""
    for one in found:
        yield from md.heading(3, f"{md.code(one['code'])} {md.text(one['title'])}: {_last(one)}")
        yield md.text(one["why"]) or "Nothing is asked of it."
        yield ""
        yield from tell(one)
