"""A day of a reviewer: two rounds of a review with a draft between them, and a decision of their own."""

import pytest
from playwright.sync_api import expect

from phases.models import Disposition, Draft, Finding

from .days import bring, faults, follow, hire, press, recorded, sign_in, started, told, unfold, visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
SLICES = "/initiatives/harbour/phases/C/slices/"
WORK = """\
phase: C
entrypoint: docs/harbour/PHASE_C.md
as_landed_through: C0
slices:
  - {id: C0, title: Survey the quay, owner: '@quay', files: [src/quay/**]}
  - {id: C1, title: Independent review of the survey, owner: '@review', kind: review, depends_on: [C0]}
  - {id: C2, title: Heat the cabs, owner: '@heat', kind: conditional, depends_on: [C0],
     trigger_criteria: [The crew is cold, The rails are icy]}
"""


@pytest.fixture
def crew(db):
    """The review and the conditional slice are at work; rita is independent of what she reviews."""
    phase = bring(WORK)
    started(phase, "C1")
    started(phase, "C2")
    hire("rita", "reviewer", "lead", member_of="@heat")
    hire("lena", "lead", member_of="@quay @review")


@pytest.mark.parametrize("script", [True, False])
def test_review_goes_through_two_rounds_and_a_decision_is_taken(quick, crew, script):
    rita = quick(None, java_script_enabled=script)
    sign_in(rita, "rita")
    opens_a_round_from_the_queue(rita, "Ready for review", 1)
    writes_a_finding_and_is_interrupted(rita, script)
    records_that_it_is_not_ready(rita)
    lena = quick(None, java_script_enabled=script)
    sign_in(lena, "lena")
    fixes_what_was_found(lena)
    opens_a_round_from_the_queue(rita, "Waits for another round", 2)
    confirms_the_fix_and_approves(rita)
    defers(rita)
    assert recorded("C1") == ["rita dispose", "rita find", "lena fix", "rita dispose", "rita recheck"]
    assert recorded("C2") == ["rita dispose", "rita defer", "rita raise"]
    assert faults() == []


def opens_a_round_from_the_queue(page, part, number):
    visit(page, "Reviews")
    queue = page.get_by_role("region", name=part)
    expect(queue).to_contain_text("Independent review of the survey")
    follow(page, f"Round {number}", within=queue)


def writes_a_finding_and_is_interrupted(page, script):
    page.get_by_label("Severity").first.select_option("high")
    page.get_by_label("New finding 1").fill("The north end is missing")
    page.get_by_label("File and line").first.fill("src/quay/north.py:4")
    page.get_by_label("What was looked at, and what came of it?").fill("An hour on the quay.")
    if script:
        expect(page.get_by_text("Draft saved")).to_be_visible()
    else:
        press(page, "Save draft")
    page.goto(f"{SLICES}C1/disposition/")
    expect(page.get_by_label("New finding 1")).to_have_value("The north end is missing")
    expect(page.get_by_label("What was looked at")).to_have_value("An hour on the quay.")


def records_that_it_is_not_ready(page):
    page.get_by_role("radio", name="Not ready").check()
    press(page, "Record")
    told(page, "Round 1 of C1 is recorded: not ready.")
    expect(page.get_by_role("region", name="Review")).to_contain_text("The north end is missing")
    assert not Draft.objects.exists()


def fixes_what_was_found(page):
    visit(page, "Inbox")
    page.get_by_role("region", name="Waits for you").get_by_role("link", name="north end").click()
    unfold(page, "Record a fix")
    page.get_by_label("What was done about it?").fill("Measured the north end.")
    page.get_by_label("Revision of the fix").fill("b" * 40)
    press(page, "Record the fix")
    told(page, "fixed")


def confirms_the_fix_and_approves(page):
    page.get_by_role("group", name="Finding").get_by_label("Confirmed").check()
    page.get_by_label("What was looked at").fill("The north end, with the tide table.")
    page.get_by_role("radio", name="Approve", exact=False).first.check()
    press(page, "Record")
    told(page, "Round 2 of C1 is recorded: approve.")
    assert Finding.objects.get().state == "confirmed"


def defers(page):
    page.goto(f"{SLICES}C2/")
    follow(page, "Decide")
    for number in (1, 2):
        page.get_by_role("group", name=f"Criterion {number}").get_by_label("Not triggered").check()
        page.get_by_label(f"Evidence for criterion {number}").fill("Asked the crew.")
    page.get_by_label("What was looked at").fill("It is warm enough.")
    page.get_by_label("What would make you think again?").fill("It snows in May")
    page.get_by_role("radio", name="Deferred").check()
    press(page, "Record")
    told(page, "C2 is decided: deferred.")
    assert Disposition.objects.get(slice__code="C2").verdict == "deferred"
