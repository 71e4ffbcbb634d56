"""People's Markdown as safe HTML: no markup of theirs, no images, no addresses but web and mail.

Every block, and every line within a paragraph, carries the anchor of its line in the text (`L12`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import unquote

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MOST = 100_000
"""Characters that are rendered; the rest is left to the view of the plain text."""

MOST_NESTED = 2_000
"""How deep brackets may lie in others, added up: the parser takes time quadratic in the depth."""

_TAGS = {
    *("h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code", "em", "strong"),
    *("s", "a", "span", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
_ALIGN = {"align-left", "align-center", "align-right"}
_CLASSES = {"span": {"image", "line", "elsewhere"}, "th": _ALIGN, "td": _ALIGN}
_SCHEMES = {"http", "https", "mailto"}
_ID = re.compile(r"L\d{1,7}|in-[\w-]{1,80}")
_ELSEWHERE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_OURS = re.compile(r"/[\w/.@~%-]*")
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_ALIGNED = re.compile(r"text-align:(left|center|right)")
_SHIFT = 2
"""A page has a title and its cards have titles: the document's own begin below those."""


class Rendered(NamedTuple):
    """`html` is safe; `lines` are the numbers that have an anchor in it."""

    html: SafeString
    lines: frozenset[int]
    is_cut: bool


def render(text: str, addresses: Mapping[str, str] | None = None) -> Rendered | None:
    """The text as HTML; None where it is no text that can be rendered in reasonable time.

    `addresses` are pages of ours by the path that a link of the text may name; a link to any other
    path is shown with it, and leads nowhere.
    """
    shown = text if len(text) <= MOST else _whole_lines(text[:MOST])
    if _nested(shown) > MOST_NESTED:
        return None
    html = _PARSER.render(shown, {"addresses": addresses or {}})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "*": {"id"}, "ol": {"start"}, "table": {"tabindex"}},
        attribute_filter=_kept,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
    )
    lines = frozenset(int(number) for number in re.findall(r' id="L(\d+)"', clean))
    return Rendered(mark_safe(clean), lines, len(shown) < len(text))  # noqa: S308  (nh3 has cleaned it)


def _nested(text: str) -> int:
    """For each opening bracket how many of its paragraph are open before it, added up."""
    depth = total = 0
    for found in _BRACKET.finditer(text):
        if found[0] == "[":
            total += depth
            depth += 1
        else:
            depth = max(0, depth - 1) if found[0] == "]" else 0
    return total


def _whole_lines(text: str) -> str:
    head, end, _ = text.rpartition("\n")
    return head + end if end else text


def _kept(tag: str, name: str, value: str) -> str | None:
    """Attributes as they may stay: ids only of ours, so that a text cannot take over a place of the page."""
    if name == "id":
        return value if _ID.fullmatch(value) else None
    if name == "href" and not (_ELSEWHERE.match(value) or value.startswith("#in-") or _OURS.fullmatch(value)):
        return None
    return value


def _prepare(state: StateCore) -> None:
    """Anchors, headings one step down, tasks, classes instead of styles, and links that lead somewhere."""
    seen: dict[str, int] = {}
    for at, token in enumerate(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _SHIFT)}"
        if token.map is not None and token.nesting == 1:
            token.meta["line"] = token.map[0] + 1
        if token.type in ("th_open", "td_open"):
            _align(token)
        if token.type == "inline":
            _prepare_inline(state.tokens, at, state.env, seen)
    _once(state.tokens)


def _once(tokens: Sequence[Token]) -> None:
    """The anchor of a line belongs to the outermost block that begins there."""
    seen: set[int] = set()
    for token in tokens:
        line = token.meta.get("line")
        if line is not None and line not in seen and token.type not in _BARE:
            seen.add(line)
            token.attrSet("id", f"L{line}")
        if token.type in ("fence", "code_block") and token.map is not None:
            token.meta["seen"] = seen
        if token.type == "inline" and token.map is not None:
            _anchored(token, token.map[0] + 1, seen)


