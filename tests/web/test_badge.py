"""The badge of a phase: what it says, to whom, and that it is sound SVG without any style."""

from typing import Any
from xml.etree import ElementTree

import pytest

from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import Phase
from phases.views.badge import Badge, badge_of, drawn
from tests import factories
from tests.actions.handed import ready_phase
from tests.actions.reviews import lead
from tests.rules.states import a_phase, a_slice

from .reviewed import someone

URL = "/initiatives/{}/phases/{}/readiness/badge.svg"
C = URL.format("harbour", "C")
SVG = "{http://www.w3.org/2000/svg}"


def said(answer: Any) -> list[str]:
    """The words of the badge."""
    root = ElementTree.fromstring(answer.content)
    return [str(one.text) for one in root.iter(f"{SVG}text")]


def test_badge_counts_what_is_missing(client, viewer, phase):
    client.force_login(viewer)
    answer = client.get(C)
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert said(answer) == ["phase C", "3 missing"]
    title = ElementTree.fromstring(answer.content).find(f"{SVG}title")
    assert title is not None
    assert title.text == "Phase C is not ready: 3 requirements are missing."


def test_badge_of_a_ready_phase_and_of_one_handed_off(db):
    phase = ready_phase()
    client, url = someone(phase, "vera"), URL.format("observatory", "F")
    assert said(client.get(url)) == ["phase F", "ready"]
    hand_off(actor=lead(), phase=current(phase))
    assert said(client.get(url)) == ["phase F", "handed off"]


def test_colours_tell_what_has_not_begun_from_what_lacks_something():
    words = ("planned", "candidate", "landed")
    planned, begun, ready = (badge_of(a_phase(a_slice("D1", word))) for word in words)
    assert len({planned.colour, begun.colour, ready.colour}) == 3
    assert begun.sentence == "Phase D is not ready: 1 requirement is missing."


@pytest.mark.parametrize("url", [C, URL.format("harbour", "Z"), URL.format("nowhere", "C")])
def test_strangers_get_the_same_badge_for_every_address(client, phase, url):
    assert said(client.get(url)) == ["readiness", "sign in"]
    assert client.get(url).content == client.get(C).content


def test_strangers_see_it_where_everybody_may_read(client, phase, settings):
    settings.ANONYMOUS_READ = True
    answer = client.get(C)
    assert said(answer) == ["phase C", "3 missing"]
    assert answer["Cache-Control"] == "max-age=60, public"


def test_badge_of_a_private_installation_is_kept_by_the_reader_alone(client, viewer, phase):
    client.force_login(viewer)
    assert client.get(C)["Cache-Control"] == "max-age=60, private"
    assert "Cookie" in client.get(C)["Vary"]


def test_unknown_phase_has_a_badge_that_says_so(client, viewer, phase):
    client.force_login(viewer)
    answer = client.get(URL.format("harbour", "Z"))
    assert (answer.status_code, said(answer)) == (404, ["readiness", "no such phase"])


def test_known_badge_is_not_sent_again_until_it_changes(client, viewer, phase):
    client.force_login(viewer)
    tag = client.get(C)["ETag"]
    assert client.get(C, headers={"if-none-match": f"W/{tag}"}).status_code == 304
    Phase.objects.get().slices.update(status="landed")
    assert said(client.get(C, headers={"if-none-match": tag})) == ["phase C", "ready"]


def test_badge_is_sound_whatever_it_says_and_has_no_style():
    text = drawn(Badge("<b>&\"'\x00\x1b" + "x" * 99, "]]>", "#000000", "<script>\x07</script>"))
    root = ElementTree.fromstring(text)
    assert "<script" not in text
    assert not any(one.tag.endswith("style") or "style" in one.attrib for one in root.iter())
    assert root.attrib["role"] == "img"


def test_only_reading_is_answered(client, viewer, phase):
    client.force_login(viewer)
    assert client.post(C).status_code == 405
    assert client.head(C).status_code == 200


def test_page_shows_how_to_embed_it(client, viewer, phase):
    client.force_login(viewer)
    html = client.get("/initiatives/harbour/phases/C/readiness/").content.decode()
    page = "http://testserver/initiatives/harbour/phases/C/readiness/"
    assert f"[![Phase C readiness]({page}badge.svg)]({page})" in html
    assert "anybody else sees “sign in”" in html


def test_name_with_signs_of_markdown_stays_a_name(client, viewer):
    factories.make_phase("C_1")
    client.force_login(viewer)
    assert (
        r"Phase C\_1 readiness" in client.get("/initiatives/harbour/phases/C_1/readiness/").content.decode()
    )
