"""The documents of a phase: asked for, usual, besides; attaching and retracting there; its queries."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.actions.artifacts import attach_artifact
from phases.models import ArtifactVersion
from phases.permissions import OPERATOR
from phases.views import reading_short
from tests import factories
from tests.actions.reviews import hide, judge, take_back

from .handed import C, handed_off, ready
from .reviewed import F, lena, reviewed_phase, someone, text
from .test_budgets import queries

DOCUMENTS = f"{F}documents/"


@pytest.fixture
def phase(db):
    return reviewed_phase("F3", "F4")


@pytest.fixture
def client(phase):
    return lena(phase)


def put(phase, path="docs/HEAT.md", content="state: deferred\n", **said):
    said = said or {"content": content}
    return attach_artifact(actor=OPERATOR, phase=phase, path=path, **said).version


def attach(client, **sent):
    return client.post(f"{F}artifacts/attach/", {"came_from": "documents", "path": "docs/HEAT.md", **sent})


def part(page, name):
    """The words of one card."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_document_asked_for_says_who_waits_and_whose_turn_it_is(client):
    asked = part(text(client, DOCUMENTS), "asked")
    assert '<span class="badge is-missing">missing</span>' in asked
    assert f'Expected by <a href="{F}slices/F3/">F3</a>' in asked
    assert "It has not been attached: F3 needs it before it lands or is deferred. It is your turn." in asked


def test_present_one_shows_version_digest_and_the_verdict_read_from_it(phase, client):
    put(phase)
    row = put(phase, content="state: triggered\n")
    asked = part(text(client, DOCUMENTS), "asked")
    assert '<span class="badge is-passed">present</span>' in asked
    assert f">version 2</a> of 2 · {row.by}" in asked
    assert f"{row.sha256[:8]}</code>" in asked
    assert (
        f'href="{F}artifacts/{row.pk}/?plain=&amp;line=1#L1" title="read from line 1">says triggered' in asked
    )


def test_scan_shows_its_answer(phase, client):
    put(phase, "docs/F3_SCAN.json", '{"triggered": false}')
    assert "says not triggered" in part(text(client, DOCUMENTS), "besides")


def test_one_that_the_ledger_contradicts_is_tagged(phase, client):
    row = put(phase, "docs/F4_REVIEW_DISPOSITION.md", "disposition: `approve`\n")
    judge(phase, "not_ready")
    besides = part(text(client, DOCUMENTS), "besides")
    assert (
        f'<a class="tag warn" href="{F}artifacts/{row.pk}/#disagreed">differs from the ledger</a>' in besides
    )
    assert "The document says approve of F4. In the ledger: Round 1 of F4 by rita says not ready." in besides


def test_one_that_agrees_has_no_such_tag(phase, client):
    put(phase, "docs/F4_REVIEW_DISPOSITION.md", "disposition: `not_ready`\n")
    judge(phase, "not_ready")
    assert "differs from" not in text(client, DOCUMENTS)


def test_json_that_is_none_is_tagged(phase, client):
    put(phase, "docs/F3_SCAN.json", "{")
    besides = part(text(client, DOCUMENTS), "besides")
    assert '<span class="tag warn">not readable as JSON</span>' in besides
    assert "Line 1 is not JSON" in besides


def test_where_it_came_from_is_told(phase, client):
    put(phase, url="https://example.org/heat")
    assert "kept elsewhere" in part(text(client, DOCUMENTS), "asked")
    ArtifactVersion.objects.update(url="", folder="heat-pass-01")
    assert "read from the folder heat-pass-01" in part(text(client, DOCUMENTS), "asked")


def test_what_is_usual_is_shown_as_missing_and_waited_for_by_nobody(client):
    usual = part(text(client, DOCUMENTS), "usual")
    assert '<span class="badge is-not_applicable">missing</span><div><p>Review disposition' in usual
    assert "Nothing waits for it." in usual
    assert 'Final handoff</p><p class="small quiet">The handoff writes it.' in usual
    assert "Trigger evidence" not in usual


def test_usual_one_that_was_attached_is_present_and_listed_besides(phase, client):
    row = put(phase, "docs/F4_REVIEW_DISPOSITION.md", "`approve`")
    page = text(client, DOCUMENTS)
    assert f'Review disposition <a href="{F}artifacts/{row.pk}/">' in part(page, "usual")
    assert "F4_REVIEW_DISPOSITION.md" in part(page, "besides")


def test_role_that_the_packet_asks_for_is_not_usual_too(phase, client):
    factories.make_artifact(phase, "F4", "docs/F4_REVIEW_DISPOSITION.md")
    page = text(client, DOCUMENTS)
    assert "Review disposition" not in part(page, "usual")
    assert '<span class="tag">review disposition</span>' in part(page, "asked")


def test_phase_without_such_a_slice_does_not_miss_its_document(client, phase):
    phase.slices.filter(kind="structural").update(kind="build")
    assert "Structural disposition" not in text(client, DOCUMENTS)


