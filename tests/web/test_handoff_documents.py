"""The documents of a handoff: read, downloaded one by one and as a zip, before and after."""

import io
import zipfile

import pytest

from phases.actions.handoffs import reopen_phase
from phases.lookups import current
from phases.models import HandoffDocument, Phase
from phases.permissions import OPERATOR

from .handed import C, handed_off, ready

REPORT = "PHASE_C_EXECUTION_REPORT"


@pytest.fixture
def get(client, viewer):
    client.force_login(viewer)
    return client.get


def names(response):
    return zipfile.ZipFile(io.BytesIO(response.content)).namelist()


def test_draft_is_read_and_marked(get):
    ready()
    page = get(f"{C}handoff/documents/{REPORT}.md/").content.decode()
    assert "A draft: this is what it would say now." in page
    assert "<h3" in page, "Markdown is rendered"


def test_drafts_as_a_zip(get):
    ready()
    response = get(f"{C}handoff/documents/")
    assert len(names(response)) == 10
    assert response["Content-Disposition"] == 'attachment; filename="PHASE_C_HANDOFF_DRAFT.zip"'


def test_download_is_the_very_bytes_that_were_written(get):
    handoff = handed_off()
    response = get(f"{C}handoff/documents/{REPORT}.json/?raw")
    document = handoff.documents.get(name=f"{REPORT}.json")
    assert response.content == document.content.encode()
    assert len(response.content) == document.size
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")


def test_zip_is_the_same_bytes_each_time(get, monkeypatch):
    handed_off()
    first = get(f"{C}handoff/documents/").content
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2096, 1, 1, 0, 0, 0, 0, 1, 0))
    assert get(f"{C}handoff/documents/").content == first


def test_json_is_shown_as_text(get):
    handed_off()
    page = get(f"{C}handoff/documents/{REPORT}.json/").content.decode()
    assert '<pre class="card-body as-file"' in page
    assert "&quot;phase&quot;" in page


def test_documents_lead_to_each_other(get):
    handed_off()
    page = get(f"{C}handoff/documents/FINAL_PHASE_C_HANDOFF.md/").content.decode()
    shown = page[page.index("What to read") :].partition("</table>")[0]
    assert f'<a href="{C}handoff/1/documents/{REPORT}.md/"' in shown
    assert f"({REPORT}.md)" not in shown


def test_hostile_note_stays_text(get):
    handed_off(note="<script>alert(1)</script> [x](javascript:alert(1))")
    page = get(f"{C}handoff/documents/FINAL_PHASE_C_HANDOFF.md/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_documents_of_an_ended_handoff_stay(get):
    handed_off()
    reopen_phase(actor=OPERATOR, phase=current(Phase.objects.get()), reason="A crack.")
    page = get(f"{C}handoff/1/documents/{REPORT}.md/").content.decode()
    assert "This handoff was ended by reopening the phase." in page
    assert "A draft" in get(f"{C}handoff/documents/{REPORT}.md/").content.decode()


def test_redacted_document_is_gone_from_page_file_and_zip(get):
    handed_off()
    HandoffDocument.objects.filter(name=f"{REPORT}.md").update(content="", redacted=True)
    assert (
        "A text in this document was redacted" in get(f"{C}handoff/documents/{REPORT}.md/").content.decode()
    )
    assert get(f"{C}handoff/documents/{REPORT}.md/?raw").status_code == 404
    assert f"{REPORT}.md" not in names(get(f"{C}handoff/documents/"))
    assert "Markdown, redacted" in get(f"{C}readiness/").content.decode()


@pytest.mark.parametrize("path", ["documents/NOTES.md/", "7/documents/", f"7/documents/{REPORT}.md/"])
def test_what_is_not_there_is_404(get, path):
    ready()
    assert get(f"{C}handoff/{path}").status_code == 404
