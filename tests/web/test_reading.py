"""From a document to a disposition: the form filled in, drafts left alone, and what the pages say of it."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.models import Disposition, Draft, Finding
from phases.permissions import OPERATOR
from tests.actions.reviews import fix, hide, judge, take_back
from tests.actions.reviews import found as a_finding
from tests.factories import make_gate, make_run

from .reviewed import F, slice_url
from .reviewed import text as source
from .reviews import CREW, HTMX, observatory, page, signed_in, someone, text, ticked, value
from .test_budgets import queries

REVIEW = """\
## Findings
1. High: The dome has no brake src/dome/m.c:4
2. Low: Rust - fixed in `abc1234`

## Disposition
`approve_with_changes`
"""


@pytest.fixture
def phase(db):
    return observatory("F3", "F4", "F6")


@pytest.fixture
def rob(phase):
    return signed_in(someone("rob", "reviewer"))


@pytest.fixture
def lena(phase):
    return signed_in(someone("lena", "lead", member_of=CREW))


def put(phase, content, path="docs/F4_REVIEW_DISPOSITION.md"):
    return attach_artifact(actor=OPERATOR, phase=phase, path=path, content=content).version


def filled(row, code="F4", more=""):
    return f"{page(code)}?from={row.key}{more}"


def test_round_is_filled_in_and_not_recorded(phase, rob):
    row = put(phase, REVIEW)
    shown = rob.get(filled(row))
    assert ticked(shown, "verdict") == ["approve_with_changes"]
    assert value(shown, "summary").startswith("As written in docs/F4_REVIEW_DISPOSITION.md, version 1.")
    assert value(shown, "finding-1-title") == "The dome has no brake"
    assert value(shown, "finding-1-anchor") == "src/dome/m.c:4"
    assert value(shown, "document") == row.key
    assert "Filled in from a document" in text(shown)
    assert not Disposition.objects.exists()
    assert not Draft.objects.exists()


def test_closed_findings_are_told_and_are_no_new_ones(phase, rob):
    shown = rob.get(filled(put(phase, REVIEW)))
    assert "- low: Rust (fixed in abc1234, line 3)" in value(shown, "summary")
    assert 'name="finding-2-title"' not in shown.content.decode()


def test_finding_that_the_ledger_has_is_not_found_again(phase, rob):
    judge(phase, "not_ready", findings=(a_finding("high", "Dome has no brake", anchor="src/dome/m.c:4"),))
    assert value(rob.get(filled(put(phase, REVIEW))), "finding-1-title") == ""


def test_fix_that_the_document_confirms_is_offered_as_confirmed(phase, rob):
    judge(phase, "not_ready", findings=(a_finding("high", "The dome has no brake"),))
    finding = Finding.objects.get()
    fix(finding)
    shown = rob.get(filled(put(phase, "## Findings\n1. High: The dome has no brake - confirmed\n")))
    assert ticked(shown, f"recheck-{finding.pk}") == ["confirmed"]


def test_sending_it_records_what_it_was_read_from(phase, rob):
    row = put(phase, "## Disposition\n`not_ready`\n")
    sent = {"verdict": "not_ready", "summary": "As written.", "scope": ["F1"], "document": row.key}
    assert rob.post(page(verb="record"), sent).status_code == 302
    assert Disposition.objects.get().document == row.key
    assert f'Read from <a href="{F}artifacts/{row.pk}/">' in source(rob, slice_url("F4"))
    found = rob.get("/api/v1/initiatives/observatory/phases/F/dispositions").json()
    assert found["items"][0]["document"] == row.key


def test_refusal_and_draft_keep_the_document(phase, rob):
    row = put(phase, "## Disposition\n`approve`\n")
    refused = rob.post(page(verb="record"), {"verdict": "approve", "document": row.key}, headers=HTMX)
    assert refused.status_code == 422
    assert value(refused, "document") == row.key
    again = rob.get(page())
    assert value(again, "document") == row.key
    assert f"{F}artifacts/{row.pk}/" in again.content.decode()


def test_draft_is_never_overwritten_without_asking(phase, rob):
    row = put(phase, REVIEW)
    rob.post(page(verb="draft"), {"summary": "An hour of work"})
    shown = rob.get(filled(row))
    assert value(shown, "summary") == "An hour of work"
    assert f'href="{filled(row)}&amp;instead"' in shown.content.decode()
    instead = rob.get(filled(row, more="&instead"))
    assert value(instead, "summary").startswith("As written in")
    assert "is kept until you change something here" in text(instead)
    assert Draft.objects.get().data["summary"] == ["An hour of work"]


def test_decision_is_filled_in_with_its_criteria(phase, lena):
    phase.slices.filter(code="F3").update(trigger_criteria=["make frost fails", "The crew is cold"])
    text_ = "state: triggered\n\n## Trigger scan\n- The crew is cold\n  - triggered: yes\n"
    row = put(phase, text_, "docs/F3_DISPOSITION.md")
    shown = lena.get(filled(row, "F3"))
    assert ticked(shown, "verdict") == ["triggered"]
    assert ticked(shown, "criterion-2") == ["triggered"]
    assert value(shown, "evidence-2").startswith("docs/F3_DISPOSITION.md, version 1, line 5:")
    assert ticked(shown, "criterion-1") == [""]


def test_posture_is_filled_in(phase, lena):
    shown = lena.get(filled(put(phase, "## Posture\n`not_ready`\n", "docs/F6_READINESS.md"), "F6"))
    assert ticked(shown, "verdict") == ["not_ready"]


def test_word_that_does_not_fit_is_left_to_the_person(phase, lena):
    shown = lena.get(filled(put(phase, "## Posture\n`ready`\n", "docs/F3_DISPOSITION.md"), "F3"))
    assert ticked(shown, "verdict") == []


@pytest.mark.parametrize("key", ["version:999", "version:x", "run:1", "version:" + "9" * 30, "\0"])
def test_what_is_no_version_fills_nothing_in(rob, key):
    shown = rob.get(page(), {"from": key})
    assert shown.status_code == 200
    assert value(shown, "document") == ""


@pytest.mark.parametrize("take_away", [hide, take_back])
def test_version_that_is_gone_fills_nothing_in(phase, rob, take_away):
    row = put(phase, REVIEW)
    take_away(phase, row)
    assert value(rob.get(filled(row)), "summary") == ""


def test_who_may_not_record_sees_no_form(phase):
    row = put(phase, REVIEW)
    olaf = signed_in(someone("olaf", "reviewer", member_of=("@dome",)))
    assert '<form class="columns' not in olaf.get(filled(row)).content.decode()


@pytest.mark.parametrize(("answer", "word"), [("false", "not triggered"), ("true", "triggered")])
def test_scan_stands_beside_the_decision(phase, lena, answer, word):
    row = put(phase, f'{{\n  "note": "x",\n  "triggered": {answer}\n}}\n', "docs/F3_TRIGGER_SCAN_RESULT.json")
    for url in (slice_url("F3"), page("F3")):
        shown = lena.get(url)
        assert f"The scan of F3_TRIGGER_SCAN_RESULT.json says {word} , line 3 ." in text(shown)
        assert f"{F}artifacts/{row.pk}/?plain=&amp;line=3#L3" in shown.content.decode()


def test_scan_that_the_slice_expects_serves_whatever_its_name(phase, lena):
    phase.slices.get(code="F3").artifacts.create(path="docs/scan.json", when="always")
    put(phase, '{"triggered": true}', "docs/scan.json")
    assert "The scan of scan.json" in text(lena.get(slice_url("F3")))


def test_json_without_an_answer_hides_no_scan(phase, lena):
    put(phase, '{"triggered": true}', "docs/F3_SCAN.json")
    put(phase, '{"found": 2}', "docs/F3_EVIDENCE.json")
    assert "The scan of F3_SCAN.json" in text(lena.get(slice_url("F3")))


@pytest.mark.parametrize("path", ["docs/F33_SCAN.json", "docs/F4_SCAN.json", "docs/F3_NOTES.md", "scan.json"])
def test_scan_of_something_else_is_left_out(phase, lena, path):
    put(phase, '{"triggered": true}', path)
    assert "The scan of" not in text(lena.get(slice_url("F3")))


def test_scan_that_was_retracted_or_cannot_be_read_is_left_out(phase, lena):
    take_back(phase, put(phase, '{"triggered": true}', "docs/F3_SCAN.json"))
    put(phase, "{", "docs/F3_SCAN.json")
    assert "The scan of" not in text(lena.get(slice_url("F3")))


@pytest.mark.parametrize("drafted", [False, True])
def test_pages_make_twelve_queries_at_most(phase, drafted):
    make_gate(phase, "F3", text="make frost", suite="extra")
    make_run(phase, "F3", "make frost", "fail")
    criteria = ["make frost fails twice with one remediation between", "make frost fails"]
    phase.slices.filter(code="F3").update(trigger_criteria=criteria)
    ada = signed_in(someone("ada", "lead", "admin", member_of=(CREW[3],)))
    scan = put(phase, '{"triggered": true}', "docs/F3_SCAN.json")
    row = put(phase, REVIEW)
    judge(phase, "not_ready", findings=(a_finding("high"),), document=row.key)
    for code, version in (("F3", scan), ("F4", row), ("F6", row)):
        if drafted:
            ada.post(page(code, "draft"), {"summary": "x", "document": version.key})
        for url in (filled(version, code), filled(version, code, "&instead"), page(code), slice_url(code)):
            assert queries(ada, url) <= 12, url
