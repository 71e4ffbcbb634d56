"""YAML text to nodes with line and column, in one pass over parse events.

`yaml.compose` is not used: it recurses in C and crashes on deep input.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import yaml

from phases.packets.builder import Builder, Limits
from phases.packets.collect import Collector, Refused
from phases.packets.nodes import Node, Scalar
from phases.packets.problems import Problem
from phases.packets.syntax import problem_of
from phases.packets.text import lines_of


@contextmanager
def paused_collector() -> Iterator[None]:
    """Hold the garbage collector back: a tree of many small nodes loads twice as fast without it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_nodes(text: str, problems: Collector, limits: Limits | None = None) -> Node | None:
    """The root node of the only document in `text`, or None: empty, or refused with its problem."""
    builder = Builder(problems, limits or Limits())
    try:
        if text.startswith("%TAG") or "\n%TAG" in text:
            raise Refused(Problem("error", "tag", "A packet declares no tags; remove the %TAG lines.", 1, 1))
        builder.take(yaml.CSafeLoader(text).get_event)
    except Refused as refusal:
        problems.add(refusal.problem)
        return None
    except yaml.YAMLError as fault:
        problems.add(problem_of(fault, text))
        return None
    _check_end(builder, text, problems)
    return builder.root


def _check_end(builder: Builder, text: str, problems: Collector) -> None:
    """A value that is missing at the very end means that the file was cut off."""
    last = builder.last
    if last is not None and builder.root is not last and _is_cut(last, text):
        message = "The file ends where a value is expected; it looks cut off. Complete it or remove this key."
        problems.error("cut_off", message, last)
    elif text and not ends_whole(text):
        message = "The file does not end with a line end. If it was cut off, import the complete one."
        lines = lines_of(text)
        problems.add(Problem("warning", "no_line_end", message, len(lines), len(lines[-1]) + 1))


def ends_whole(text: str) -> bool:
    """True where the last line has its end: what a file cut off in transfer mostly lacks."""
    return text.endswith(("\n", "\r"))


def _is_cut(last: Scalar, text: str) -> bool:
    """True if the last value of the text is empty and only blanks and comments follow it."""
    if last.quoted or last.text:
        return False
    rest = lines_of(text)[last.line - 1 :]
    rest[:1] = [line[last.column - 1 :] for line in rest[:1]]
    return all(not line.strip() or line.lstrip().startswith("#") for line in rest)