_BARE = ("thead_open", "tbody_open", "bullet_list_open", "ordered_list_open", "table_open")
"""Blocks whose first row or item carries the anchor."""


def _anchored(token: Token, line: int, seen: set[int]) -> None:
    """An anchor for each further line of a paragraph that begins at `line`."""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            line += 1
            if line not in seen:
                seen.add(line)
                child.meta["line"] = line


def _align(token: Token) -> None:
    found = _ALIGNED.fullmatch(str(token.attrs.pop("style", "")))
    if found:
        token.attrSet("class", f"align-{found[1]}")


def _prepare_inline(tokens: Sequence[Token], at: int, env: EnvType, seen: dict[str, int]) -> None:
    token, children = tokens[at], tokens[at].children or []
    before = tokens[at - 1]
    if before.type == "heading_open":
        before.meta["id"] = _named(token.content, seen)
    if before.type == "paragraph_open" and at > 1 and tokens[at - 2].type == "list_item_open" and children:
        first = children[0]
        if first.type == "text" and (task := _TASK.match(first.content)):
            first.content = ("☐" if task[1] == " " else "☑") + first.content[task.end() :]
    opened: list[str] = []
    for child in children:
        if child.type == "link_open":
            opened.append(_led(child, env))
        elif child.type == "link_close":
            child.meta["path"] = opened.pop() if opened else ""


def _named(title: str, seen: dict[str, int]) -> str:
    """The anchor of a heading as GitHub makes it, so that a table of contents leads there."""
    slug = re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")[:60]
    seen[slug] = seen.get(slug, -1) + 1
    return f"in-{slug}-{seen[slug]}" if seen[slug] else f"in-{slug}"


def _led(link: Token, env: EnvType) -> str:
    """Put the address of a link right; the path, where it leads to nothing that is here."""
    href = str(link.attrs.get("href", ""))
    if _ELSEWHERE.match(href):
        return ""
    if href.startswith("#"):
        link.attrSet("href", f"#in-{unquote(href[1:]).lower()}"[:80])
        return ""
    path, _, _ = unquote(href).partition("#")
    address = env["addresses"].get(path.removeprefix("./"))
    link.attrs.pop("href", None)
    if address:
        link.attrSet("href", address)
        return ""
    return unquote(href)


class _Renderer(RendererHTML):
    """What differs from the usual HTML."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = escape(tokens[idx].meta.get("id", ""))
        # Both anchors: its line for what was read, its name for links of the text.
        return f'{self.renderToken(tokens, idx, options, env)}<span id="{name}"></span>'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # A wide table scrolls inside itself, which needs a focus to be done by keyboard.
        return '<table tabindex="0">\n'

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        path = tokens[idx].meta.get("path", "")
        return f'</a><span class="elsewhere"> ({escape(path)})</span>' if path else "</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env).strip()
        address = unquote(str(token.attrs.get("src", "")))
        return (
            f'<span class="image">Image: {escape(alt or "without a description")} ({escape(address)})</span>'
        )

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"\n{_anchor(tokens[idx])}"

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<br>\n{_anchor(tokens[idx])}"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx], 2)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx], 1)


def _anchor(token: Token) -> str:
    line = token.meta.get("line")
    return f'<span class="line" id="L{line}"></span>' if line else ""


def _code(token: Token, first: int) -> str:
    """Code with an anchor for each line; `first` is where its text begins, counted from its block's line."""
    begins = (token.map[0] if token.map else 0) + first
    seen: set[int] = token.meta.get("seen", set())
    parts = []
    for number, line in enumerate(token.content.split("\n")[:-1], start=begins):
        anchor = "" if number in seen else f'<span class="line" id="L{number}"></span>'
        seen.add(number)
        parts.append(f"{anchor}{escape(line)}\n")
    return f"<pre><code>{''.join(parts)}</code></pre>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"linkify": False, "html": False}, renderer_cls=_Renderer)
    parser.core.ruler.push("prepare", _prepare)
    return parser


_PARSER: MarkdownIt = _parser()
