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
from phases.packets.endings import check_end
from phases.packets.nodes import Node
from phases.packets.problems import Problem
from phases.packets.syntax import problem_of


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
    check_end(builder, text, problems)
    return builder.root
