"""Correcting a refused packet: its initiative, its errors, and what comes back with a refusal."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.models import Import, ImportFile
from phases.views.uploads import NEW
from tests.actions.folders import make_zip

from .packets import BROKEN, PACKET, apply, upload

UPLOAD = "/imports/upload/"
UNTOLD = BROKEN.replace("entrypoint: docs/harbour/PHASE_E.md\n", "")
MENDED = UNTOLD.replace("depends_on: [E7]", "depends_on: []")
FORGOTTEN = "Browsers forget chosen files"
ASKS = "docs/slip-way/_phase-d-runtime-execution-pass-01-2026-05-01/D1_NOTE.md"


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def yaml(name, text):
    return SimpleUploadedFile(name, text.encode())


def refused():
    return ImportFile.objects.get(outcome="rejected")


def beside(client, *, broken=UNTOLD):
    """Upload a packet that says its initiative and a broken one; the page of the upload."""
    client.post(UPLOAD, {"packets": [yaml("PHASE_D.yaml", PACKET), yaml("PHASE_E.yaml", broken)]})
    return client.get(Import.objects.get().get_absolute_url()).content.decode()


def hidden(page):
    """The hidden fields of the form that takes the corrected packet."""
    forms = re.findall(r'<form class="(?:again|stack)[^>]*>.*?</form>', page, re.S)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', forms[0]))


def test_a_corrected_file_is_of_the_initiative_that_its_siblings_told(importer):
    fields = hidden(beside(importer))
    importer.post(UPLOAD, {**fields, "packets": yaml("PHASE_E.yaml", MENDED)})
    assert ImportFile.objects.latest("pk").initiative == "harbour"


def test_a_corrected_text_is_of_the_initiative_that_its_siblings_told(importer):
    beside(importer)
    page = importer.get(f"/imports/new/?file={refused().pk}").content.decode()
    assert "As the packet says, else harbour" in page
    importer.post(UPLOAD, {**hidden(page), "text": MENDED, "name": "PHASE_E.yaml", "initiative": ""})
    assert ImportFile.objects.latest("pk").initiative == "harbour"


def test_what_the_corrected_packet_says_itself_wins_over_its_siblings(importer):
    fields = hidden(beside(importer))
    told = f"entrypoint: docs/pier/PHASE_E.md\n{MENDED}"
    importer.post(UPLOAD, {**fields, "packets": yaml("PHASE_E.yaml", told)})
    assert ImportFile.objects.latest("pk").initiative == "pier"


def wrong_name(client, **more):
    upload(client, BROKEN, "PHASE_E.yaml")
    page = client.get(f"/imports/new/?file={refused().pk}").content.decode()
    sent = {"text": "slices: mine", "initiative": NEW, "new_initiative": "!!", **more}
    return client.post(UPLOAD, {**hidden(page), **sent})


def test_an_invalid_correction_still_knows_what_it_corrects(importer):
    answer = wrong_name(importer)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<h1>Correct a packet</h1>" in page
    assert 'data-line="7">line 7</a>' in page
    assert "slices: mine" in page
    assert 'class="drop"' not in page


def test_files_are_to_be_chosen_again_only_where_some_were_sent(importer):
    assert FORGOTTEN not in wrong_name(importer).content.decode()
    sent = {"packets": yaml("a.yaml", PACKET), "initiative": NEW, "new_initiative": "!!"}
    assert FORGOTTEN in importer.post(UPLOAD, sent).content.decode()


def test_a_corrected_file_that_is_too_large_can_be_chosen_again(importer, settings):
    settings.PACKET_MAX_BYTES = 2048
    fields = hidden(beside(importer))
    page = importer.post(UPLOAD, {**fields, "packets": yaml("big.yaml", "#" * 4096)}).content.decode()
    assert "<h1>Correct a packet</h1>" in page
    assert 'class="drop"' in page
    assert hidden(page)["corrected"] == str(refused().pk)


def test_an_emptied_text_is_told_as_such(importer):
    page = wrong_name(importer, text=" ", initiative="", new_initiative="").content.decode()
    assert "The text is empty." in page
    assert "Choose at least one file" not in page


@pytest.mark.parametrize("made_up", ["x", "77", "9" * 40, "-1", "a\0"])
def test_a_made_up_correction_is_an_upload(importer, made_up):
    answer = importer.post(UPLOAD, {"text": PACKET, "corrected": made_up})
    assert answer.status_code in (302, 422)
    assert b"Correct a packet" not in answer.content


def zipped(client):
    """Upload a zip whose only packet is refused, and a document that it asks for; the page of the upload."""
    broken = BROKEN.replace("phase: E", "phase: D").replace("harbour", "slip-way")
    asking = f"{broken}    requires_artifacts: [{ASKS}]\n"
    files = {"PHASE_D_WORKBREAKDOWN.yaml": asking, ASKS.removeprefix("docs/slip-way/"): "Noted.\n"}
    client.post(UPLOAD, {"packets": [SimpleUploadedFile("slip-way.zip", make_zip(files, "slip-way/"))]})
    return client.get(Import.objects.get().get_absolute_url()).content.decode()


def test_a_packet_of_a_zip_is_corrected_in_its_folder(importer):
    page = zipped(importer)
    assert "Correct it in its folder and upload the zip again." in page
    assert "The corrected file" not in page
    assert "Correct its text here" not in page
    answer = importer.get(f"/imports/new/?file={refused().pk}")
    assert (answer.status_code, "upload the zip again" in answer.content.decode()) == (404, True)


def test_documents_that_nobody_could_ask_for_are_not_told_as_kept(importer):
    zipped(importer)
    text = f"{MENDED}    requires_artifacts: [{ASKS}]\n".replace("phase: E", "phase: D")
    apply(importer, upload(importer, text, initiative=NEW, new_initiative="slip-way"))
    first = Import.objects.earliest("pk")
    importer.post(f"{first.get_absolute_url()}initiative/", {"initiative": "slip-way"})
    page = importer.get(first.get_absolute_url()).content.decode()
    assert "Its text was not kept: no packet that could be imported asked for it" in page
    assert "texts of its README and its decision register wait here" in page
