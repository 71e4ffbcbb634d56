"""Attaching versions of artifacts."""

import hashlib

import pytest

from phases.actions.artifacts import MAX_CONTENT, attach_artifact
from phases.errors import Forbidden, Invalid
from phases.models import Artifact, ArtifactVersion, Event
from phases.permissions import OPERATOR, Actor

from .conftest import bring
from .reviews import REVIEWED, faults, hide, lead, person, reviewed_phase, reviewer, slice_of

PATH = "docs/HEAT.md"


@pytest.fixture
def phase(db):
    return reviewed_phase()


def attach(phase, path=PATH, actor=OPERATOR, **said):
    return attach_artifact(actor=actor, phase=phase, path=path, **(said or {"content": "Grüße"}))


def test_a_version_keeps_its_text_and_the_digest_of_it(phase):
    row, is_new = attach(phase)
    assert (row.content, row.size, row.number, row.url, is_new) == ("Grüße", 7, 1, "", True)
    assert row.sha256 == hashlib.sha256("Grüße".encode()).hexdigest()
    assert (row.by, row.source, faults()) == (OPERATOR.name, "operator", [])


def test_a_version_can_be_an_address(phase):
    row = attach(phase, url=" https://e.org/x ").version
    assert (row.url, row.content, row.sha256, row.size) == ("https://e.org/x", "", "", 0)
    assert faults() == []


def test_it_is_an_entry_of_the_slice_that_expects_it(phase):
    row = attach(phase).version
    entry = Event.objects.get(seq=row.seq)
    assert (entry.verb, entry.target, entry.slice) == ("attach", row.key, "F3")
    assert entry.after == {
        "path": PATH,
        "number": 1,
        "sha256": row.sha256,
        "size": 7,
        "url": "",
        "retracted": 0,
    }


def test_every_slice_that_expects_it_has_it(phase):
    bring(REVIEWED.replace("kind: structural,", f"kind: structural, requires_artifacts: [{{path: {PATH}}}],"))
    row = attach(phase).version
    assert {one.latest for one in Artifact.objects.all()} == {row}
    assert slice_of(phase, "F5").artifacts[0].version.number == 1


def test_a_slice_that_comes_to_expect_it_has_it_at_once(phase):
    row = attach(phase, "docs/SHAPE.md").version
    bring(
        REVIEWED.replace(
            "kind: structural,", "kind: structural, requires_artifacts: [{path: docs/SHAPE.md}],"
        )
    )
    assert slice_of(phase, "F5").artifacts[0].version.id == row.pk
    assert faults() == []


def test_a_path_that_nobody_expects_is_taken(phase):
    row = attach(phase, "docs/OTHER.md").version
    assert Event.objects.get(seq=row.seq).slice == ""
    assert faults() == []


def test_versions_of_a_path_are_counted(phase):
    numbers = [attach(phase, content=text).version.number for text in ("a", "b", "a")]
    assert (numbers, attach(phase, "docs/OTHER.md").version.number) == ([1, 2, 3], 1)
    assert Artifact.objects.get().latest.number == 3


@pytest.mark.parametrize("said", [{"content": "a"}, {"url": "https://e.org/x"}])
def test_the_same_again_is_no_new_version(phase, said):
    first = attach(phase, **said).version
    assert attach(phase, **said) == (first, False)
    assert ArtifactVersion.objects.count() == 1


def test_another_address_is_a_new_version(phase):
    attach(phase, url="https://e.org/x")
    assert attach(phase, url="https://e.org/y").is_new


@pytest.mark.parametrize("path", ["./docs//HEAT.md", " docs/HEAT.md ", "docs/./HEAT.md"])
def test_a_path_is_the_same_however_it_is_written(phase, path):
    assert attach(phase, path).version.path == PATH


@pytest.mark.parametrize("path", ["", " ", ".", "./", "..", "../x.md", "a\nb", "x" * 501])
def test_what_is_no_path_within_the_repository_is_refused(phase, path):
    with pytest.raises(Invalid) as refusal:
        attach(phase, path)
    assert list(refusal.value.fields) == ["path"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": ""}, "content"),
        ({"content": "a", "url": "https://e.org"}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n"}, "content"),
        ({"content": "a\0"}, "content"),
        ({"content": "a\ud800"}, "content"),
        ({"content": "é" * (MAX_CONTENT // 2) + "a"}, "content"),
        ({"url": "wheel"}, "url"),
        ({"url": "ftp://e.org/x"}, "url"),
        ({"url": "https://e.org/" + "x" * 500}, "url"),
    ],
)
def test_what_cannot_be_kept_names_the_field(phase, said, field):
    with pytest.raises(Invalid) as refusal:
        attach(phase, **said)
    assert list(refusal.value.fields) == [field]


def test_the_largest_content_is_kept(phase):
    assert attach(phase, content="a" * MAX_CONTENT).version.size == MAX_CONTENT


@pytest.mark.parametrize("handle", ["@heat", "@dome"])
def test_leads_of_the_slice_that_expects_it_attach(phase, handle):
    assert attach(phase, actor=lead("lars", handle)).version.by == "lars"


def test_other_leads_do_not(phase):
    for actor in (lead("lars", "@mirror"), reviewer(), person("vera")):
        with pytest.raises(Forbidden):
            attach(phase, actor=actor)


def test_what_nobody_expects_is_for_any_lead_of_the_phase(phase):
    assert attach(phase, "docs/OTHER.md", lead("lars", "@mirror")).is_new
    with pytest.raises(Forbidden):
        attach(phase, "docs/OTHER.md", lead("lars", "@elsewhere"))


@pytest.mark.parametrize(("scope", "may"), [("artifacts", True), ("slices", False)])
def test_a_token_takes_its_scope(phase, scope, may):
    machine = Actor(kind="token", name="bot", scopes=frozenset({scope}))
    if may:
        assert attach(phase, actor=machine).version.source == "token"
    else:
        with pytest.raises(Forbidden):
            attach(phase, actor=machine)


def test_a_redacted_content_goes_from_every_version_that_says_it(phase):
    first, second = attach(phase).version, attach(phase, "docs/COPY.md").version
    hide(phase, first)
    second.refresh_from_db()
    assert (second.content, second.redacted, faults()) == ("[redacted]", True, [])
