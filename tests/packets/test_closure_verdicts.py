"""Verdicts in every form that teams use, and the words of verdicts that are none."""

import pytest

from phases.packets.closure import Closure, read_closure


def word(text: str, path: str = "") -> str:
    found = read_closure(text, path=path).verdict
    return found.word if found else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Posture\n`ready`\n", "ready"),
        ("## Posture\n\n`not_ready`\n", "not_ready"),
        ("## Final H4 Decision\n- `deferred`\n", "deferred"),
        ("## Closing\n### Final Disposition\n**approve**\n", "approve"),
        ("## Disposition\napprove\n", "approve"),
        ("## Disposition\n`ready`\n", "ready"),
        ("## Handoff Status\n_ready_\n", "ready"),
        ("state: deferred\n", "deferred"),
        ("# H4\n\nstate: triggered\n", "triggered"),
        ("---\ndisposition: approve\n---\n# H5\n", "approve"),
        ("- outcome: `approve`\n", "approve"),
        ("- **Disposition:** `not_ready`\n", "not_ready"),
        ("**Final disposition**: **approve**\n", "approve"),
        ("- decision: `approve_with_changes`\n", "approve_with_changes"),
        ("Disposition:\n- `Approved with changes`\n", "approve_with_changes"),
        ("**Verdict**\n\n`approve`\n", "approve"),
        ("## 3. Verdict: approve\n", "approve"),
        ("## Disposition\n\u2705 `approve` \u2014 the pumps hold.\n", "approve"),
        ("## Disposition\n- [x] `approve`\n- [ ] `not_ready`\n", "approve"),
        ("## Disposition\n~~`not_ready`~~ `approve`\n", "approve"),
        ("| Field | Value |\n|---|---|\n| Disposition | `approve` |\n", "approve"),
        ("The kickoff posture is `ready` with no blockers left.\n", "ready"),
        ("After the tide, kickoff posture is\n`ready` for all three piers.\n", "ready"),
        ("- K7: complete (`approve`)\n", "approve"),
        ("The lock gate was not triggered in Phase K.\n", "deferred"),
        ("## Decision\nNot triggered in Phase K.\n", "deferred"),
        ("## Decisions\n- D-021: open, not triggered in Phase K.\n", "deferred"),
        ("## Readiness Decision\n**GO**\n", "ready"),
        ("## Posture\n**PASS**\n", "ready"),
        ("## Verdict\n**PASS**\n", "approve"),
        ("## Go/no-go\n**NO-GO**\n", "not_ready"),
        ("Posture: ready with watchpoints\n\n- The tide\n", "ready"),
        ("Posture: ready with two carry-forwards and no blockers\n", "ready"),
        ("disposition: approve with watchpoints\n", "approve"),
    ],
)
def test_forms_of_teams(text, expected):
    assert word(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "## Disposition\n`approve` | `approve_with_changes` | `not_ready`\n",
        "## Disposition\n- `approve`\n- `approve_with_changes`\n- `not_ready`\n",
        "## Disposition\n- `approve` \u2014 nothing is open\n- `not_ready` \u2014 all else\n",
        "## Disposition\nAllowed words:\n- `approve`\n",
        "disposition: approve / not_ready\n",
        "disposition: <approve|not_ready>\n",
        "disposition: `approve` or `not_ready`\n",
        "## Disposition\nrecord approve, approve_with_changes or not_ready\n",
        "Set `disposition: approve` when the pumps hold.\n",
        "disposition: approve_with_conditions\n",
        "disposition: approve with watchpoints and changes\n",
        "disposition: approve with carry-forward changes\n",
        "Posture: ready with watchpoints once they close\n",
        "Posture: ready after the tide\n",
        "disposition: approver\n",
        "## Disposition\nDeferred items are below.\n",
        "## Disposition\n- [ ] `approve`\n",
        "## Disposition\n`approve` if the pumps hold\n",
        "## Disposition\n`approve` (pending the pumps)\n",
        "The posture would be `ready` by noon.\n",
        "If the posture is `ready`, ring the bell.\n",
        "The disposition must be `approve`.\n",
        "If H4 was not triggered in Phase H, go on.\n",
        "## Watchpoints\n- disposition: `triggered`\n- `triggered`\n- not triggered in Phase K.\n",
        "## Trigger criteria\n- decision: `triggered`\n",
        "## Posture\n```\nready\n```\n",
        "## Posture\n\n    ready\n",
        "## Posture\n\n\tready\n",
        "## Posture\n> `ready`\n",
        "## Posture\n<!--\n`ready`\n-->\n",
        "## Posture\n<!-- `ready` -->\n",
        "## Findings\n1. `MED-01`: slow pump\n   - disposition: `deferred`\n",
        "## Findings\n### Disposition\n`deferred`\n",
        "## Status\n`ready`\n",
        "## Gates\n- Outcome: PASS\n",
        "## Verdict\n<approve>\n",
        "- D-021: locked (triggered)\n",
        "- triggered: yes\n",
        "## Verdict\ngo\n",
        "approve\n",
        "",
    ],
)
def test_words_that_are_no_verdict(text):
    assert read_closure(text).verdicts == ()


