"""The reviewers' queue: what is ready, what waits for another round, for fixes, or for its start."""

import pytest

from phases.actions.findings import fix_finding
from phases.models import Finding, Phase
from phases.permissions import OPERATOR
from phases.views.reviews import FEW
from tests import factories


@pytest.fixture
def reviewed(phase: Phase) -> Phase:
    """C9 is a review in progress, downstream of C0 to C2, all landed; C0 declares a file."""
    phase.slices.update(status="landed")
    phase.slices.filter(code="C0").update(files=["quay/**"])
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@review")
    factories.make_need(phase, "C9", "C2")
    return phase


@pytest.fixture
def section(client, reviewer):
    """A function that answers one card of the queue as the reviewer sees it; empty if it is not there."""

    def text(name: str, user=reviewer) -> str:
        client.force_login(user)
        _, _, found = str(client.get("/reviews/").content, "utf-8").partition(f'id="{name}"')
        return found.partition("</section>")[0]

    return text


def test_review_without_a_round_is_ready(section, reviewed):
    card = section("first")
    assert ">Round 1</a>" in card
    assert "/initiatives/harbour/phases/C/slices/C9/disposition/" in card
    for code in ("C0", "C1", "C2"):
        assert f"/slices/{code}/" in card


def test_open_findings_wait_for_their_owners(section, reviewed, reviewer):
    findings = [("high", "A leak", "C0"), ("high", "A hole", "C1"), ("low", "A word", "")]
    factories.make_round(reviewed, "C9", reviewer, findings=findings)
    card = section("fixes")
    assert "3 findings to fix: it is the turn of @crew, @review." in card
    assert '<b class="fail">high</b> 2 open' in card
    assert not section("first")


def test_fixed_findings_wait_for_another_round(section, reviewed, reviewer):
    factories.make_round(reviewed, "C9", reviewer, findings=[("medium", "A leak", "C0")])
    fix_finding(actor=OPERATOR, finding=Finding.objects.get(), note="Sealed.")
    card = section("again")
    assert ">Round 2</a>" in card
    assert "1 fix waits for a round of C9 that confirms it" in card
    assert "1 fixed" in card


def test_stale_approval_waits_for_another_round_with_the_reason(section, reviewed, reviewer):
    factories.make_gate(reviewed, "C0")
    factories.make_round(reviewed, "C9", reviewer, "approve", revision="a" * 40)
    assert not section("again")
    factories.make_run(reviewed, "C0", revision="b" * 40, changed_files=["quay/wall.py"])
    assert (
        "bbbbbbb has touched quay/wall.py since a round looked at C0: a new round has to cover it."
        in section("again")
    )


def test_landed_review_that_a_structural_round_will_cover_is_no_task(section, reviewed, reviewer):
    factories.make_gate(reviewed, "C0")
    factories.make_round(reviewed, "C9", reviewer, "approve", revision="a" * 40)
    reviewed.slices.filter(code="C9").update(status="landed")
    factories.make_slice(reviewed, "C9A", kind="structural", owner="@shape")
    factories.make_need(reviewed, "C9A", "C9")
    factories.make_run(reviewed, "C0", revision="b" * 40, changed_files=["quay/wall.py"])
    assert "The structural round that is still to come covers it." in section("coming")
    assert not section("again")


def test_planned_review_says_what_it_waits_for(section, phase):
    factories.make_slice(phase, "C9", kind="structural", owner="@shape")
    factories.make_need(phase, "C9", "C2")
    assert "Waits for C2 of @crew." in section("coming")


def test_whoever_built_it_is_told_why_not(section, reviewed):
    both = factories.make_user("both", "reviewer", member_of=[factories.make_owner(reviewed.initiative)])
    card = section("first", both)
    assert "You may not record it: a member of @crew, which owns C0, C1, C2, is not independent" in card
    assert "Look at it" in card


def test_queue_of_others_comes_after_ones_own(section, reviewed, phase):
    factories.make_phase("A", needs={"A0": ()}, owner="@own")
    other = Phase.objects.get(code="A")
    factories.make_slice(other, "A9", kind="review", status="in_progress", owner="@review")
    factories.make_need(other, "A9", "A0")
    both = factories.make_user("both", "reviewer", member_of=[factories.make_owner(phase.initiative, "@own")])
    card = section("first", both)
    assert card.index("<b>C9</b>") < card.index("<b>A9</b>")


def test_viewer_may_read_the_queue(section, reviewed, viewer):
    card = section("first", viewer)
    assert "C9" in card
    assert ">Round 1</a>" not in card


def test_empty_queue_teaches(client, reviewer, phase):
    client.force_login(reviewer)
    assert "No review is open" in client.get("/reviews/").content.decode()


@pytest.fixture
def many(client, phase, reviewer):
    for number in range(30):
        factories.make_slice(phase, f"R{number:02}", kind="review", owner="@review")
    client.force_login(reviewer)


def test_a_long_list_is_cut_and_leads_to_the_rest(client, many):
    page = client.get("/reviews/").content.decode()
    assert page.count('id="review-') == FEW
    assert '<a href="?list=coming&amp;from=0">and 10 more</a>' in page


@pytest.mark.parametrize(("start", "shown"), [("0", 30), ("25", 5), ("x", 30), ("-1", 30), ("99", 0)])
def test_a_list_alone_shows_its_entries_from_one_on(client, many, start, shown):
    page = client.get(f"/reviews/?list=coming&from={start}").content.decode()
    assert page.count('id="review-') == shown
    assert "Show every list" in page


def test_a_list_of_no_name_is_left_out(client, many):
    assert client.get("/reviews/?list=<b>").content.decode().count('id="review-') == FEW
