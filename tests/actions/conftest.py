"""A phase imported through the real importer, and the people who act on it."""

import pytest

from phases.actions.imports import import_packet
from phases.models import Phase
from phases.packets import read_packet
from phases.permissions import OPERATOR, Actor

PACKET = """\
phase: D
entrypoint: docs/observatory/PHASE_D.md
slices:
  - id: D1
    title: Dome controller
    owner: '@dome'
    backup: '@mirror'
    depends_on: []
    files: [src/dome/**]
    gates:
      quick: [make dome-quick]
      full: [make dome-full]
  - id: D2
    title: Mirror cooling
    owner: '@mirror'
    depends_on: [D1]
    files: [src/mirror.py]
    gates:
      quick: [make mirror-quick]
  - id: D3
    title: Independent review and fix closure
    owner: '@review'
    depends_on: [D2]
    requires_artifacts:
      - path: docs/REVIEW.md
"""


def bring(text, actor=OPERATOR, **options):
    """Import a packet's text into the initiative `observatory`."""
    reading = read_packet(text)
    assert reading.packet, reading.problems
    return import_packet(actor=actor, reading=reading, initiative="observatory", **options)


@pytest.fixture
def phase(db) -> Phase:
    bring(PACKET)
    return Phase.objects.select_related("initiative").get()


@pytest.fixture
def lead(phase) -> Actor:
    """A lead who is a member of @dome."""
    handles = frozenset({(phase.initiative_id, "@dome")})
    return Actor(kind="person", name="dora", roles=frozenset({"viewer", "lead"}), handles=handles)


@pytest.fixture
def admin() -> Actor:
    return Actor(kind="person", name="ada", roles=frozenset({"viewer", "admin"}))


@pytest.fixture
def machine() -> Actor:
    return Actor(kind="token", name="ci-main", scopes=frozenset({"slices", "import"}))