@pytest.mark.parametrize(
    "text",
    [
        "## Initial Disposition\n`not_ready`\n## Disposition after the fixes\n`approve`\n",
        "## Round 1\n- disposition: `not_ready`\n## Round 2\n- disposition: `approve`\n",
        "## Round 2\n- disposition: `approve`\n## Round 1\n- disposition: `not_ready`\n",
        "## Final Disposition\n`approve`\n## Round 1\n### Disposition\n`not_ready`\n",
        "## Disposition\n- Round 1: `not_ready`\n- Round 2: `approve`\n",
        "## Disposition\n- `not_ready` (round 1)\n- `approve` (round 2)\n",
        "## Disposition\ninitial `not_ready`, then `approve` after a fix cycle\n",
        "disposition: `not_ready` -> `approve`\n",
        "## Disposition\n`approve`\n## Superseded disposition\n`not_ready`\n",
    ],
)
def test_the_last_round_is_final(text):
    closure = read_closure(text)
    assert [each.word for each in closure.verdicts if each.is_past] == ["not_ready"]
    assert closure.verdict.word == "approve"


def test_a_document_of_only_an_initial_round_says_that():
    assert word("## Initial Disposition\n`not_ready`\n") == "not_ready"


def test_a_later_round_overrules_one_called_final():
    text = "## Round 1\n### Final Disposition\n`not_ready`\n## Round 2\n### Disposition\n`approve`\n"
    assert word(text) == "approve"


def test_approval_with_changes_may_be_closed():
    text = "- decision: `approve_with_changes`\n- status: `closed`\n"
    assert read_closure(text).verdict.is_closed
    assert not read_closure(text.replace("closed", "open")).verdict.is_closed


def test_a_verdict_in_its_place_counts_before_a_sentence():
    text = "## Posture\n`ready`\n## Notes\nThe gate was not triggered in Phase K.\n"
    assert word(text, "K7_PHASE_L_READINESS.md") == "ready"


@pytest.mark.parametrize(("path", "expected"), [("K7_READINESS.md", ""), ("K4_DISPOSITION.md", "deferred")])
def test_a_verdict_about_another_slice_does_not_count(path, expected):
    text = "## Carried\n- K4 disposition: `deferred`\n- K5 disposition: `approve`\n"
    assert word(text, path) == expected
    assert [each.about for each in read_closure(text).verdicts] == ["K4", "K5"]


def test_go_and_pass_decide_no_trigger():
    assert word("## Decision\n**GO**\n", "K4_DISPOSITION.md") == ""


def test_a_plain_status_counts_only_where_the_name_tells_the_role():
    assert word("status: approved\n", "K5_REVIEW_DISPOSITION.md") == "approve"
    assert word("status: approved\n", "NOTES.md") == ""


def test_said_heading_line_and_quote():
    found = read_closure("# K7\r\n\r\n## Posture ##\r\n\r\n  - **GO** (round 2)\r\n").verdict
    assert found is not None
    assert found[:5] == ("ready", "GO", "Posture", 5, "- **GO** (round 2)")


def test_the_quote_of_a_huge_line_is_short():
    found = read_closure("disposition: approve \u2014 " + "because " * 100_000).verdict
    assert found.word == "approve"
    assert len(found.quote) == 300


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff## Verdict\napprove\n",
        "Verdict\n-------\napprove\n",
        "Verdict\n=======\n\napprove\n",
        "##\tVerdict\t##\napprove\n",
        "## Verdict\rapprove\r",
        "## **Verdict**\napprove\n",
        "## Verdict \u2014 round\u00a02\napprove\n",
        "## Verdict\n\n- first\u2011rate work\n- disposition:\u00a0approve\n",
    ],
)
def test_headings_line_ends_and_blanks_of_all_sorts(text):
    assert word(text) == "approve"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- triggered: yes\n", True),
        ("- **triggered:** `no`\n", False),
        ("- D-021 triggered: yes\n- triggered: no\n", False),
        ("triggered: yes | no\n", None),
        ("## Watchpoints\n- triggered: yes\n", None),
        ("It is triggered: yesterday it was.\n", None),
    ],
)
def test_answers_of_trigger_scans(text, expected):
    found = read_closure(text).triggered
    assert (found and found.triggered) == expected


def test_answers_about_several_criteria_are_no_answer_of_the_scan():
    assert read_closure("- C1 triggered: yes\n- C2 triggered: no\n").triggered is None
    assert Closure().triggered is None


@pytest.mark.parametrize("path", ["K3_TRIGGER_EVIDENCE.md", "K7_CLEANUP_MANIFEST.md", "K7_READINESS.md"])
def test_an_approval_is_for_documents_of_reviews_to_say(path):
    assert word("disposition: approve\n", path) == ""
    assert word("disposition: approve\n", "K5_REVIEW_DISPOSITION.md") == "approve"
