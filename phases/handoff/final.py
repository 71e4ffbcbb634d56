"""The final handoff: the verdict on one page, where to read on, and the whole tree behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phases.rules.wording import quoted

from . import disagreements
from . import markdown as md
from .common import FILES, TITLES, Data, head, leaf_data, missing, missing_list, opening
from .facts import Facts


def data(facts: Facts, summaries: Mapping[str, str]) -> Data:
    """What it says, for programs; `summaries` are those of the other documents, by kind."""
    return head(facts, "final_handoff") | {
        "documents": [
            {"document": kind, "name": FILES[kind].format(facts.state.code), "summary": told}
            for kind, told in summaries.items()
        ],
        "requirements": [
            {
                "key": group.key,
                "state": group.state.value,
                "title": group.title,
                "why": group.why,
                "owner": group.owner,
                "children": [leaf_data(facts, leaf) for leaf in group.leaves],
            }
            for group in facts.ready.groups
        ],
        "disorder": list(facts.ready.disorder),
        **disagreements.data(facts),
        "missing": missing(facts),
    }


def page(said: Data) -> Iterator[str]:
    """The same for people."""
    yield from opening(said, _closes(said))
    signed = said["handoff"]
    if signed and signed["note"]:
        yield f"{md.text(signed['by'])} says:"
        yield ""
        yield from md.quote(signed["note"])
    yield from md.heading(2, "What to read")
    rows = ([f"[{TITLES[one['document']]}]({one['name']}.md)", one["summary"]] for one in said["documents"])
    yield from md.table(["Document", "In a sentence"], rows)
    yield from missing_list(said)
    yield from disagreements.section(said)
    yield from md.heading(2, "Readiness by slice")
    groups = said["requirements"]
    rows = ([md.text(one["title"]), _word(one), md.code(one["owner"]), one["why"]] for one in groups)
    yield from md.table(["Part", "State", "Owner", "Requirements"], rows)
    yield from md.bullets(map(md.text, said["disorder"]))
    yield from md.heading(2, "Every requirement")
    for group in groups:
        yield from md.heading(3, md.text(group["title"]))
        leaves = ([_word(leaf), _sentence(leaf)] for leaf in group["children"])
        yield from md.table(["State", "Why"], leaves, "Nothing is asked here.")


def _closes(said: Data) -> str:
    counts = said["counts"]
    words = [
        f"{counts[name]} {name.replace('_', ' ')}" for name in ("met", "unmet", "waived", "not_applicable")
    ]
    if said["draft"]:
        return f"Requirements: {', '.join(words)}."
    frozen = "The phase is frozen as this document tells it; only an admin can reopen it, with a reason."
    return f"Requirements: {', '.join(words)}. {frozen}"


def _word(one: Data) -> str:
    word: str = one["state"].replace("_", " ")
    return word


def _sentence(leaf: Data) -> str:
    """Why, with the gate where the sentence does not name it."""
    is_gate = leaf["key"].startswith(("gate:", "exit:"))
    named = not is_gate or quoted(leaf["title"]) in leaf["why"]
    return md.text(leaf["why"]) if named else f"{md.code(leaf['title'])}: {md.text(leaf['why'])}"
