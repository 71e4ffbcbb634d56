"""What a run printed, as a page shows it."""

import pytest

from phases.views.printed import plain


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[1;31mred\x1b[m", "red"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bplain\x1b=", "plain"),
        ("tab\tkept", "tab\tkept"),
        ("a\x08b", "a␈b"),
        ("a\u202eb", "a[U+202E]b"),
        ("unfinished \x1b[31", "unfinished ␛[31"),
    ],
)
def test_plain_text_of_a_log(printed, shown):
    assert plain(printed) == shown


def test_many_escapes_are_read_in_little_time():
    assert plain("\x1b[" + "0" * 200_000) == "␛[" + "0" * 200_000
    assert plain("\x1b]" * 100_000) == ""
