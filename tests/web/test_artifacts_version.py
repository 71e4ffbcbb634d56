"""The page of a version: its text in every form, what was read beside it, versions, and what is gone."""

import pytest
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.models import ArtifactVersion, Event, Inventory
from phases.permissions import OPERATOR
from tests import factories
from tests.actions.reviews import hide, judge, take_back

from .reviewed import F, lena, reviewed_phase, rita, text

REVIEW = """\
# Review of F4

## Findings
1. High: The dome has no brake - fixed in `abc1234`
2. Low: Rust

## Gates
- `make dome` -> pass

## Blockers
None.

See `HEAT.md`, `COLD.md` and `package.json`.

## Final Disposition
`approve`
"""


@pytest.fixture
def phase(db):
    return reviewed_phase("F3", "F4")


@pytest.fixture
def client(phase):
    return rita(phase)


def put(phase, content=REVIEW, path="docs/F4_REVIEW_DISPOSITION.md", **where):
    """Attach it and answer the address of its page."""
    where = where or {"content": content}
    row = attach_artifact(actor=OPERATOR, phase=phase, path=path, **where).version
    return f"{F}artifacts/{row.pk}/"


def test_markdown_is_shown_as_a_page_beside_its_verdict(phase, client):
    page = text(client, put(phase))
    assert '<h3 id="L1"><span id="in-review-of-f4"></span>Review of F4</h3>' in page
    assert '<a class="badge is-passed" href="#L16">says approve</a>' in page
    assert f'about <a href="{F}slices/F4/">F4</a>' in page


def test_every_fact_has_its_line(phase, client):
    page = text(client, put(phase))
    for number in (4, 5, 8, 11, 13, 16):
        assert f'href="#L{number}">line {number}</a>' in page
        assert f'id="L{number}"' in page


def test_document_and_ledger_both_speak_where_they_disagree(phase, client):
    judge(phase, "not_ready")
    page = text(client, put(phase))
    assert "The document says approve of F4." in page
    assert "Round 1 of F4 by rita says not ready." in page
    assert "The document says that make dome passed." in page
    assert "F1 quick: make dome has never run." in page


def test_document_that_agrees_is_left_alone(phase, client):
    judge(phase, "not_ready")
    assert "disagree" not in text(client, put(phase, "## Disposition\n`not_ready`\n"))


def test_nothing_is_recorded_by_reading(phase, client):
    url, before = put(phase), Event.objects.count()
    text(client, url)
    assert (Event.objects.count(), phase.dispositions.count()) == (before, 0)


def test_documents_that_nobody_has_are_listed(phase, client):
    put(phase, "Warm.", "docs/HEAT.md")
    page = text(client, put(phase))
    listed = page.partition("nowhere to be found")[2].partition("</details>")[0]
    assert "COLD.md" in listed
    assert "HEAT.md" not in listed
    assert "package.json" not in listed


def test_documents_of_the_folder_are_not_missed(phase, client):
    data = '{"documents": [{"path": "a/COLD.md", "present": true}, {"path": "a/HEAT.md", "present": false}]}'
    Inventory.objects.create(
        initiative=phase.initiative,
        number=1,
        folder="a",
        data=data,
        sha256="",
        by="ada",
        at=timezone.now(),
        seq=1,
    )
    listed = text(client, put(phase)).partition("nowhere to be found")[2].partition("</details>")[0]
    assert "HEAT.md" in listed
    assert "COLD.md" not in listed


def test_plain_text_has_numbered_lines(phase, client):
    page = text(client, put(phase) + "?plain")
    assert (
        '<p id="L16"><a class="nr" href="#L16" aria-label="Line 16">16</a><span>`approve`</span></p>' in page
    )
    assert '<a class="badge is-passed" href="#L16">says approve</a>' in page


def test_long_plain_text_is_paged_and_facts_lead_to_their_page(phase, client):
    url = put(phase, "word\n" * 2500 + "verdict: approve\n", "docs/F4.txt")
    page = text(client, url)
    assert "Lines 1 to 2000 of 2501" in page
    assert f'href="{url}?plain=&amp;line=2501#L2501"' in page
    assert "Lines 2001 to 2501 of 2501" in text(client, f"{url}?plain&line=2501")


@pytest.mark.parametrize("line", ["0", "999999", "x", "-1", "٣"])
def test_line_that_is_not_there_shows_some_page(phase, client, line):
    assert "approve" in text(client, put(phase) + f"?plain&line={line}")


