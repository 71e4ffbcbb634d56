"""What a packet defers becomes carry-forwards: seeded, archived, brought back, and never asked twice."""

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.models import Concern, Event, Initiative
from phases.packets import read_packet
from phases.packets.lint import MAX_DEFERRED
from phases.permissions import OPERATOR

from .conftest import bring
from .reviews import REVIEWED, faults, reviewed_phase, state_of

PAINT, OIL = "Paint the dome", "Oil the gears"


@pytest.fixture
def phase(db):
    return reviewed_phase()


def without(*texts):
    """Import the packet without these entries."""
    kept = "".join(f"  - {text}\n" for text in (PAINT, OIL) if text not in texts)
    head = REVIEWED[: REVIEWED.index("deferred_non_blocking")]
    return bring(head + (f"deferred_non_blocking:\n{kept}" if kept else ""))


def rows():
    return {row.text: row for row in Concern.objects.all()}


def shown(phase):
    return [one.text for one in state_of(phase).concerns]


def test_each_entry_is_a_carry_forward_of_whoever_hands_off(phase):
    seen = [(one.kind, one.text, one.state, one.owner, one.from_packet) for one in state_of(phase).concerns]
    same = ("open", "@dome", True)
    assert seen == [("carry_forward", PAINT, *same), ("carry_forward", OIL, *same)]
    assert (rows()[PAINT].raised_by, faults()) == (OPERATOR.name, [])


def test_without_a_readiness_slice_the_last_owner_answers(db):
    phase = reviewed_phase(
        packet=REVIEWED.replace("kind: readiness", "kind: docs").replace("@shape", "@last")
    )
    assert state_of(phase).concerns[0].owner == "@dome"


def test_the_last_readiness_slice_decides(db):
    more = "  - {id: F7, title: Really ready, owner: '@last', kind: readiness, depends_on: [F6]}\n"
    more += "  - {id: F8, title: Pack up, owner: '@heat', kind: build, depends_on: [F7]}\n"
    phase = reviewed_phase(packet=REVIEWED.replace("deferred_non", f"{more}deferred_non"))
    assert state_of(phase).concerns[0].owner == "@last"


def test_the_same_text_twice_changes_nothing(phase):
    head, count = Initiative.objects.get().head, Concern.objects.count()
    assert bring(REVIEWED).outcome == "unchanged"
    assert (Initiative.objects.get().head, Concern.objects.count()) == (head, count)


def test_another_change_leaves_them_alone(phase):
    before = list(Concern.objects.values_list())
    bring(REVIEWED.replace("Dome motor", "Dome engine"))
    assert list(Concern.objects.values_list()) == before


def test_what_the_packet_no_longer_names_is_archived(phase):
    without(OIL)
    assert shown(phase) == [PAINT]
    assert (rows()[OIL].archived, rows()[OIL].state) == (True, "open")
    entry = Event.objects.latest("seq")
    assert (entry.verb, entry.target) == ("archive_concern", f"concern:{rows()[OIL].pk}")
    assert faults() == []


def test_what_it_names_again_comes_back_as_it_was(phase):
    known = {text: row.pk for text, row in rows().items()}
    without(PAINT, OIL)
    assert shown(phase) == []
    bring(REVIEWED)
    assert {text: row.pk for text, row in rows().items()} == known
    assert shown(phase) == [PAINT, OIL]
    assert Event.objects.filter(verb="restore_concern").count() == 2
    assert faults() == []


def test_an_answer_stays_through_all_of_it(phase):
    answer_concern(actor=OPERATOR, concern=rows()[OIL], outcome="accepted", note="So be it.")
    without(OIL)
    bring(REVIEWED)
    assert (rows()[OIL].state, rows()[OIL].answer) == ("accepted", "So be it.")
    assert faults() == []


def test_a_new_entry_joins_the_others(phase):
    bring(REVIEWED + "  - Sweep the floor\n")
    assert shown(phase) == [PAINT, OIL, "Sweep the floor"]


def test_an_entry_written_twice_is_one(phase):
    bring(REVIEWED + f"  - {OIL}\n")
    assert shown(phase) == [PAINT, OIL]
    assert faults() == []


def test_one_raised_by_hand_in_the_same_words_is_another(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="carry_forward", text=OIL)
    without(OIL)
    assert shown(phase) == [PAINT, OIL]


def deferring(count):
    return REVIEWED + "".join(f"  - Entry {number}\n" for number in range(count - 2))


def test_there_is_a_limit(db):
    reading = read_packet(deferring(MAX_DEFERRED + 1))
    (problem,) = [one for one in reading.problems if one.level == "error"]
    assert problem.field == "deferred_non_blocking"
    assert f"{MAX_DEFERRED + 1:,} entries; at most {MAX_DEFERRED} are kept" in problem.message


def test_as_many_as_the_limit_are_taken(db):
    reviewed_phase(packet=deferring(MAX_DEFERRED))
    assert Concern.objects.count() == MAX_DEFERRED
