"""After a handoff nothing of the phase changes, by whatever action: each is tried."""

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import phases.actions
from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.evidence import redact, retract
from phases.actions.findings import accept_finding, fix_finding
from phases.actions.handoffs import hand_off
from phases.actions.intake import take_packet
from phases.actions.slices import correct_kind, link_slice
from phases.actions.uploads import apply_import, stage_upload
from phases.actions.waivers import waive, withdraw_waiver
from phases.actions.watchpoints import fire_watchpoint
from phases.errors import HandedOff
from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    GateRun,
    HandoffDocument,
    Initiative,
    Phase,
    Slice,
    Waiver,
)
from phases.packets import read_packet
from phases.permissions import OPERATOR

from .conftest import bring
from .handed import handed_off, ready_phase
from .reviews import REVIEWED, faults, judge, move, reviewer, run, take_back

CHANGED = REVIEWED.replace("Dome motor", "Dome engine")
BY: dict[str, Any] = {"actor": OPERATOR}
WHY: dict[str, Any] = {"actor": OPERATOR, "reason": "Because."}
UPLOAD: dict[str, Any] = {
    **BY,
    "files": [("F.yaml", CHANGED.encode())],
    "initiative": "observatory",
    "max_bytes": 9999,
}
BROUGHT: dict[str, Any] = {
    "initiative": "observatory",
    "file_name": "F.yaml",
    "declared": True,
    "source": "api",
}


@pytest.fixture
def phase(db):
    return handed_off().phase


def first(table):
    return table.objects.order_by("pk").first()


def taken(text, *, dry_run=False):
    """An import by the API."""
    return take_packet(**BY, **BROUGHT, reading=read_packet(text, file_name="F.yaml"), dry_run=dry_run)


def said(row):
    return {"phase": row.phase, "evidence": row.key, **WHY}


WRITES = {
    "attach_artifact": lambda phase: attach_artifact(**BY, phase=phase, path="docs/HEAT.md", content="x"),
    "raise_concern": lambda phase: raise_concern(**BY, phase=phase, kind="risk", text="x"),
    "answer_concern": lambda phase: answer_concern(
        **BY, concern=Concern.objects.get(kind="risk"), outcome="resolved", note="x"
    ),
    "dispose": lambda phase: judge(phase, "approve", reviewer()),
    "retract": lambda phase: retract(**said(first(GateRun))),
    "retract_evidence": lambda phase: take_back(phase, first(ArtifactVersion)),
    "redact": lambda phase: redact(**said(first(Disposition))),
    "fix_finding": lambda phase: fix_finding(**BY, finding=first(Finding), note="x"),
    "accept_finding": lambda phase: accept_finding(
        **BY, finding=Finding.objects.get(severity="low"), owner="@dome", rationale="x", target="y"
    ),
    "hand_off": lambda phase: hand_off(**BY, phase=phase),
    "import_packet": lambda phase: bring(CHANGED),
    "take_packet": lambda phase: taken(CHANGED),
    "report_runs": lambda phase: run(phase, "quick", "make dome", code="F1"),
    "move_slice": lambda phase: move(phase, "F1", "reopen"),
    "link_slice": lambda phase: link_slice(**BY, phase=phase, code="F1", branch="other"),
    "correct_kind": lambda phase: correct_kind(**BY, phase=phase, code="F1", kind="docs", note="x"),
    "waive": lambda phase: waive(**WHY, phase=phase, key="slice:F1"),
    "withdraw_waiver": lambda phase: withdraw_waiver(**WHY, waiver=first(Waiver)),
    "fire_watchpoint": lambda phase: fire_watchpoint(**WHY, concern=Concern.objects.get(kind="watchpoint")),
}
"""Each would change something of the phase."""

ELSEWHERE = {
    *("apply_import", "reopen_phase"),  # tried below, and in test_handoffs
    *("preview_packet", "preview_file", "refresh_preview", "compare_anew", "name_initiative"),  # compare
    # What was uploaded, not what is planned:
    *("stage_upload", "stage_zip", "discard_import", "keep_history", "keep_folder", "keep_folder_history"),
    *("save_draft", "drop_draft"),  # unsent, of one person: what was written is not lost
    *("add_person", "leave_owner", "create_token", "revoke_token"),  # people and machines
    *("preview_folder", "import_folder", "record_inventory"),  # leave what is frozen as it is, and say so
    "writing",  # through which all of these go
}
"""What has an actor and changes nothing of a phase, or is tried by itself."""


def actions():
    """Every public function of the actions that is done by somebody."""
    for module in pkgutil.iter_modules(phases.actions.__path__):
        loaded = importlib.import_module(f"phases.actions.{module.name}")
        for name, found in inspect.getmembers(loaded, inspect.isfunction):
            actor = inspect.signature(found).parameters.get("actor")
            is_own = found.__module__ == loaded.__name__ and not name.startswith("_")
            if is_own and actor is not None and actor.kind == actor.KEYWORD_ONLY:
                yield name


def everything():
    tables = (Initiative, Phase, Slice, Concern, GateRun, Disposition, Finding, ArtifactVersion, Waiver)
    return repr([list(table.objects.order_by("pk").values()) for table in (*tables, Event, HandoffDocument)])


def test_every_action_is_known_here():
    assert set(actions()) - set(WRITES) - ELSEWHERE == set()


def refusal(act, phase):
    """What the action answers; empty where it does not refuse."""
    try:
        act(phase)
    except HandedOff as error:
        return str(error)
    return ""


def test_each_is_refused_and_changes_nothing(phase):
    before = everything()
    for name, act in WRITES.items():
        assert refusal(act, phase).startswith("Phase F was handed off by lena on "), name
        assert everything() == before, name
    assert faults() == []


def test_an_upload_that_waited_is_refused(db):
    phase = ready_phase()
    batch = stage_upload(**UPLOAD)
    handed_off(phase)
    before = everything()
    (answer,) = apply_import(**BY, batch=batch, file_ids=[file.pk for file in batch.files.all()]).values()
    assert isinstance(answer, HandedOff)
    assert everything() == before


def test_an_upload_is_rejected_and_says_why(phase):
    before = everything()
    assert stage_upload(**UPLOAD).files.get().outcome == "rejected"
    assert "was handed off by lena" in taken(CHANGED, dry_run=True).problems[-1].message
    assert everything() == before


def test_the_same_text_is_unchanged(phase):
    before = everything()
    assert bring(REVIEWED).outcome == taken(REVIEWED).outcome == "unchanged"
    assert everything() == before


def test_another_phase_goes_on(phase):
    assert bring(REVIEWED.replace("phase: F", "phase: G")).outcome == "created"
    assert run(Phase.objects.get(code="G"), "quick", "make dome", code="F1").outcome == "pass"
