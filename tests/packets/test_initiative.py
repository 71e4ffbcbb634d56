"""Which initiative and phase a packet belongs to."""

import pytest

from phases.packets import choose_initiative, folder_of_entrypoint
from phases.packets.initiative import phase_of_file_name, slugify
from tests.packets.examples import FULL, MINIMAL, read


def test_what_is_given_wins_then_entrypoint_then_siblings_then_folder():
    told, silent = read(FULL), read(MINIMAL)
    assert choose_initiative(told, given="My Farm", siblings=["b"], folder="c") == "my-farm"
    assert choose_initiative(told, siblings=["b"], folder="c") == "orchard-network"
    assert choose_initiative(silent, siblings=["", "b"], folder="c") == "b"
    assert choose_initiative(silent, folder="/srv/My Orchard/") == "my-orchard"
    assert choose_initiative(silent) == ""


def test_siblings_speak_by_majority_and_a_tie_says_nothing():
    assert choose_initiative(read(MINIMAL), siblings=["a", "b", "b"]) == "b"
    assert choose_initiative(read(MINIMAL), siblings=["a", "b"], folder="c") == "c"


@pytest.mark.parametrize(
    ("entrypoint", "slug"),
    [
        ("docs/projects/orchard/PHASE_A.md", "orchard"),
        ("C:\\work\\Orchard Net\\x.md", "orchard-net"),
        ("./x.md", ""),
        ("x.md", ""),
        ("", ""),
    ],
)
def test_the_folder_of_the_entrypoint(entrypoint, slug):
    assert folder_of_entrypoint(entrypoint) == slug


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("PHASE_D_WORKBREAKDOWN.yaml", "D"),
        ("a/b/phase-d-workbreakdown.yml", "D"),
        ("PHASE_12_WORKBREAKDOWN.yaml", "12"),
        ("old.PHASE_F.yaml", "F"),
        ("WORKBREAKDOWN.yaml", ""),
    ],
)
def test_the_phase_of_a_file_name(name, phase):
    assert phase_of_file_name(name) == phase


def test_slugs_are_plain_and_bounded():
    assert slugify("Über Ernte / 2031!") == "uber-ernte-2031"
    assert slugify("漢字") == ""
    assert len(slugify("x" * 300)) == 100
