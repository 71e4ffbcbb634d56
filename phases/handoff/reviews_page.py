"""The review summary for people: rounds with their words, findings, decisions with their criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phases.rules.wording import short

from . import markdown as md
from .common import Data


def review_page(one: Data) -> Iterator[str]:
    """The rounds of a review or structural slice, and what they found."""
    heads = ["Round", "Verdict", "By", "At", "Revision", "Slices looked at", "Looked at again"]
    yield from md.table(heads, map(_round_row, one["rounds"]))
    for row in one["rounds"]:
        yield from _words(row, f"Round {row['number']}")
    heads = ["Finding", "Severity", "State", "Slice", "What", "Where", "Round", "How it was closed"]
    yield from md.table(heads, map(_finding_row, one["findings"]), "No findings.")
    details = [row for row in one["findings"] if row["detail"]]
    yield from md.bullets(f"{md.code(row['key'])}: {md.text(row['detail'])}" for row in details)


def _round_row(row: Data) -> list[str]:
    again = (
        f"{md.code(item['finding'])} {item['outcome']}"
        + (f" ({md.text(item['note'])})" if item["note"] else "")
        for item in row["rechecked"]
    )
    return [
        str(row["number"]),
        row["verdict"].replace("_", " "),
        md.text(row["by"]),
        row["at"],
        md.code(short(row["revision"])),
        md.codes(row["scope"]),
        ", ".join(again),
    ]


def _words(row: Data, name: str) -> Iterator[str]:
    """What was said with a verdict."""
    yield f"{name}, in the words of {md.text(row['by'])}:"
    yield ""
    yield from md.quote(row["summary"])
    if row["reason"]:
        yield f"The reason given: {md.text(row['reason'])}"
        yield ""
    sources = [md.link(url) for url in row["links"]]
    sources += [md.text(row["document"])] if row["document"] else []
    if sources:
        yield f"Evidence: {', '.join(sources)}"
        yield ""


def _finding_row(row: Data) -> list[str]:
    return [
        md.code(row["key"]),
        row["severity"],
        row["state"],
        md.code(row["slice"]),
        md.text(row["title"]),
        md.code(row["anchor"]),
        str(row["round"]),
        _closed(row),
    ]


def _closed(row: Data) -> str:
    if accepted := row["acceptance"]:
        why = f"{md.text(accepted['rationale'].rstrip('.'))}; target: {md.text(accepted['target'])}"
        return f"accepted by {md.text(accepted['by'])} for {md.code(accepted['owner'])}: {why}"
    if fix := row["fix"]:
        at = f" at {md.code(short(fix['revision']))}" if fix["revision"] else ""
        return f"fixed{at} by {md.text(fix['by'])}: {md.text(fix['note'])}"
    return ""


def decision_page(one: Data) -> Iterator[str]:
    """How a conditional slice was decided, by which criteria, and what is watched for."""
    for row in one["rounds"]:
        word = row["verdict"].replace("_", " ")
        yield f"Decided {word} by {md.text(row['by'])} on {row['at']}{_at(row['revision'])}."
        yield ""
        yield from _words(row, "The decision")
        yield from md.table(
            ["", "Criterion", "Triggered", "Source", "Evidence"], map(_answer, row["criteria"])
        )
        heads = ["Watchpoint", "What is watched for", "Owner", "State", "Answer"]
        yield from md.table(heads, map(_watched, row["watchpoints"]))


def _at(revision: str) -> str:
    return f" for {md.code(short(revision))}" if revision else ""


def _answer(row: Data) -> list[str]:
    triggered = {True: "yes", False: "no"}.get(row["triggered"], "unknown")
    source, evidence = row["source"] or "", row["evidence"] or ""
    return [str(row["criterion"]), md.text(row["text"] or ""), triggered, md.text(source), md.text(evidence)]


def _watched(row: Data) -> list[str]:
    return [
        md.code(row["key"]),
        md.text(row["text"]),
        md.code(row["owner"]),
        row["state"],
        md.text(row["answer"]),
    ]


def posture_page(one: Data) -> Iterator[str]:
    """What was said of the readiness of the phase."""
    for row in one["rounds"]:
        word = row["verdict"].replace("_", " ")
        yield f"{md.text(row['by'])} said {word} on {row['at']}{_at(row['revision'])}."
        yield ""
        yield from _words(row, "The posture")


def set_aside_table(rows: Iterable[Data]) -> Iterator[str]:
    """Verdicts that were retracted, or voided by a reopening."""
    cells = (
        [
            md.code(row["slice"]),
            str(row["number"]),
            row["verdict"].replace("_", " "),
            md.text(row["by"]),
            row["at"],
            f"retracted in entry {row['retracted_in']}"
            if row["retracted_in"]
            else f"voided by the reopening in entry {row['voided_in']}",
        ]
        for row in rows
    )
    yield from md.table(["Slice", "Number", "Verdict", "By", "At", "Why"], cells)
