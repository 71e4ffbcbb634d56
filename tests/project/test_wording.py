"""What people read when something is refused or done: whole, calm sentences in the words of the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PHASES = Path(__file__).parents[2] / "phases"
TEMPLATES = Path(__file__).parents[2] / "templates"
REFUSALS = {"Invalid", "Refused", "Conflict", "NotFound", "Forbidden", "HandedOff", "Mismatch", "Revoked"}
HOLE = "…"
"""Stands for what a sentence is filled with."""

LOUD = re.compile(r"!(?!=)|\b(?:please|sorry|oops|errors?|invalid|successfully)\b", re.IGNORECASE)
CONTRACTED = re.compile(r"n['\u2019]t\b|\b(?:it|that|there)['\u2019]s\b", re.IGNORECASE)
OTHER_WORDS = re.compile(r"\b(?:user|users|ticket|tickets|click|override|sprint|signoff)\b", re.IGNORECASE)
"""The words are person, slice, press or choose, waiver, phase."""


def written(node: ast.AST | None) -> str:
    """A sentence as it stands in the code, with holes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) or HOLE for part in node.values)
    return ""


def texts(node: ast.AST) -> Iterator[str]:
    """The sentences of a refusal: its message, or those of its fields."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts(value)
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif said := written(node):
        yield said


def refusals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            yield from ((node.lineno, said) for said in texts(node.args[0]) if node.args)


def answers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What the functions that do a verb answer."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and (said := written(part.value)):
                    yield part.lineno, said


def sentences() -> Iterator[tuple[str, str]]:
    for path in sorted(PHASES.rglob("*.py")):
        if "migrations" not in path.parts and path.name != "paths.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, said in (*refusals(tree), *answers(tree)):
                yield f"{path.relative_to(PHASES)}:{line}", said


SENTENCES = list(sentences())
each_sentence = pytest.mark.parametrize("said", [pytest.param(said, id=where) for where, said in SENTENCES])


def test_the_sentences_are_found():
    assert len(SENTENCES) > 150


@each_sentence
def test_sentence_is_whole(said):
    assert said.endswith((".", HOLE)), said
    assert said[0].isupper() or said[0] in f"{HOLE}`*", said
    assert "  " not in said.strip()


@each_sentence
def test_sentence_is_calm(said):
    assert not LOUD.search(said), said
    assert not CONTRACTED.search(said), said


@each_sentence
def test_sentence_uses_the_words_of_the_project(said):
    assert not OTHER_WORDS.search(said), said


def prose(page: str) -> str:
    """The words of a template, without its markup and its code."""
    page = re.sub(r"\{[%#].*?[%#]\}|\{\{.*?\}\}", HOLE, page, flags=re.DOTALL)
    return re.sub(r"<(code|pre)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_pages_are_calm(path):
    said = prose(path.read_text(encoding="utf-8"))
    for pattern in (
        r"\bplease\b",
        r"\w!",
        r"\bsuccessfully\b",
        r"n['\u2019]t\b",
        r"\bclick\b",
        r"\busers?\b",
    ):
        assert not re.search(pattern, said, re.IGNORECASE), pattern
