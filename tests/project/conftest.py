"""The demo as its command leaves it; what a test changes of it is undone after the test."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from phases.management.commands.demo import INITIATIVE
from phases.models import Initiative, Phase
from phases.rules.state import PhaseState
from phases.snapshot import load


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo, set up once for all tests of a file; what it printed."""
    out = io.StringIO()
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        call_command("demo", port=8123, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(told: str, db: None, settings: Any) -> Initiative:
    settings.DEMO = True
    return Initiative.objects.get(slug=INITIATIVE)


def _phase(code: str) -> Phase:
    return Phase.objects.select_related("initiative", "revision").get(initiative__slug=INITIATIVE, code=code)


@pytest.fixture
def phase_a(demo: Initiative) -> Phase:
    return _phase("A")


@pytest.fixture
def phase_b(demo: Initiative) -> Phase:
    return _phase("B")


@pytest.fixture
def in_a(phase_a: Phase) -> PhaseState:
    """Phase A as the rules see it."""
    return load(phase_a)


@pytest.fixture
def in_b(phase_b: Phase) -> PhaseState:
    """Phase B as the rules see it."""
    return load(phase_b)
