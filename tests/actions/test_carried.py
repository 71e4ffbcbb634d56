"""What a handoff carries on: to which phase, when, once, and where its words go when they are taken away."""

import json

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.handoffs import reopen_phase
from phases.actions.texts import REDACTED
from phases.errors import Refused
from phases.lookups import current
from phases.models import Concern, Disposition, Event, HandoffDocument, Phase
from phases.permissions import OPERATOR
from phases.rules.readiness import readiness

from .conftest import bring
from .handed import LATER, concerns, handed_off, later, ready_phase
from .reviews import faults, hide, move, reviewed_phase, state_of

PAINT, OIL = "Paint the dome", "Oil the gears"
SECRET = "It snows in May"


@pytest.fixture
def phase(db):
    return ready_phase()


def answer(concern, outcome="resolved"):
    return answer_concern(actor=OPERATOR, concern=concern, outcome=outcome, note="So it is.")


def of(phase, text):
    return Concern.objects.get(phase=phase, text=text)


def texts(phase):
    return [text for text, _, _ in concerns(phase)]


def open_keys(phase):
    """The concerns that its readiness waits for."""
    return [leaf.key for leaf in readiness(state_of(phase)).unmet if leaf.verb == "answer"]


def done(phase, code):
    """Land the one slice of a phase."""
    for verb in ("start", "candidate", "land"):
        move(phase, code, verb)


def test_open_carry_forwards_and_watchpoints_go_to_the_next_phase(phase):
    after = later("G")
    handed_off(phase)
    carried = [text for text, state, _ in concerns(phase) if state == "carried"]
    assert carried == texts(after) == [PAINT, OIL, SECRET, carried[-1]]
    origin = of(phase, OIL)
    copy = of(after, OIL)
    assert (copy.carried_from_id, copy.kind, copy.owner.handle) == (origin.pk, "carry_forward", "@dome")
    assert origin.answer == "Carried on by the handoff of F."
    assert faults() == []


def test_risks_and_what_was_answered_stay(phase):
    answer(of(phase, OIL), "accepted")
    after = later("G")
    handed_off(phase)
    assert "The wind | may turn" not in texts(after)
    assert OIL not in texts(after)
    assert (of(phase, OIL).state, of(phase, "The wind | may turn").state) == ("accepted", "open")


def test_what_was_left_to_the_next_phase_goes_too(phase):
    risk = of(phase, "The wind | may turn")
    answer(risk, "carried")
    after = later("G")
    handed_off(phase)
    assert of(after, risk.text).carried_from_id == risk.pk


def test_the_next_by_natural_order_gets_them(phase):
    codes = ("E", "F10", "G", "F9")
    rows = {code: later(code) for code in codes}
    handed_off(phase)
    assert {code: len(texts(row)) for code, row in rows.items()} == {"E": 0, "F10": 0, "G": 0, "F9": 4}


def test_a_phase_that_is_handed_off_is_passed_over(phase):
    first, second = later("G"), later("H")
    done(first, "G1")
    handed_off(first, OPERATOR)
    handed_off(phase)
    assert (texts(first), len(texts(second))) == ([], 4)


def test_without_a_next_phase_they_wait_for_its_import(phase):
    handed_off(phase)
    assert Concern.objects.exclude(carried_from=None).count() == 0
    earlier = later("E")
    assert texts(earlier) == []
    after = later("G")
    assert len(texts(after)) == 4
    assert Event.objects.filter(verb="raise", phase="G").count() == 4
    assert faults() == []


def test_they_go_once(phase):
    after = later("G")
    handed_off(phase)
    later("H")
    reopen_phase(actor=OPERATOR, phase=phase, reason="Again")
    raise_concern(actor=OPERATOR, phase=phase, kind="carry_forward", text="One more")
    handed_off(phase)
    assert len(texts(after)) == 5
    assert texts(after)[-1] == "One more"
    assert faults() == []


def test_each_has_to_be_answered_there(phase):
    after = later("G")
    handed_off(phase)
    done(after, "G1")
    assert len(open_keys(after)) == 4
    with pytest.raises(Refused) as caught:
        handed_off(after, OPERATOR)
    assert [leaf.key for leaf in caught.value.unmet] == open_keys(after)
    for row in Concern.objects.filter(phase=after):
        answer(row)
    assert handed_off(after, OPERATOR).number == 1


def test_they_can_be_carried_again(phase):
    after, last = later("G"), later("H")
    handed_off(phase)
    done(after, "G1")
    for row in Concern.objects.filter(phase=after):
        answer(row, "carried" if row.text == OIL else "resolved")
    handed_off(after, OPERATOR)
    assert concerns(last) == [(OIL, "open", f"concern:{of(after, OIL).pk}")]
    assert state_of(last).concerns[0].carried_from == "G"
    assert faults() == []


