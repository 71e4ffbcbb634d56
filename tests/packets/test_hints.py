"""Keys that no rule knows, and what they were probably meant to be."""

import pytest

from phases.packets import read_packet
from phases.packets.collect import KEPT

from .examples import MINIMAL


def unknown(text: str) -> list[str]:
    return [each.message for each in read_packet(text).problems if each.code == "unknown_key"]


@pytest.mark.parametrize(
    ("line", "meant", "undone"),
    [
        ("artifacts: [docs/R.md]", "requires_artifacts", "No document is required by this key."),
        ("required_artifacts: [docs/R.md]", "requires_artifacts", "No document is required by this key."),
        ("Depends-On: [A0]", "depends_on", "Nothing waits because of this key."),
        ("depends: [A0]", "depends_on", "Nothing waits because of this key."),
        ("gate: [make test]", "gates", "No gate is required by this key."),
        ("gatess: [make test]", "gates", "No gate is required by this key."),
        ("backup_owner: '@x'", "backup", "Nobody becomes backup by this key."),
        ("triggers: [x]", "trigger_criteria", "This key has no effect."),
    ],
)
def test_a_key_like_a_known_one_is_asked_about(line, meant, undone):
    (message,) = unknown(f"{MINIMAL}    {line}\n")
    assert message.endswith(f"Did you mean `{meant}`? {undone}")


def test_the_place_of_a_key_decides_what_is_meant():
    owners = "owners:\n  well:\n    primary_handle: '@water'\n    backup: '@soil'\n"
    (message,) = unknown(owners + MINIMAL)
    assert "Did you mean `backup_approver`?" in message


@pytest.mark.parametrize("key", ["status", "weather", "estimate", "reviewers", "x"])
def test_a_word_of_its_own_is_kept_without_a_question(key):
    (message,) = unknown(f"{MINIMAL}    {key}: dry\n")
    assert message.endswith('shown under "as written".')


def test_asking_ends_where_problems_are_only_counted(monkeypatch):
    asked: list[str] = []

    def hint(key, known):
        asked.append(key)
        return ""

    monkeypatch.setattr("phases.packets.values.hint", hint)
    unknown(MINIMAL + "".join(f"    weather{number}: dry\n" for number in range(KEPT + 50)))
    assert len(asked) == KEPT
