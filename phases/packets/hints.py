"""What a key that no rule knows was probably meant to be, and what it does not do as it stands."""

from __future__ import annotations

import difflib
from functools import lru_cache

_MEANT = {
    "requires_artifacts": "artifact artifacts required_artifacts requires_artifact require_artifacts"
    " closure_artifacts evidence documents required_documents closure_documents",
    "depends_on": "depends dependencies dependency depend_on needs blocked_by waits_for prerequisites",
    "depends_on_if_triggered": "depends_on_conditional conditional_depends_on if_triggered",
    "gates": "gate checks check tests commands suites verification",
    "phase_exit": "exit exit_gates",
    "acceptance": "acceptance_criteria criteria done_when definition_of_done acceptance_gates",
    "trigger_criteria": "trigger triggers triggered_by triggered_if condition conditions",
    "failure_triggers": "failure failures failure_criteria stop_if",
    "backup": "backup_owner backup_approver backups deputy",
    "backup_approver": "backup backup_owner backup_handle approver deputy",
    "primary_handle": "handle primary owner person",
    "decision_sla": "sla slas",
    "owners": "owner roles people backup backups",
    "owner": "owners assignee assigned_to responsible dri primary_handle",
    "title": "name label heading",
    "id": "code key slice slice_id",
    "kind": "type slice_type",
    "objective": "description goal summary purpose",
    "files": "file paths path documents_touched",
    "touched_paths": "touches touched paths_touched",
    "deliverables": "deliverable outputs output results",
    "as_landed_through": "landed_through landed as_landed",
    "deferred_non_blocking": "deferred carry_forward carry_forwards carried non_blocking watchpoints",
    "invariants": "invariant rules constraints",
    "entrypoint": "entry_point entry",
    "initiative": "project program programme",
    "phase": "phase_id phase_code",
    "when": "if condition on",
    "command": "cmd run shell",
    "attest": "attestation manual attested",
}
_LIKELY = {
    word: [meant for meant, words in _MEANT.items() if word in words.split()]
    for word in {word for words in _MEANT.values() for word in words.split()}
}
_UNDONE = {
    "requires_artifacts": "No document is required by this key.",
    "depends_on": "Nothing waits because of this key.",
    "depends_on_if_triggered": "Nothing waits because of this key.",
    "gates": "No gate is required by this key.",
    "acceptance": "Nothing is required by this key.",
    "backup": "Nobody becomes backup by this key.",
    "backup_approver": "Nobody becomes backup by this key.",
}
_NEAR = 0.78
"""How alike two words must be: `dependson` is meant, `status` is a word of its own."""


@lru_cache(maxsize=1024)
def hint(key: str, known: frozenset[str]) -> str:
    """A question and what follows, as one text; empty where no known key is like this one."""
    word = key.strip().lower().replace("-", "_").replace(" ", "_")[:64]
    likely = [meant for meant in _LIKELY.get(word, ()) if meant in known]
    near = likely or difflib.get_close_matches(word, sorted(known), 1, _NEAR)
    if not near:
        return ""
    return f"Did you mean `{near[0]}`? {_UNDONE.get(near[0], 'This key has no effect.')}"