def test_json_is_set_out_and_its_answer_is_read(phase, client):
    page = text(client, put(phase, '{"triggered":false,"a":[1]}', "docs/F3_TRIGGER_SCAN_RESULT.json"))
    assert "&quot;triggered&quot;: false," in page
    assert 'class="badge is-not_triggered"' in page


@pytest.mark.parametrize("content", ["{", "[" * 30_000, '{"a": ' + "9" * 5000 + "}", '{"a":1,"a":2}'])
def test_broken_json_is_shown_as_it_is(phase, client, content):
    assert client.get(put(phase, content, "docs/F3.json")).status_code == 200


def test_download_is_an_attachment_that_no_browser_takes_for_a_page(phase, client):
    answer = client.get(put(phase, "<script>alert(1)</script>", "docs/x.html") + "?raw")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == 'attachment; filename="x.html"'


@pytest.mark.parametrize("way", ["", "?plain", "?raw"])
def test_markup_of_a_document_never_becomes_markup_of_the_page(phase, client, way):
    answer = client.get(put(phase, "<img src=x onerror=alert(1)>") + way)
    assert b"<img src=x" not in answer.content or way == "?raw"


def test_address_is_named_and_led_to(phase, client):
    url = put(phase, url="https://example.org/heat")
    assert '<a href="https://example.org/heat" rel="noopener nofollow">' in text(client, url)
    assert client.get(url + "?raw")["Location"] == "https://example.org/heat"


def test_versions_are_listed_and_lead_to_what_changed(phase, client):
    first = put(phase, "one\ntwo\n")
    second = put(phase, "one\n2\n")
    page = text(client, second)
    assert f'<a href="{first}">Version 1</a>' in page
    assert f'href="{second}?against=1"' in page
    compared = text(client, f"{second}?against=1")
    assert "Between versions 1 and 2" in compared
    assert '<span class="visually-hidden">removed</span></span><span role="cell" class="text">two' in compared
    assert '<span class="visually-hidden">added</span></span><span role="cell" class="text">2' in compared
    assert "Between versions 1 and 2" in text(client, f"{first}?against=2")


@pytest.mark.parametrize("number", ["9", "x", "", "0"])
def test_version_to_compare_with_that_is_not_there_is_404(phase, client, number):
    assert client.get(f"{put(phase)}?against={number}").status_code == 404


def test_retracted_version_says_who_and_why_and_offers_no_recording(phase, client):
    url = put(phase)
    assert "Record as round of F4" in text(client, url)
    take_back(phase, ArtifactVersion.objects.get(), reason="Wrong phase")
    page = text(client, url)
    assert '<h1 class="struck">' in page
    assert "Wrong phase" in page
    assert "Record as round" not in page


def test_redacted_version_says_so_and_shows_nothing(phase, client):
    url = put(phase, "hunter2")
    hide(phase, ArtifactVersion.objects.get())
    page = text(client, url)
    assert "the text was taken away" in page
    assert "It should not be here" in page
    assert client.get(url + "?raw").status_code == 404
    assert "hunter2" not in page


def test_redacted_version_is_not_compared(phase, client):
    put(phase, "hunter2")
    hide(phase, ArtifactVersion.objects.get())
    assert client.get(put(phase, "other") + "?against=1").status_code == 404


def test_version_of_another_phase_is_404(phase, client):
    pk = put(phase).rstrip("/").rpartition("/")[2]
    assert client.get(f"{F}artifacts/{int(pk) + 1}/").status_code == 404
    assert client.get(f"/initiatives/observatory/phases/X/artifacts/{pk}/").status_code == 404


def test_only_who_may_record_is_offered_to(phase):
    url = put(phase)
    key = ArtifactVersion.objects.get().key
    assert f'href="{F}slices/F4/disposition/?from={key}">Record as round of F4</a>' in text(rita(phase), url)
    assert "Record as round" not in text(lena(phase), url)


def test_document_without_a_verdict_promises_no_filled_form(phase):
    page = text(rita(phase), put(phase, "It was read.\n"))
    assert "Write the round of F4" in page
    assert "Nothing was read that it could be filled in with." in page


def test_document_that_names_its_slice_is_recorded_on_no_other(phase):
    factories.make_artifact(phase, "F6", "docs/F3_DISPOSITION.md")
    page = text(lena(phase), put(phase, "state: deferred\n", "docs/F3_DISPOSITION.md"))
    assert "Record as decision of F3" in page
    assert "posture of F6" not in page
