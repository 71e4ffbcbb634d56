"""Words in the drawing of the timeline: their room, and lines on which they cover nothing."""

import datetime as dt
import re

import pytest

from phases.views.timeline_words import FULL, LOWEST, ROW, SMALL, Words, named, room, shortened

from .test_timeline import made

LABEL = Words("10 of 10", 0.9, -0.45, "end")


@pytest.mark.parametrize("letter", "MW<@i한🙂Щ")
def test_shortened_text_keeps_within_its_room(letter):
    text = shortened(letter * 40, 10)
    assert text.startswith(letter * 5)
    assert text.endswith("…")
    assert room(text) <= 10


def test_text_with_room_is_not_shortened():
    assert shortened("i" * 40, room("i" * 40)) == "i" * 40


def test_wide_letters_take_more_room_than_narrow_ones():
    assert room("M" * 40) > room("<" * 40) > room("a" * 40) > 1.3 * room("i" * 40)
    assert room("e\u0301") == room("e")


def test_name_that_would_cover_a_label_stands_a_line_higher():
    (high,) = named([("old catalogue read only", 0.95)], [LABEL])
    (low,) = named([("old catalogue read only", 0.1)], [LABEL])
    assert (high.y, low.y) == (LOWEST - ROW, LOWEST)
    assert not high.covers(LABEL)


def test_label_deep_in_the_plot_moves_no_name():
    (name,) = named([("old catalogue read only", 0.95)], [Words("3 of 10", 0.9, 3.0, "end")])
    assert name.y == LOWEST


def _hostile():
    return ((letter * 40, 0.1 * n) for n, letter in enumerate("MW<@iMW<@i"))


def test_names_cover_neither_each_other_nor_leave_the_drawing():
    found = [one for one in named(_hostile(), [LABEL]) if one.text]
    assert not any(one.covers(other) for n, one in enumerate(found) for other in found[:n])
    assert all(one.span(FULL, 0)[0] >= 0 and one.span(FULL, 0)[1] <= 1 for one in found)


def test_name_without_room_on_any_line_is_left_to_the_list_below():
    found = made(milestones=[(f"opening_{n}", "2026-03-05") for n in range(9)])
    shown = re.findall(r">(opening \d)</text>", found.drawing)
    assert (len(shown), found.drawing.count(">opening 8, 5 Mar 2026</title>")) == (4, 1)
    assert len(found.milestones) == 9


@pytest.mark.parametrize(("place", "anchor"), [(0.02, "start"), (0.5, "middle"), (0.98, "end")])
def test_words_near_an_edge_stand_inside_it(place, anchor):
    words = Words.near("10 slices", place, 0, "middle")
    assert (words.anchor, words.outside()) == (anchor, 0)


def test_words_of_a_phone_cover_each_other_sooner():
    one, other = (Words("handed off", place, 0, "middle") for place in (0.4, 0.6))
    assert (one.covers(other, FULL), one.covers(other, SMALL)) == (False, True)


def test_total_gives_way_to_the_last_value_where_both_have_no_room():
    more = [f"E{n}" for n in range(96)]
    drawing = made((1, "import", "", more, []), (9, "import", "", [], more[1:]), (9, "land", "D1")).drawing
    assert ">1 of 5</text>" in drawing
    assert ">5 slices</text>" not in drawing


def test_words_of_moments_give_way_on_a_phone():
    drawing = made((5, "handoff"), (7, "reopen_phase"), (9, "handoff")).drawing
    looks = re.findall(r'<text class="([^"]*)"[^>]*>(handed off|reopened)<', drawing)
    assert looks[0] == ("handoff", "handed off")
    assert all("close" in look for look, _ in looks[1:])
    assert len(looks) > 1


def test_drawing_is_as_high_as_its_highest_words():
    plain, flagged = (
        made(milestones=days).drawing for days in ([], [("far_away", str(dt.date(2026, 3, 5)))])
    )
    heights = [float(re.findall(r'height="([\d.]+)rem"', one)[0]) for one in (plain, flagged)]
    assert heights[0] < heights[1] - 0.5