@pytest.fixture
def twice(phase):
    """Phases F and G, both handed off, and H to which G carried the watchpoint on."""
    after, last = later("G"), later("H")
    handed_off(phase)
    done(after, "G1")
    for row in Concern.objects.filter(phase=after):
        answer(row, "carried")
    handed_off(after, OPERATOR)
    return phase, after, last


def everywhere():
    """What tables say, the stored documents too."""
    tables = (Event, Concern, Disposition, HandoffDocument)
    return repr([list(table.objects.values_list()) for table in tables])


def test_words_go_from_every_phase_that_they_were_carried_to(twice):
    phase, _, _ = twice
    reopen_phase(actor=OPERATOR, phase=phase, reason="A secret")
    hide(current(phase), Disposition.objects.get(verdict="deferred"))
    assert SECRET not in everywhere()
    assert Concern.objects.filter(text=REDACTED).count() == 3
    assert faults() == []


def test_words_go_from_every_phase_that_they_came_from(twice):
    _, _, last = twice
    entry = Event.objects.get(verb="raise", phase="H", after__text=SECRET)
    hide(current(last), f"event:{entry.seq}")
    assert SECRET not in everywhere()
    assert Disposition.objects.get(verdict="deferred").redacted
    assert faults() == []


def test_the_words_of_other_concerns_stay(twice):
    _, _, last = twice
    entry = Event.objects.get(verb="raise", phase="H", after__text=SECRET)
    hide(current(last), f"event:{entry.seq}")
    assert texts(last)[:2] == [PAINT, OIL]


def test_the_packets_own_words_stay_where_the_packet_is(twice):
    phase, _, last = twice
    entry = Event.objects.get(verb="raise", phase="H", after__text=OIL)
    hide(current(last), f"event:{entry.seq}")
    assert of(phase, OIL).from_packet
    assert OIL not in texts(last)
    assert faults() == []


def test_a_word_of_another_phase_is_not_mistaken_for_it(phase):
    other = later("G")
    same = raise_concern(actor=OPERATOR, phase=other, kind="risk", text=SECRET)
    hide(phase, Disposition.objects.get(verdict="deferred"))
    same.refresh_from_db()
    assert same.text == SECRET


def test_nothing_is_carried_from_a_phase_that_is_open(db):
    reviewed_phase()
    assert texts(later("G")) == []


def with_deferred(code, *texts):
    """A phase of one slice whose packet defers these."""
    bring(LATER.format(code=code) + f"deferred_non_blocking: {json.dumps(texts)}\n")
    return Phase.objects.select_related("initiative").get(code=code)


def test_what_the_next_packet_defers_too_is_one_concern(phase):
    after = with_deferred("G", OIL, "Sweep the hall")
    handed_off(phase)
    origin = of(phase, OIL)
    assert (of(after, OIL).carried_from_id, of(after, OIL).from_packet) == (origin.pk, True)
    assert (texts(after).count(OIL), len(open_keys(after))) == (1, 4)
    assert faults() == []


def test_one_that_joined_stays_though_the_packet_drops_it(phase):
    after = with_deferred("G", OIL)
    handed_off(phase)
    with_deferred("G", "Sweep the hall")
    assert of(after, OIL).archived is False
    assert len(open_keys(after)) == 4


def test_what_the_packet_no_longer_names_is_not_carried(phase):
    risk = of(phase, "The wind | may turn")
    answer(risk, "carried")
    Concern.objects.filter(pk=risk.pk).update(archived=True)
    handed_off(phase)
    assert risk.text not in texts(later("G"))


def test_a_phase_that_is_reopened_takes_what_waits(phase):
    after = later("G")
    done(after, "G1")
    handed_off(after, OPERATOR)
    handed_off(phase)
    assert texts(after) == []
    reopen_phase(actor=OPERATOR, phase=after, reason="There is more")
    assert len(open_keys(after)) == 4
    assert faults() == []


def test_what_joined_counts_as_gone_in_the_next_handoff(phase):
    with_deferred("G", OIL)
    handed_off(phase)
    reopen_phase(actor=OPERATOR, phase=phase, reason="Again")
    again = handed_off(phase)
    said = json.loads(again.documents.get(name="PHASE_F_NEXT_PHASE_READINESS.json").content)
    assert said["handed_on"] == []
    assert OIL in [one["text"] for one in said["handed_on_earlier"]]
    assert faults() == []


def test_documents_of_the_first_handoff_do_not_know_what_joins_after_it(phase):
    with_deferred("G", OIL)
    first = handed_off(phase)
    said = json.loads(first.documents.get(name="PHASE_F_NEXT_PHASE_READINESS.json").content)
    assert OIL in [one["text"] for one in said["handed_on"]]
    assert said["handed_on_earlier"] == []
