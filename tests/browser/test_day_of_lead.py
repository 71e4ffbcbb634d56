"""A day of a lead: from the sign-in to a landed slice, and a phase that is handed off."""

import pytest
from playwright.sync_api import expect

from phases.actions.tokens import create_token
from phases.permissions import OPERATOR

from .days import (
    Machine,
    bring,
    faults,
    files_of,
    follow,
    hire,
    later,
    press,
    recorded,
    refused,
    sign_in,
    told,
    unfold,
    visit,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
C0 = "/initiatives/harbour/phases/C/slices/C0/"
READY_B = "/initiatives/harbour/phases/B/readiness/"
WORK = """\
phase: C
entrypoint: docs/harbour/PHASE_C.md
slices:
  - {id: C0, title: Survey the quay, owner: '@quay', files: [src/quay/**],
     gates: {quick: [make survey], acceptance: [quay_walked]}}
  - {id: C1, title: Move the cranes, owner: '@quay', depends_on: [C0], gates: {quick: [make cranes]}}
"""
DONE = """\
phase: B
as_landed_through: B0
slices:
  - {id: B0, title: Close the books, owner: '@quay'}
deferred_non_blocking:
  - Paint the bollards
"""
TOLD = [
    "lena start",
    "ci report",
    "ci report",
    "lena candidate",
    "leo send_back",
    "ci report",
    "lena candidate",
    "lena attest",
    "lena land",
]
"""What the ledger says of C0 in the evening."""


@pytest.fixture
def ci(db, base_url):
    """A phase at work and one that is done, two leads of both, and the machine that runs their gates."""
    bring(WORK)
    bring(DONE)
    hire("lena", "lead", member_of="@quay")
    hire("leo", "lead", member_of="@quay")
    return Machine(base_url, create_token(actor=OPERATOR, name="ci", scopes=["gates", "read"])[1])


@pytest.mark.parametrize("script", [True, False])
def test_slice_goes_from_the_inbox_to_landed(quick, ci, script):
    lena = quick(None, java_script_enabled=script)
    sign_in(lena, "lena")
    starts_from_the_inbox(lena)
    sees_the_gate_fail_and_why_it_holds_up(lena, ci, script)
    sees_it_pass_and_makes_a_candidate(lena, ci, script)
    leo = quick(None, java_script_enabled=script)
    sign_in(leo, "leo")
    meets_somebody_who_was_faster(lena, leo)
    sees_it_pass_and_makes_a_candidate(lena, ci, script, revision="c" * 40)
    attests(lena)
    lands(lena)
    reads_what_is_next(lena)
    assert recorded("C0") == TOLD
    assert faults() == []


def starts_from_the_inbox(page):
    visit(page, "Inbox")
    mine = page.get_by_role("region", name="Waits for you")
    mine.get_by_role("link", name="Survey the quay").click()
    press(page, "Start")
    told(page, "C0 is in progress now.")


def sees_the_gate_fail_and_why_it_holds_up(page, ci, script):
    assert ci.report("C", "C0", "quick", "fail", revision="a" * 40, log="The tide gauge is 3 cm off.") == 201
    later(page, script)
    gates = page.get_by_role("region", name="Gates")
    expect(gates).to_contain_text("0 of 1 passed")
    expect(gates).to_contain_text("failed")
    expect(page.get_by_role("region", name="What can be done")).to_contain_text("is not possible yet")


def sees_it_pass_and_makes_a_candidate(page, ci, script, revision="b" * 40):
    answer = ci.report("C", "C0", "quick", "pass", revision=revision, changed_files=["src/quay/gauge.py"])
    assert answer == 201
    later(page, script)
    expect(page.get_by_role("region", name="Gates")).to_contain_text("1 of 1 passed")
    press(page, "Make candidate")
    told(page, "C0 is a candidate now.")


def meets_somebody_who_was_faster(mine, theirs):
    for page in (mine, theirs):
        page.goto(C0)
        unfold(page, "Send back")
    mine.get_by_label("Why does C0 go back to work?").fill("The north end is missing.")
    theirs.get_by_label("Why does C0 go back to work?").fill("Measured at the wrong tide.")
    press(theirs, "Send back")
    told(theirs, "C0 is in progress now.")
    press(mine, "Send back")
    answer = refused(mine, "Somebody was faster with C0", "leo sent C0 back", "Measured at the wrong tide.")
    expect(answer.get_by_label("Reason or note")).to_have_value("The north end is missing.")
    answer.get_by_role("link", name="Drop mine").click()
    expect(mine.get_by_role("alert").filter(has_text="Somebody was faster")).to_have_count(0)


def attests(page):
    follow(page, "Acceptance", within=page.get_by_role("region", name="Gates"))
    unfold(page, "Attest")
    page.get_by_label("What did you look at?").fill("Walked it from end to end.")
    press(page, "Attest")
    told(page, "1 attestation recorded")


def lands(page):
    follow(page, "C0")
    press(page, "Land")
    told(page, "C0 is landed now.")


def reads_what_is_next(page):
    page.goto("/initiatives/harbour/phases/C/readiness/")
    way = page.get_by_role("region", name="Way to ready")
    expect(way.get_by_role("listitem").first).to_contain_text("C1")
    expect(page.get_by_role("list", name="Now it is the turn of")).to_contain_text("@quay (you)")


@pytest.mark.parametrize("script", [True, False])
def test_phase_is_handed_off_and_its_documents_are_taken_along(browser_as, ci, tmp_path, script):
    page = browser_as(None, java_script_enabled=script)
    sign_in(page, "lena")
    page.goto(READY_B)
    hands_off(page)
    documents = downloads_the_documents(page, tmp_path / "b.zip")
    assert len(documents) == 10
    assert "Counted twice." in documents["FINAL_PHASE_B_HANDOFF.md"]
    assert "lena handoff" in recorded()
    assert faults() == []


def hands_off(page):
    unfold(page, "Hand off phase B")
    page.get_by_label("Note", exact=True).fill("Counted twice.")
    press(page, "Hand off phase B")
    told(page, "Phase B is handed off")


def downloads_the_documents(page, place):
    with page.expect_download() as download:
        page.get_by_role("link", name="All of them as a zip").click()
    download.value.save_as(place)
    return files_of(place)
