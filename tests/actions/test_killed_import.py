"""An import whose process is killed in the middle leaves nothing behind."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from phases.models import Event, Initiative, PacketRevision, Slice

from .conftest import PACKET, bring

CHILD = """
import os, signal, sys
import django
django.setup()
from phases.actions import ledger
from phases.packets import read_packet
from phases.actions.imports import import_packet
from phases.models import Slice
from phases.permissions import OPERATOR

def die(book):
    assert Slice.objects.exists(), "the plan is written by now"
    os.kill(os.getpid(), signal.SIGKILL)

ledger.Book.close = die
import_packet(actor=OPERATOR, reading=read_packet(sys.stdin.read()), initiative="observatory")
"""


def database_url() -> str:
    """The database of this test, as another process reaches it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def import_and_die(text: str) -> int:
    settings = {"DJANGO_SETTINGS_MODULE": "tracker.settings", "DATABASE_URL": database_url(), "DEBUG": "1"}
    child = [sys.executable, "-c", CHILD]
    env = {**os.environ, **settings}
    return subprocess.run(child, input=text, text=True, env=env, check=False, timeout=60).returncode


@pytest.mark.django_db(transaction=True)
def test_a_killed_first_import_leaves_an_empty_database():
    assert import_and_die(PACKET) == -signal.SIGKILL
    assert not Initiative.objects.exists()
    assert not Slice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_update_leaves_the_revision_before():
    bring(PACKET)
    assert import_and_die(PACKET.replace("cooling", "heating")) == -signal.SIGKILL
    assert PacketRevision.objects.count() == Event.objects.count() == 1
    assert Slice.objects.get(code="D2").title == "Mirror cooling"


@pytest.mark.django_db(transaction=True)
def test_after_a_killed_import_the_next_one_goes_through():
    import_and_die(PACKET)
    assert bring(PACKET).outcome == "created"
