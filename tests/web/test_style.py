"""The style page: what it shows is what the pages use."""

import re

import pytest

from phases.rules.facts import FindingStatus, Severity
from phases.rules.freshness import Badge
from phases.rules.state import Status
from phases.views.style import GROUPS, verb_for
from phases.views.style_samples import looks, tokens


@pytest.fixture
def shown(client, admin):
    client.force_login(admin)
    return client.get("/style/").content.decode()


def test_every_part_stands_there_in_both_themes(shown):
    parts = [part.name for _, group in GROUPS for part in group]
    for name in parts:
        assert shown.count(f'aria-label="{name}, light"') == 1
        assert shown.count(f'aria-label="{name}, dark"') == 1


def test_every_badge_and_status_is_shown(shown):
    badges = {*Badge, *Severity, *FindingStatus} - {FindingStatus.RETRACTED}
    assert {one.value for one in badges} <= set(re.findall(r'class="badge is-(\w+)"', shown))
    assert {one.value for one in Status} <= set(re.findall(r'class="st st-(\w+)"', shown))


def test_no_identity_is_given_twice(shown):
    found = re.findall(r'\bid="([^"]+)"', shown)
    assert len(found) == len(set(found))


def test_the_samples_are_drawn_by_the_functions_of_the_pages():
    light, dark = looks()
    assert 'id="node-L4"' in light.graph
    assert 'id="node-D4"' in dark.graph
    assert ("ready", "L5: can start") in light.segments


def test_tokens_are_shown_with_the_values_of_both_themes(shown):
    found = {token.name: token for _, group in tokens() for token in group}
    assert (found["page"].light, found["page"].dark) == ("#f7f7f5", "#121316")
    assert found["gap-4"].dark == ""
    assert all(f"<code>{name}</code>" in shown for name in found)


def test_where_the_tracker_is_worked_on_anybody_may_look():
    assert (verb_for(debug=True), verb_for(debug=False)) == ("see", "administer")
