"""Markdown of people: what is shown of it, what never is, and how long it may take."""

import re
import time

import pytest

from phases.views.markdown import MOST, render

ADDRESSES = {"docs/HEAT.md": "/initiatives/observatory/phases/F/artifacts/3/"}


def html(text):
    rendered = render(text, ADDRESSES)
    assert rendered is not None
    return " ".join(str(rendered.html).split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Heat", '<h3 id="L1"><span id="in-heat"></span>Heat</h3>'),
        ("###### Deep", "</span>Deep</h6>"),
        ("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>"),
        ("- [ ] cold\n- [x] warm", '<li id="L1">☐ cold</li> <li id="L2">☑ warm</li>'),
        ("|a|\n|-:|\n|b|", '<td class="align-right">b</td>'),
        ("```sh\na < b\n```", "a &lt; b </code></pre>"),
    ],
)
def test_what_documents_are_made_of_is_shown(text, shown):
    assert shown in html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<div hx-post="/x" hx-trigger="load">a</div>',
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
        "[a](//evil.example/x)",
        "[a](/accounts/sign-out/?x=1)",
        "![a](https://evil.example/x.png)",
        '<style>*{display:none}</style><p style="color:red" id="main">',
        "<!-- --><svg onload=x>",
        "[a]: javascript:x\n\n[a]",
    ],
)
def test_nothing_of_it_runs_loads_or_leads_to_other_places_of_ours(text):
    tags = re.findall(r"<[^>]*>", html(text))
    assert not [tag for tag in tags if not re.match(r"</?(p|a|span|br)\b", tag)]
    assert not [tag for tag in tags if re.search(" (href|style|src|on[a-z]+|hx-[a-z]+)=", tag)]
    assert not [tag for tag in tags if "main" in tag]


def test_links_of_the_web_are_kept_and_vouched_for_by_nobody():
    assert '<a href="https://example.org/a?b=1&amp;c" rel="noopener nofollow">x</a>' in html(
        "[x](https://example.org/a?b=1&c)"
    )


def test_image_is_told_with_its_address():
    assert '<span class="image">Image: Dome (https://x.example/d.png)</span>' in html(
        "![Dome](https://x.example/d.png)"
    )


def test_link_to_a_document_that_is_here_leads_to_it_and_others_are_named():
    assert f'href="{ADDRESSES["docs/HEAT.md"]}"' in html("[heat](docs/HEAT.md#now)")
    assert '<a rel="noopener nofollow">cold</a><span class="elsewhere"> (../COLD.md)</span>' in html(
        "[cold](../COLD.md)"
    )


def test_links_within_the_text_lead_to_its_headings():
    assert 'href="#in-what-is-left"' in html("[down](#what-is-left)\n\n# What is left?")
    assert 'id="in-what-is-left"' in html("# What is left?\n# What is left?")
    assert 'id="in-what-is-left-1"' in html("# What is left?\n# What is left?")


def test_every_line_that_says_something_has_its_anchor_once():
    text = "# A\n\none\ntwo\n- x\n  y\n\n|a|\n|-|\n|b|\n\n```\nc\nd\n```\n> q"
    rendered = render(text)
    assert rendered.lines == {1, 3, 4, 5, 6, 8, 10, 13, 14, 16}
    assert all(rendered.html.count(f'id="L{line}"') == 1 for line in rendered.lines)


def test_long_text_is_cut_at_a_line_and_says_so():
    rendered = render("word\n" * (MOST // 4))
    assert rendered.is_cut
    assert len(rendered.lines) == MOST // 5


@pytest.mark.parametrize(
    "text", ["![" * (MOST // 2), "[" * MOST, ("[" * 100 + "\n\n") * 990, "![a](x)" * (MOST // 7)]
)
def test_hostile_brackets_take_no_long_time(text):
    began = time.process_time()
    render(text)
    assert time.process_time() - began < 4


def test_deeply_nested_brackets_are_not_rendered_at_all():
    assert render("[" * MOST) is None
    assert render("[![a](b)](https://c.example) " * 100) is not None
