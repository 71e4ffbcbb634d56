"""One entry of `slices` to a Slice, whatever dialect it is written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from phases.packets.artifacts import infer_artifacts, read_declared, read_paths
from phases.packets.gates import Spoken, merge, read_gates, read_suites
from phases.packets.kinds import infer_kind
from phases.packets.nodes import Mapping
from phases.packets.owners import Owners
from phases.packets.packet import Slice, SliceKind, Suite
from phases.packets.values import Values

KNOWN = frozenset(
    [
        "id",
        "title",
        "owner",
        "backup",
        "depends_on",
        "after",
        "depends_on_if_triggered",
        "conditional",
        "kind",
        "objective",
        "files",
        "touched_paths",
        "deliverables",
        "acceptance",
        "trigger_criteria",
        "failure_triggers",
        "gates",
        "requires_artifacts",
    ]
)


@dataclass(slots=True)
class Around:
    """What a slice is read against: the rest of its packet."""

    owners: Owners
    codes: dict[str, int]
    following: dict[int, str]
    phase_gates: dict[str, Spoken]
    dialect: dict[str, None] = field(default_factory=dict)


def read_slice(values: Values, node: Mapping, code: str, around: Around) -> Slice:
    """The slice as far as it can be read; what is missing or wrong is reported, not raised."""
    title = values.line(node.get("title"), "title")
    conditional = values.flag(node.get("conditional"), "conditional")
    kind, inferred = _kind(values, node, title, conditional)
    handle, role, backup, written = _people(values, node, around)
    kept: dict[str, Any] = {}
    files = _paths(values, node, "files", kept)
    touched = _paths(values, node, "touched_paths", kept)
    declared, extras = read_declared(values, node.get("requires_artifacts"))
    if extras:
        kept["requires_artifacts"] = extras
    spoken = _spoken(values, node, around)
    gates = merge(values, spoken, around.phase_gates.get(code) or Spoken(), around.codes)
    _note_gates(around, spoken, code, node)
    kept.update(_kept_gates(spoken))
    values.places.put(values.index, "title", "", node.get("title") or node)
    return Slice(
        code=code,
        title=title,
        owner=handle,
        role=role,
        backup=backup,
        backup_written=written,
        kind=kind,
        kind_inferred=inferred,
        conditional=conditional is True,
        objective=values.text(node.get("objective"), "objective"),
        depends_on=_needs(values, node, around),
        depends_on_if_triggered=values.codes(node.get("depends_on_if_triggered"), "depends_on_if_triggered"),
        files=files,
        touched_paths=touched,
        deliverables=values.texts(node.get("deliverables"), "deliverables"),
        trigger_criteria=values.texts(node.get("trigger_criteria"), "trigger_criteria"),
        failure_triggers=values.texts(node.get("failure_triggers"), "failure_triggers"),
        gates=gates,
        artifacts=tuple(declared),
        as_written={**values.unknown(node, KNOWN, "of a slice"), **kept},
        line=node.line,
    )


def with_inferred_artifacts(slices: list[Slice], dialect: dict[str, None]) -> list[Slice]:
    """The slices with the artifacts evident from their files; needs all declarations first."""
    triggered = frozenset(
        artifact.path for item in slices for artifact in item.artifacts if artifact.when == "triggered"
    )
    completed = []
    for item in slices:
        artifacts = infer_artifacts(item.artifacts, item.files, triggered, item.line)
        if len(artifacts) == len(item.artifacts):
            completed.append(item)
            continue
        dialect["documents of a runtime pass folder read as artifacts"] = None
        completed.append(item.model_copy(update={"artifacts": artifacts}))
    return completed


def _kind(values: Values, node: Mapping, title: str, conditional: bool | None) -> tuple[SliceKind, bool]:
    """Kind, and whether it is only inferred: written words and `conditional:` decide first."""
    written = values.text(node.get("kind"), "kind").lower()
    if written in SliceKind.__members__.values():
        return SliceKind(written), False
    if written:
        message = f"`kind` is `{written[:40]}`; expected one of {', '.join(SliceKind)}."
        values.error("bad_kind", message, node.get("kind"), "kind")
    if conditional:
        return SliceKind.CONDITIONAL, False
    from_title = infer_kind(title)
    if from_title is SliceKind.CONDITIONAL and conditional is False:
        return infer_kind(title, may_be_conditional=False), False
    if from_title is not SliceKind.BUILD:
        message = f"{values.slice} is taken as a {from_title} slice by its title. Write `kind:` to decide."
        values.warning("kind_inferred", message, node.get("title"), "kind")
    return from_title, True


def _people(values: Values, node: Mapping, around: Around) -> tuple[str, str, str, bool]:
    """Owner handle, role key, backup handle, and whether the slice names its backup itself."""
    written = values.line(node.get("owner"), "owner")
    handle, role = around.owners.resolve(written)
    values.places.put(values.index, "owner", "", node.get("owner") or node)
    if role:
        around.dialect["owners named by role key"] = None
    elif written and around.owners.roles and not written.startswith("@"):
        message = f"`{written[:60]}` is no role of `owners` and has no @; it is taken as a handle."
        values.warning("unknown_role", message, node.get("owner"), "owner")
    backup, _ = around.owners.resolve(values.line(node.get("backup"), "backup"))
    if backup:
        return handle, role, backup, True
    return handle, role, around.owners.backup_of(handle, role), False


def _paths(values: Values, node: Mapping, field: str, kept: dict[str, Any]) -> tuple[str, ...]:
    paths, extras = read_paths(values, node.get(field), field)
    if extras:
        kept[field] = extras
    return paths


def _needs(values: Values, node: Mapping, around: Around) -> tuple[str, ...]:
    needs = values.codes(node.get("depends_on"), "depends_on")
    after = values.codes(node.get("after"), "after")
    if "after" in node.pairs:
        around.dialect["`after` read as `depends_on`"] = None
    if "after" in node.pairs and "depends_on" in node.pairs and set(needs) != set(after):
        message = f"{values.slice} has both `depends_on` and `after`, and they differ; all of them count."
        values.warning("two_orders", message, node.key("after"), "after")
    return (*needs, *(code for code in after if code not in needs))


def _spoken(values: Values, node: Mapping, around: Around) -> Spoken:
    spoken = read_suites(values, node.get("gates"), around.following.get(values.index, ""))
    for draft in read_gates(values, node.get("acceptance"), "acceptance", Suite.ACCEPTANCE):
        spoken.places.setdefault(Suite.ACCEPTANCE, node.key("acceptance"))
        spoken.add(Suite.ACCEPTANCE, draft)
    return spoken


def _note_gates(around: Around, spoken: Spoken, code: str, node: Mapping) -> None:
    if "gates" in node.pairs:
        around.dialect["gates written in the slice"] = None
    if code in around.phase_gates:
        around.dialect["gates written in the phase-level map"] = None
    if any(draft.before for draft in spoken.suites.get(Suite.MANDATORY_BEFORE, {}).values()):
        around.dialect["`mandatory_before_...` read as a gate before that slice"] = None


def _kept_gates(spoken: Spoken) -> dict[str, Any]:
    """Unknown suites, and what the map form of a gate says besides its text, by suite and text."""
    kept: dict[str, Any] = dict(spoken.unknown)
    for suite, drafts in spoken.suites.items():
        extras = {draft.text: draft.extra for draft in drafts.values() if draft.extra}
        if extras:
            kept[suite.value] = extras
    return {"gates": kept} if kept else {}
