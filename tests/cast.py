"""The standing cast: the people that every permission is tried with, and a phase for them to work on.

A folder's `conftest.py` takes them in with `from tests.cast import *`.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User

from phases.models import Phase
from tests import factories

__all__ = ["admin", "lead", "outsider", "phase", "reviewer", "viewer"]


@pytest.fixture
def phase(db: None) -> Phase:
    """Phase C of the initiative harbour: C0 to C2 in a chain, all of @crew and planned."""
    return factories.make_phase()


@pytest.fixture
def admin(db: None) -> User:
    """Has the role admin and no membership."""
    return factories.make_user("admin", "admin")


@pytest.fixture
def lead(phase: Phase) -> User:
    """Has the role lead and is a member of @crew, the owner in `phase`."""
    return factories.make_user("lead", "lead", member_of=[factories.make_owner(phase.initiative)])


@pytest.fixture
def reviewer(db: None) -> User:
    """Has the role reviewer and no membership."""
    return factories.make_user("reviewer", "reviewer")


@pytest.fixture
def viewer(db: None) -> User:
    """Is signed in and has no role."""
    return factories.make_user("viewer")


@pytest.fixture
def outsider() -> AnonymousUser:
    """Is not signed in."""
    return AnonymousUser()
