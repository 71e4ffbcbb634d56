"""Whatever people type, Markdown shows it as they typed it, and nothing of it becomes markup."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from phases.handoff import markdown as md

RENDER = MarkdownIt("js-default").render
TYPED = st.text(st.sampled_from("ab1 .)\\`*_[]()<>|~&;#+=->!:\n\t@é—"), max_size=20)


def shown(markup):
    """The text that a browser shows of a table's first cells, or of a quote."""
    cells = re.findall(r"<td>(.*?)</td>", markup, re.DOTALL) or [re.sub(r"<br>\n", "\n", markup)]
    return [html.unescape(re.sub(r"</?(?:code|p|blockquote)>", "", cell)) for cell in cells]


@given(TYPED)
@example("a\\|b")
@example("`` ` ``")
@example("&lt;")
@example("\\")
def test_in_a_cell_it_stays_what_it_was(typed):
    line = " ".join(typed.split())
    table = "\n".join(md.table(["One", "Two"], [[md.text(typed), md.code(typed)]]))
    assert shown(RENDER(table)) == ([line, line] if line else ["—", "—"])


@given(TYPED)
@example("a\n===\nb")
@example("a|b\n-|-")
@example("1. one\n2. two")
def test_in_a_quote_every_line_stays_what_it_was(typed):
    lines = [line.strip() for line in typed.strip().splitlines()]
    (found,) = shown(RENDER("\n".join(md.quote(typed))))
    assert found.split() == " ".join(lines).split()


@pytest.mark.parametrize("typed", ["\x1b[31mred", "a\u202eb", "a\0b"])
def test_what_nobody_sees_becomes_visible(typed):
    assert "\ufffd" in md.text(typed)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://e.org/<script>", "https://e.org/a b"])
def test_only_a_web_address_becomes_a_link(address):
    assert not md.link(address).startswith("<")


def test_a_web_address_is_a_link():
    assert md.link("https://e.org/a_b?c=d") == "<https://e.org/a_b?c=d>"
