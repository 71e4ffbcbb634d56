"""Rows of new findings: adding, removing, and turning a pasted list into them."""

import pytest

from phases.models import Draft, Finding

from .reviews import HTMX, a_round, observatory, page, signed_in, someone, text, value

LIST = """\
1. High: no brake
- [low] src/dome/m.c:4 rust

The rest is fine.
| Severity | Finding | Slice |
| P2 | gap | F2 |
| P2 | hole | F99 |""".replace("\n", "\r\n")


@pytest.fixture
def rob(db):
    observatory()
    return signed_in(someone("rob", "reviewer"))


def titles(answered, most=6):
    body = answered.content.decode()
    return [
        value(answered, name) for n in range(1, most) if f'name="{(name := f"finding-{n}-title")}"' in body
    ]


def test_page_begins_with_one_empty_row(rob):
    assert titles(rob.get(page())) == [""]


def test_row_is_added_and_what_is_written_stays(rob):
    sent = a_round(act="row", **{"finding-1-title": "No brake"})
    answered = rob.post(page(verb="draft"), sent, headers=HTMX)
    assert titles(answered) == ["No brake", ""]
    assert 'name="finding-2-title" value="" autocomplete="off" autofocus' in answered.content.decode()
    assert value(answered, "summary") == "It leaks."


def test_row_is_added_without_script(rob):
    answered = rob.post(page(verb="draft"), a_round(act="row", **{"finding-1-title": "No brake"}))
    assert answered["Location"] == f"{page()}#new"
    assert titles(rob.get(page())) == ["No brake", ""]


def test_row_is_removed(rob):
    sent = a_round(act="remove-1", **{"finding-1-title": "No brake", "finding-2-title": "Rust"})
    assert titles(rob.post(page(verb="draft"), sent, headers=HTMX)) == ["Rust"]


def test_pasted_list_becomes_rows_after_those_that_are_there(rob):
    sent = a_round(act="paste", pasted=LIST, **{"finding-1-title": "Mine", "finding-2-title": ""})
    answered = rob.post(page(verb="draft"), sent, headers=HTMX)
    assert titles(answered) == ["Mine", "no brake", "rust", "gap", "hole"]
    assert value(answered, "finding-3-anchor") == "src/dome/m.c:4"
    assert value(answered, "finding-5-detail") == "Slice: F99"


def test_what_was_not_understood_stays_in_the_box_and_is_told_with_its_line(rob):
    answered = rob.post(page(verb="draft"), a_round(act="paste", pasted=LIST), headers=HTMX)
    assert value(answered, "pasted") == "The rest is fine."
    assert "4 findings were added. Left in the box, as not understood: line 4: The rest is fine." in text(
        answered
    )


def test_many_lines_that_were_not_understood_are_counted(rob):
    answered = rob.post(page(verb="draft"), {"act": "paste", "pasted": "so\n" * 9}, follow=True)
    assert "No finding was recognised. Left in the box" in text(answered)
    assert "line 5: so; 4 more lines." in text(answered)
    assert value(answered, "pasted").split() == ["so"] * 9


def test_pasted_none_is_nothing(rob):
    answered = rob.post(page(verb="draft"), {"act": "paste", "pasted": "blocking/high: none"}, headers=HTMX)
    assert (titles(answered), value(answered, "pasted")) == ([""], "")


def test_pasted_rows_are_recorded_as_they_were_edited(rob):
    rob.post(page(verb="draft"), a_round(act="paste", pasted=LIST))
    kept = {
        name: values[-1] for name, values in Draft.objects.get().data.items() if values and name != "scope"
    }
    rob.post(page(verb="record"), a_round(**kept | {"pasted": "", "finding-1-title": "No brake at all"}))
    found = Finding.objects.order_by("pk").values_list("severity", "title", "about__code")
    assert list(found) == [
        ("high", "No brake at all", None),
        ("low", "rust", "F1"),
        ("medium", "gap", "F2"),
        ("medium", "hole", None),
    ]
