"""What the page of a round says while it is written: its number, and whether it can approve."""

import pytest

from tests.actions.reviews import judge

from .reviews import HTMX, a_round, observatory, page, signed_in, someone, text, value

UNTICKED = "No slice is ticked as looked at, so no round can be recorded yet."


@pytest.fixture
def phase(db):
    return observatory()


@pytest.fixture
def rob(phase):
    return signed_in(someone("rob", "reviewer"))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_round_that_looked_at_nothing_cannot_approve(rob, headers):
    sent = a_round(act="auto", scope=[], verdict="approve")
    said = text(rob.post(page(verb="draft"), sent, headers=headers, follow=True))
    assert UNTICKED in said
    assert "Approve is possible" not in said


def test_one_slice_is_enough(rob):
    said = text(rob.post(page(verb="draft"), a_round(act="auto", scope=["F2"]), headers=HTMX))
    assert "Approve is possible" in said
    assert UNTICKED not in said
    assert "F1, F3 left out: F4 lands once a round has approved that too." in said


def test_crumb_and_title_follow_the_number_of_the_round(phase, rob):
    seen = value(rob.get(page()), "seen")
    judge(phase, "not_ready")
    answered = rob.post(page(verb="record"), a_round(seen=seen), headers=HTMX)
    body = answered.content.decode()
    assert answered.status_code == 409
    assert "<title>Round 2 of F4" in body
    assert '<span id="crumb" aria-current="page" hx-swap-oob="true">Round 2 of F4</span>' in body


def test_the_whole_page_has_one_crumb_and_one_title(rob):
    body = rob.get(page()).content.decode()
    assert [body.count('id="crumb"'), body.count("<title>"), body.count("hx-swap-oob")] == [1, 1, 0]
