"""Asking a replay: which moment stands for which entry, what it costs, and what was before everything."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.asked import Report, Result
from phases.actions.runs import report_runs
from phases.actions.slices import correct_kind
from phases.errors import NotFound
from phases.models import Concern, Event, Finding, Phase, Slice
from phases.permissions import OPERATOR
from phases.replay import Replay, states_at
from phases.replay.past import QUERIES

from .conftest import PACKET, bring
from .films import BEGINS, STEP, film, phase_of, unlike, unlike_now
from .reviews import REVIEWED, faults, fix, found, hide, judge, move, person, run, start, take_back

__all__ = ["film"]
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def begun(film):
    """Two phases, and a slice of D that was started and made a candidate."""
    film.play(bring, PACKET)
    film.play(start, phase_of("D"), "D1")
    film.play(bring, REVIEWED)
    film.play(run, phase_of("D"), "quick", "make dome-quick", code="D1")
    film.play(move, phase_of("D"), "D1", "candidate")
    return film


def status_at(moment):
    return Replay(phase_of("D")).at(moment).state.slices["D1"].status


def test_between_two_entries_it_is_as_after_the_first(begun):
    started = BEGINS + 2 * STEP
    at = [started - SECOND, started, started + SECOND]
    assert [status_at(moment) for moment in at] == ["planned", "in_progress", "in_progress"]


def test_where_the_ledger_stood_goes_with_the_answer(begun):
    head = Event.objects.get(verb="import", phase="F")
    standing = Replay(phase_of("D")).at(head.at + SECOND).standing
    last = Event.objects.filter(at__lte=head.at).latest("seq")
    own = Event.objects.get(verb="start")
    assert standing.at == head.at + SECOND
    assert (standing.last, standing.head, standing.seq) == (last.seq, last.hash, own.seq)


def test_before_its_first_packet_a_phase_was_not(begun):
    with pytest.raises(NotFound, match="Phase F had no packet yet on 2026-03-02 at 09:02 UTC; its first one"):
        Replay(phase_of("F")).at(BEGINS + 2 * STEP)


def test_before_the_initiative_there_was_nothing(begun):
    with pytest.raises(NotFound, match="had no packet yet on 2026-03-02 at 09:00 UTC"):
        states_at(phase_of("D"), [BEGINS])


def test_a_clock_that_was_put_back_loses_nothing(begun):
    begun.now = BEGINS - STEP
    begun.play(move, phase_of("D"), "D1", "send_back")
    assert (unlike_now("D"), status_at(BEGINS)) == ([], "in_progress")
    assert status_at(BEGINS + 2 * STEP) == "in_progress"


def test_a_position_is_asked_for_as_well_as_a_moment(begun):
    landed = Event.objects.get(verb="candidate")
    before = Replay(phase_of("D")).at_seq(landed.seq - 1)
    assert before.state.slices["D1"].status == "in_progress"
    assert before.state.moment == Event.objects.get(seq=landed.seq - 1).at


def test_the_clock_of_a_position_can_be_said(begun):
    last = Event.objects.latest("seq")
    assert Replay(phase_of("D")).at_seq(last.seq, BEGINS).state.moment == BEGINS


def test_no_position_is_no_phase(begun):
    with pytest.raises(NotFound, match="Phase D had no packet yet; its first one"):
        Replay(phase_of("D")).at_seq(0)


def test_what_happens_after_it_was_read_is_seen_too(begun):
    replay = Replay(phase_of("D"))
    begun.play(run, phase_of("D"), "extra", "make scan")
    begun.play(bring, PACKET.replace("Dome controller", "Dome motor"))
    state = replay.at(begun.now).state
    assert (state.slices["D1"].title, [gate.text for gate in state.extra_gates]) == (
        "Dome motor",
        ["make scan"],
    )


def test_the_entries_worth_looking_back_to_come_newest_first(begun):
    seen = Replay(phase_of("D")).moments
    assert [(one.verb, one.slice, one.actor) for one in seen] == [
        ("start", "D1", OPERATOR.name),
        ("import", "", OPERATOR.name),
    ]
    assert seen[0].at == BEGINS + 2 * STEP


def queries_for(*moments):
    phase = phase_of("D")
    with CaptureQueriesContext(
        connection,
    ) as made:
        states_at(phase, moments)
    return len(made)


def test_it_costs_the_same_for_any_number_of_runs_slices_and_moments(begun):
    few = queries_for(begun.now)
    for number in range(3):
        results = tuple(Result(f"make scan{one}", "pass") for one in range(20))
        asked = Report("extra", results=results, revision=f"r{number}")
        begun.play(report_runs, actor=OPERATOR, phase=phase_of("D"), report=asked)
    begun.play(bring, PACKET + "  - {id: D4, title: Paint, owner: '@dome', depends_on: [D3]}\n")
    many = queries_for(begun.now, begun.now - STEP, begun.now - 3 * STEP)
    assert (few, many) == (QUERIES, QUERIES)
    assert QUERIES <= 8


def test_documents_come_in_the_order_of_the_packet_in_force(film):
    paths = ["docs/REVIEW.md", "docs/Z.md", "docs/NEW.md"]
    first, second, third = (f"      - path: {path}\n" for path in paths)
    head = PACKET.removesuffix(first)
    for entries in (first + second, second + third + first):
        film.play(bring, head + entries)
    now = film.of("D")[-1].slices["D3"].artifacts
    assert [one.path for one in now] == ["docs/Z.md", "docs/NEW.md", "docs/REVIEW.md"]
    assert unlike(film, "D") == []


def test_a_kind_stays_corrected_until_a_packet_writes_it(film):
    film.play(bring, PACKET)
    film.play(
        correct_kind, actor=person("ada", "admin"), phase=phase_of("D"), code="D2", kind="docs", note="It is."
    )
    written = PACKET.replace("title: Mirror cooling", "kind: structural\n    title: Mirror cooling")
    for text in (PACKET.replace("make mirror-quick", "make it"), written, PACKET):
        film.play(bring, f"title: The dome\n{text}")
    kinds = [shot.slices["D2"].kind for shot in film.of("D")]
    assert kinds == ["build", "docs", "docs", "structural", "build"]
    assert film.of("D")[-1].title == "The dome"
    assert unlike(film, "D") == []


def test_what_was_redacted_is_gone_from_the_past_too(begun):
    told = begun.play(run, phase_of("D"), "quick", "make dome-quick", code="D1", note="password 1234")
    begun.play(hide, phase_of("D"), told)
    past = Replay(phase_of("D")).at(told.at).state
    assert past.slices["D1"].gates[0].run.note == "[redacted]"
    assert unlike_now("D") == []


def test_a_fix_after_the_newest_revision_was_withdrawn_is_older_than_one_before(film):
    film.play(bring, REVIEWED)
    phase = phase_of("F")
    film.play(start, phase, "F4")
    film.play(judge, phase, "not_ready", findings=[found(slice="F1"), found(slice="F1")], revision="r1")
    first, second = Finding.objects.order_by("pk")
    wrong = film.play(run, phase, "quick", "make dome", code="F1", revision="r2")
    film.play(fix, first)
    film.play(take_back, phase, wrong)
    film.play(fix, second)
    assert first.key in (Slice.objects.get(code="F1").fixed or ())
    assert (faults(), unlike(film, "F")) == ([], [])


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"handed_off": [9, 1, "ada", "2026-03-02T09:00:00+00:00"]}, "handed_off"),
        ({"title": "Domes"}, "title"),
    ],
)
def test_what_no_entry_says_of_a_phase_is_found(begun, values, named):
    Phase.objects.filter(code="D").update(**values)
    assert f"Phase D differs in {named} from a replay of its ledger." in faults()


def test_a_concern_that_was_said_to_be_carried_on_is_found(begun):
    one, other = Concern.objects.order_by("pk")
    Concern.objects.filter(pk=other.pk).update(carried_from=one)
    assert f"{other} has carried_from '{one}', but the ledger says ''." in faults()