def test_what_the_handoff_writes_is_not_missing(phase, client):
    factories.make_artifact(phase, "F6", "docs/PHASE_F_EXECUTION_REPORT.md")
    asked = part(text(client, DOCUMENTS), "asked")
    assert "at the handoff</span>" in asked
    assert "The handoff writes it." in asked


@pytest.fixture
def after(db):
    """The documents page of a phase that was handed off, of which the packet asks for one of those."""
    phase = ready()
    factories.make_artifact(phase, "C0", "docs/PHASE_C_EXECUTION_REPORT.md")
    handed_off(phase)
    return text(someone(phase, "vera"), f"{C}documents/")


def test_what_the_handoff_wrote_is_present_and_leads_to_it(after, client):
    written, usual = f"{C}handoff/1/documents/", part(after, "usual")
    assert f'present</span> <div> <p><span class="path"><a href="{written}PHASE_C_EXECUTION' in after
    assert "Handoff 1 wrote it." in part(after, "asked")
    assert "<strong>1 of 1 present</strong>" in after
    assert f'Final handoff <a href="{written}FINAL_PHASE_C_HANDOFF.md/">' in usual
    for address in re.findall(rf'href="({written}[^"]+)"', after):
        assert client.get(address).status_code == 200


def test_any_document_is_attached_by_its_path_or_the_name_of_its_file(client):
    assert attach(client, path="docs/NEW.md", content="New.")["Location"] == DOCUMENTS
    attach(client, path="", file=SimpleUploadedFile("NAMED.md", b"Named."))
    assert set(ArtifactVersion.objects.values_list("path", flat=True)) == {"docs/NEW.md", "NAMED.md"}
    assert "NAMED.md" in part(text(client, DOCUMENTS), "besides")


def test_refusal_stands_on_the_page_with_what_was_typed(client):
    answer = attach(client, path="../x.md", content="Typed.")
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "lies outside of the repository" in body
    assert "Typed.</textarea>" in body
    assert 'value="../x.md"' in body


def test_htmx_gets_the_region(client):
    answer = client.post(
        f"{F}artifacts/attach/",
        {"came_from": "documents", "path": "docs/HEAT.md", "content": "Warm."},
        headers={"HX-Request": "true"},
    )
    assert answer.content.decode().lstrip().startswith('<div id="region"')
    assert "Version 1 of HEAT.md is attached." in answer.content.decode()


def test_version_is_retracted_there(phase, client):
    attach(client, content="Warm.")
    row = ArtifactVersion.objects.get()
    sent = {"came_from": "documents", "evidence": row.key, "reason": "Wrong"}
    assert client.post(f"{F}retract/", sent)["Location"] == DOCUMENTS
    assert "struck" in part(text(client, DOCUMENTS), "asked")


def test_retracted_one_besides_is_not_present(phase, client):
    take_back(phase, put(phase, "docs/X.md"))
    assert '<span class="badge is-missing">retracted</span>' in part(text(client, DOCUMENTS), "besides")


def test_redacted_one_says_so_and_no_verdict(phase, client):
    hide(phase, put(phase))
    asked = part(text(client, DOCUMENTS), "asked")
    assert "redacted" in asked
    assert "says deferred" not in asked


def test_viewer_and_stranger_are_offered_no_form(phase):
    assert "Attach" not in part(text(someone(phase, "vera"), DOCUMENTS), "asked")
    olaf = someone(phase, "olaf", "lead", member_of=("@shape",))
    page = text(olaf, DOCUMENTS)
    assert "Attach it" not in part(page, "asked")
    assert 'id="attach"' in page, "what nobody expects may be attached by any lead of the phase"


def test_unchanged_page_is_not_sent_again(client):
    polled = {"HX-Request": "true"}
    tag = client.get(DOCUMENTS, headers=polled)["ETag"]
    assert client.get(DOCUMENTS, headers=polled | {"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("count", [2, 40])
def test_page_makes_twelve_queries_at_most(phase, client, count):
    for number in range(count):
        factories.make_artifact(phase, "F1", f"docs/{number}.md")
        put(phase, f"docs/{number}.md", f"`approve` {number}\n")
        put(phase, f"besides/{number}.md")
    reading_short._known.clear()
    # Session, user, grants; the phase; the five of a snapshot; the versions, their texts.
    assert queries(client, DOCUMENTS) == 11
    assert queries(client, DOCUMENTS) == 10


@pytest.mark.parametrize("count", [1, 30])
def test_version_makes_twelve_queries_at_most(phase, client, count):
    for number in range(count):
        row = put(phase, content=f"See `COLD.md`.\n{number}\n")
        put(phase, f"besides/{number}.md")
    assert queries(client, f"{F}artifacts/{row.pk}/") == 12
    take_back(phase, row)
    assert queries(client, f"{F}artifacts/{row.pk}/") <= 12
    first = ArtifactVersion.objects.filter(path=row.path).earliest("pk")
    if first != row:
        assert queries(client, f"{F}artifacts/{row.pk}/?against={first.number}") <= 12
