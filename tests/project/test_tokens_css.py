"""The tokens of the look: contrast in both themes, and colours nowhere else."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
FILES = sorted(CSS.glob("*.css"))
STATUSES = ("pass", "warn", "fail")
GROUNDS = ("page", "surface", "raised", "sunken")
SOFT = ("accent-soft", "pass-soft", "warn-soft", "fail-soft")

TEXTS = (
    *product(("text", "quiet"), GROUNDS + SOFT),
    *product(("accent", *STATUSES), (*GROUNDS, "accent-soft")),
    *((name, f"{name}-soft") for name in STATUSES),
    *(("on-accent", ground) for ground in ("accent", "accent-strong")),
    ("accent-strong", "surface"),
)
"""Each text with each ground that it stands on: 4.5 to 1 (WCAG 2.2, 1.4.3)."""

SHAPES = (
    *product(("field-line", "focus"), ("page", "surface", "raised", "sunken", "accent-soft")),
    *product(("accent", *STATUSES), ("surface", "line")),
)
"""Borders of fields, the ring of the focus, the pieces of a progress bar: 3 to 1 (WCAG 2.2, 1.4.11)."""

COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|light-dark)\(|(?<![\w-])(?:black|white"
    r"|gray|grey|silver|red|green|blue|yellow|orange|purple|teal|navy|maroon|crimson|gold|pink)(?![\w-])",
    re.IGNORECASE,
)


def block(head: str) -> dict[str, str]:
    """The declarations of the first `:root` after `head`."""
    _, _, rest = TOKENS.partition(head)
    found = re.search(r":root \{(.*?)\n\s*\}", rest, re.DOTALL)
    assert found is not None, head
    return dict(re.findall(r"--([\w-]+): ([^;]+);", found[1]))


PLAIN = block("*/")
THEMES = {
    "plain": PLAIN,
    "more contrast": PLAIN | block("prefers-contrast: more"),
    "paper": PLAIN | block("@media print"),
}


def colour_of(theme: str, scheme: str, name: str) -> str:
    """`#rrggbb` of a token."""
    value = THEMES[theme][name]
    pair = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value)
    return pair[1 if scheme == "light" else 2] if pair else value


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Of two colours: from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def too_weak(theme: str, scheme: str, pairs: tuple[tuple[str, str], ...], least: float) -> list[str]:
    measured = {
        pair: contrast(*(colour_of(theme, scheme, name) for name in pair)) for pair in dict.fromkeys(pairs)
    }
    return [f"{one} on {other}: {found:.2f}" for (one, other), found in measured.items() if found < least]


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("theme", "scheme"), [*product(("plain", "more contrast"), ("light", "dark")), ("paper", "light")]
)
def test_every_text_can_be_read_and_every_shape_be_seen(theme, scheme):
    assert too_weak(theme, scheme, TEXTS, 4.5) == []
    shapes = SHAPES if theme == "plain" else SHAPES[:10]
    assert too_weak(theme, scheme, shapes, 3) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_colours_are_written_in_the_tokens_alone(file):
    rules = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    values = re.findall(r"[\w-]+:\s([^;{}]+);", rules)
    raw = [value for value in values if COLOUR.search(value)]
    assert raw == [] or file.stem == "tokens"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_name_that_is_used_is_a_token(file):
    text = file.read_text(encoding="utf-8")
    own = set(re.findall(r"^\s*--([\w-]+):", text, re.MULTILINE))
    assert set(re.findall(r"var\(--([\w-]+)", text)) - own <= set(PLAIN)


def test_forced_colours_leave_out_no_colour():
    colours = {name for name, value in PLAIN.items() if value.startswith("light-dark(#")}
    assert set(block("forced-colors: active")) == colours
