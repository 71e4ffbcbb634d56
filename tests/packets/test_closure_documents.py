"""A dozen closure documents as a team might write them, each read as a whole."""

import pytest

from phases.packets.closure import Closure, read_closure

REVIEW = """# K5 Independent Review Disposition

## Scope
Slices K1 to K4, at `9f31c02`. Record `approve`, `approve_with_changes` or `not_ready`.

## Round 1 findings
1. `HIGH-01` (sluice opens twice): open
2. `MED-01` (gauge drifts at `gauge/read.ts:40`): fixed in `1c0ffee1`

## Round 1 disposition
`not_ready`

## Round 2 findings
1. `HIGH-01`: fixed in `2c0ffee2`
- blocking/high: none

## Final Disposition
`approve`

## Gates run
- `make harbour:quick` -> pass
- `make harbour:full` -> pass
"""
STRUCTURAL = """# K5A structural pass

Posture
=======

- outcome: `approve_with_changes`
- status: `closed`

### [LOW] names differ between piers
**resolved**

## Actions taken
1. High water marks moved
2. Low walls joined
"""
DEFERRED = """state: deferred

# K4 decision closure

## Criteria
- triggered: yes when two tides fail

## Decisions
- D-021: locked (triggered)
- D-022: open

## Watchpoints
- If the gauge is triggered twice, reopen K4.
"""
TRIGGERED = """# Trigger evidence for K4

- triggered: yes
- decision: `triggered`

The second tide failed, see `pass-02/K4_TIDES.md`.
"""
MANIFEST = """# Cleanup manifest

| Path | Action |
|---|---|
| `old/` | deleted |

1. `docs/HARBOUR.md` kept
2. [Notes](notes/TIDES.md) moved

All links were checked.
"""
REPORT = """# Phase K execution report

## Slices
- K1: complete (`approve`)
- K4: closed (`deferred`)

## Branches and pull requests
- K1: `crew/k1-sluice` -> PR #41
- K2: `crew/k2-gauge` (this branch), PR pending

## Verification
1. `make harbour:quick`
2. `make harbour:exit`

All passed.
"""
READINESS = """# K7: Phase L Readiness

## Posture

`ready`

## Kickoff Blockers
None.

## Owners
| Concern | Owner | Priority | Notes |
|---|---|---|---|
| Tides | `@sea-watch` | P1 | daily |

## Watchpoints
- K4 becomes `triggered` when the gauge drifts.
"""
NOT_READY = """## Readiness Decision
**NO-GO**

## Blocking Items
1. The sluice has no key
   - owner: `@harbour`
2. The bell is silent
"""
HANDOFF = """# Final handoff of phase K

The handoff posture is `ready` with no blocking items.
The gauge lock was not triggered in Phase K.

## Accountability
1. `@harbour`: sluice and bell
2. `@sea-watch` \u2014 tides
3. Night crew: lamps
"""
PROSE = """The crew met at noon. Everybody could approve if the key turns up; a disposition is
expected tomorrow. Triggered alarms were logged.
"""
TEMPLATE = """# Review template

## Disposition
<!-- one of the three -->
`approve | approve_with_changes | not_ready`

## Findings
### [BLOCKING]
### [HIGH]
1. <text>
"""
CRLF = REVIEW.replace("\n", "\r\n")

FACTS = {
    "REVIEW": (REVIEW, "K5_REVIEW_DISPOSITION.md", "approve"),
    "STRUCTURAL": (STRUCTURAL, "K5A_STRUCTURAL_DISPOSITION.md", "approve_with_changes"),
    "DEFERRED": (DEFERRED, "K4_DISPOSITION.md", "deferred"),
    "TRIGGERED": (TRIGGERED, "K4_TRIGGER_EVIDENCE.md", "triggered"),
    "MANIFEST": (MANIFEST, "K6_CLEANUP_MANIFEST.md", ""),
    "REPORT": (REPORT, "PHASE_K_EXECUTION_REPORT.md", ""),
    "READINESS": (READINESS, "K7_PHASE_L_READINESS.md", "ready"),
    "NOT_READY": (NOT_READY, "K7_PHASE_L_READINESS.md", "not_ready"),
    "HANDOFF": (HANDOFF, "FINAL_PHASE_K_HANDOFF.md", "ready"),
    "PROSE": (PROSE, "NOTES.md", ""),
    "TEMPLATE": (TEMPLATE, "K5_REVIEW_DISPOSITION.md", ""),
    "CRLF": (CRLF, "K5_REVIEW_DISPOSITION.md", "approve"),
}


@pytest.mark.parametrize("name", FACTS)
def test_its_verdict(name):
    text, path, expected = FACTS[name]
    found = read_closure(text, path=path).verdict
    assert (found.word if found else "") == expected


def test_a_review():
    closure = read_closure(REVIEW, path="K5_REVIEW_DISPOSITION.md")
    assert [(one.word, one.line, one.is_past) for one in closure.verdicts] == [
        ("not_ready", 11, True),
        ("approve", 18, False),
    ]
    assert [(one.label, one.title, one.state, one.revision) for one in closure.findings] == [
        ("HIGH-01", "sluice opens twice", "fixed", "2c0ffee2"),
        ("MED-01", "gauge drifts", "fixed", "1c0ffee1"),
    ]
    assert [one.outcome for one in closure.gates] == ["pass", "pass"]


def test_a_structural_pass():
    closure = read_closure(STRUCTURAL)
    assert closure.verdict.is_closed
    assert [(one.severity, one.title, one.state) for one in closure.findings] == [
        ("low", "names differ between piers", "fixed")
    ]


def test_decisions_with_and_without_trigger():
    closure = read_closure(DEFERRED)
    assert [(one.code, one.status) for one in closure.decisions] == [("D-021", "locked"), ("D-022", "open")]
    assert closure.triggered is None
    assert read_closure(TRIGGERED).triggered.triggered


def test_a_manifest_names_documents():
    assert [one.path for one in read_closure(MANIFEST).references] == [
        "old/",
        "docs/HARBOUR.md",
        "notes/TIDES.md",
    ]


def test_a_report():
    closure = read_closure(REPORT, path="PHASE_K_EXECUTION_REPORT.md")
    assert [(one.about, one.word) for one in closure.verdicts] == [("K1", "approve"), ("K4", "deferred")]
    assert [(one.slice, one.pull_request) for one in closure.links] == [("K1", "#41"), ("K2", "")]
    assert [one.outcome for one in closure.gates] == ["pass", "pass"]


def test_readiness_and_what_blocks_it():
    ready, blocked = read_closure(READINESS), read_closure(NOT_READY)
    assert (ready.says_no_blockers.line, ready.blockers) == (8, ())
    assert [(one.handle, one.duty, one.priority) for one in ready.owners] == [("@sea-watch", "Tides", "P1")]
    assert [one.text for one in blocked.blockers] == ["The sluice has no key", "The bell is silent"]
    assert blocked.says_no_blockers is None


def test_a_handoff():
    closure = read_closure(HANDOFF)
    assert closure.says_no_blockers.line == 3
    assert [(one.handle, one.role) for one in closure.owners] == [
        ("@harbour", ""),
        ("@sea-watch", ""),
        ("", "Night crew"),
    ]


def test_line_ends_change_nothing():
    assert read_closure(CRLF) == read_closure(REVIEW)


def test_prose_and_templates_say_nothing():
    assert read_closure(PROSE) == Closure()
    assert read_closure(TEMPLATE).findings == ()
