"""Concerns on the pages of slices and phases: raised, answered, fired, and those that the packet defers."""

import pytest

from phases.models import Concern, Phase, Slice

from .reviewed import F, concern_url, lena, reviewed_phase, rita, slice_url, someone, text

F1 = slice_url("F1")


@pytest.fixture
def phase(db) -> Phase:
    return reviewed_phase()


def put(client, kind: str = "risk", path: str = F1, **said: str) -> Concern:
    """Raise a concern with the form of a page."""
    sent = {"kind": kind, "text": "Ice on the rail", "priority": "", "owner": ""} | said
    assert client.post(f"{path}concerns/raise/", sent).status_code == 302
    return Concern.objects.latest("pk")


@pytest.mark.parametrize("kind", ["blocker", "carry_forward", "watchpoint", "risk"])
def test_every_kind_is_raised_on_a_slice(phase, kind):
    client = lena(phase)
    one = put(client, kind, priority="high", owner="@mirror")
    page = text(client, F1)
    assert f'id="concern-{one.pk}"' in page
    assert "Ice on the rail" in page
    assert '· <span class="can">your turn</span></p>' in page


def test_concern_of_others_names_whose_turn_it_is(phase):
    client = rita(phase)
    put(client, owner="@mirror")
    assert "· @mirror\u2019s turn</p>" in text(client, F1)


def test_blocker_blocks_its_slice(phase):
    client = lena(phase)
    put(client, "blocker")
    assert "Blocked, planned" in text(client, F1)


def test_concern_of_the_phase_stands_on_its_page(phase):
    client = rita(phase)
    one = put(client, path=F, came_from="phase")
    assert one.slice is None
    assert "Ice on the rail" in text(client, F)


def test_phase_page_names_the_slice_of_each(phase):
    client = rita(phase)
    one = put(client)
    assert f'<a class="code" href="{F1}#concern-{one.pk}">F1</a> Ice on the rail' in text(client, F)


def test_carry_forwards_of_the_packet_say_so(phase):
    page = text(rita(phase), F)
    assert "Paint the dome" in page
    assert page.count("from the packet") == 2


def test_open_blockers_come_first_and_long_lists_are_cut(phase):
    client = rita(phase)
    for n in range(8):
        put(client, path=F, text=f"Risk {n}")
    put(client, "blocker", path=F, text="No power")
    page = text(client, F)
    assert page.index("No power") < page.index("Paint the dome")
    assert '?concerns=all#concerns">and 3 more</a>' in page
    assert "Risk 7" not in page
    assert "Risk 7" in text(client, f"{F}?concerns=all")


@pytest.mark.parametrize(("outcome", "kind"), [("resolved", "blocker"), ("accepted", "risk")])
def test_answered_concern_is_folded_with_its_answer(phase, outcome, kind):
    client = lena(phase)
    one = put(client, kind)
    sent = {"outcome": outcome, "note": "It melted."}
    assert client.post(concern_url(one.pk, "answer"), sent)["Location"] == F1
    page = text(client, F1)
    assert "none open" in page
    assert "1 answered</summary>" in page
    assert f'<span class="tag">{outcome}</span> It melted.' in page


def test_blocker_is_offered_no_acceptance(phase):
    client = lena(phase)
    put(client, "blocker")
    assert 'value="accepted"' not in text(client, F1)


def test_answer_without_a_word_keeps_the_outcome(phase):
    client = lena(phase)
    answer = client.post(concern_url(put(client).pk, "answer"), {"outcome": "accepted", "note": ""})
    assert answer.status_code == 422
    assert 'name="outcome" value="accepted"' in answer.content.decode()


def test_viewer_reads_and_is_offered_nothing(phase):
    put(lena(phase))
    page = text(someone(phase, "vera"), F1)
    assert "Ice on the rail" in page
    assert "Raise a concern" not in page
    assert 'name="outcome"' not in page


def test_watchpoint_of_a_slice_that_is_not_deferred_cannot_fire(phase):
    client = lena(phase)
    one = put(client, "watchpoint")
    assert f'id="fire-{one.pk}"' not in text(client, F1)
    answer = client.post(concern_url(one.pk, "fire"), {"reason": "It did."})
    assert answer.status_code == 422
    assert "F1 is not deferred" in answer.content.decode()


def test_firing_needs_a_reason_and_says_what_it_does(phase):
    Slice.objects.filter(phase=phase, code="F3").update(status="deferred", decision="deferred")
    client = lena(phase)
    one = put(client, "watchpoint", slice_url("F3"))
    assert "F3 goes back to work, its deferral no longer counts" in text(client, slice_url("F3"))
    assert client.post(concern_url(one.pk, "fire"), {"reason": ""}).status_code == 422


def test_wrong_owner_is_said_beside_the_field(phase):
    sent = {"kind": "risk", "text": "Ice", "owner": "@nobody"}
    answer = lena(phase).post(f"{F1}concerns/raise/", sent)
    assert answer.status_code == 422
    assert "@nobody is not an owner of this initiative." in answer.content.decode()
