"""An import whose process is killed in the middle leaves nothing behind."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from phases.actions.verify import verify_ledger
from phases.folders import read_folder
from phases.models import ArtifactVersion, Event, Initiative, Inventory, PacketRevision, Slice

from .conftest import PACKET, bring
from .folders import bring as bring_folder
from .folders import bring_packets, make_folder, of

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
    return run_and_die(CHILD, text)


def run_and_die(script: str, text: str) -> int:
    """Exit code of a process of its own that runs the script with the text as its input."""
    settings = {"DJANGO_SETTINGS_MODULE": "tracker.settings", "DATABASE_URL": database_url(), "DEBUG": "1"}
    child = [sys.executable, "-c", script]
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


FOLDER = """
import os, pathlib, signal, sys
import django
django.setup()
from phases.actions import folders
from phases.actions.ledger import Book
from phases.folders import read_folder
from phases.models import ArtifactVersion
from phases.permissions import OPERATOR

closing = Book.close

def die(book):
    if ArtifactVersion.objects.count() > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    closing(book)

Book.close = die
folder = read_folder(pathlib.Path(sys.stdin.read()))
folders.import_folder(actor=OPERATOR, folder=folder, initiative="lighthouse")
"""


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_was_killed_among_its_documents_is_completed_by_the_next_import(tmp_path):
    place = make_folder(tmp_path)
    bring_packets(read_folder(place))
    assert run_and_die(FOLDER, str(place)) == -signal.SIGKILL
    assert (Inventory.objects.count(), ArtifactVersion.objects.count()) == (1, 1)
    assert len(of(bring_folder(place), "new")) == 2
    assert verify_ledger(initiative=Initiative.objects.get()).faults == []
