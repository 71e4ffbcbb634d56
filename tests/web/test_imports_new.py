"""Uploading: what the form takes, what it refuses and how it says so."""

from html import escape, unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from phases.models import Import, ImportFile, Phase
from phases.packets import read_packet
from phases.views.uploads import MAX_BODY, MAX_FILES, NEW, BoundedUpload
from tests.factories import make_initiative

from .packets import BROKEN, PACKET

UPLOAD = "/imports/upload/"


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def file(name="PHASE_D.yaml", content=PACKET):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def test_the_page_says_what_a_packet_is_and_what_is_allowed(importer, settings):
    settings.PACKET_MAX_BYTES = 3 * 2**20
    page = importer.get(reverse("import-new")).content.decode()
    assert "What a packet is" in page
    assert "at most 3.0\xa0MiB each" in page


def test_the_example_on_the_page_is_a_packet(importer):
    page = importer.get(reverse("import-new")).content.decode()
    example = page.partition('<pre class="example">')[2].partition("</pre>")[0]
    packet = read_packet(unescape(example) + "\n").packet
    assert packet is not None
    assert packet.codes == ("C1", "C2")


def test_a_pasted_packet_may_lack_its_last_line_end(importer):
    importer.post(UPLOAD, {"text": PACKET.rstrip("\n")})
    assert ImportFile.objects.get().outcome == "pending"


def test_an_upload_is_kept_and_leads_to_its_page(importer):
    answer = importer.post(UPLOAD, {"packets": [file(), file("e.yaml", "phase: E")]})
    batch = Import.objects.get()
    assert answer["Location"] == batch.get_absolute_url()
    assert [each.file_name for each in batch.files.all()] == ["PHASE_D.yaml", "e.yaml"]
    assert not Phase.objects.exists()


def test_a_pasted_packet_is_kept_with_line_ends_as_written(importer):
    importer.post(UPLOAD, {"text": PACKET.replace("\n", "\r\n"), "name": "PHASE_D.yaml"})
    assert (ImportFile.objects.get().file_name, ImportFile.objects.get().text) == ("PHASE_D.yaml", PACKET)


def test_a_pasted_packet_gets_a_name_where_none_is_given(importer):
    importer.post(UPLOAD, {"text": PACKET})
    assert ImportFile.objects.get().file_name == "pasted.yaml"


def test_an_existing_initiative_can_be_chosen(importer, db):
    make_initiative("harbour")
    importer.post(UPLOAD, {"packets": file(), "initiative": "harbour"})
    assert ImportFile.objects.get().initiative == "harbour"


def test_a_new_initiative_can_be_named(importer):
    importer.post(UPLOAD, {"packets": file(), "initiative": NEW, "new_initiative": "Old Harbour"})
    assert ImportFile.objects.get().initiative == "old-harbour"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose at least one file"),
        ({"text": "  \n "}, "Choose at least one file"),
        ({"packets": file(), "initiative": "gone"}, "no such initiative any more"),
        ({"text": "a", "initiative": NEW, "new_initiative": "!"}, "with a letter or a digit"),
        ({"text": "a\0b"}, "Null characters are not allowed"),
        ({"text": "a", "name": "n" * 256}, "at most 255 characters"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_its_reason(importer, sent, said):
    answer = importer.post(UPLOAD, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Import.objects.exists()


def test_what_was_typed_comes_back_with_a_refusal(importer):
    answer = importer.post(UPLOAD, {"text": "slices: <b>", "initiative": NEW, "new_initiative": "?"})
    page = answer.content.decode()
    assert "slices: &lt;b&gt;" in page
    assert f'value="{NEW}" selected' in page


def test_a_file_past_the_limit_is_named_with_its_size(importer, settings):
    settings.PACKET_MAX_BYTES = 2048
    answer = importer.post(UPLOAD, {"packets": [file("big.yaml", "#" * 4096), file()]})
    assert "big.yaml has 4.0\xa0KiB; a packet has at most 2.0\xa0KiB." in answer.content.decode()
    assert not Import.objects.exists()


def test_a_pasted_text_past_the_limit_is_refused(importer, settings):
    settings.PACKET_MAX_BYTES = 2048
    answer = importer.post(UPLOAD, {"text": "ü" * 1025})
    assert "more than 2.0\xa0KiB" in answer.content.decode()


def test_too_many_files_are_refused_with_the_limit(importer):
    answer = importer.post(UPLOAD, {"packets": [file(f"{n}.yaml") for n in range(MAX_FILES + 1)]})
    assert f"21 files are too many; at most {MAX_FILES}" in answer.content.decode()


def test_files_that_are_too_large_together_are_refused(importer, settings):
    settings.PACKET_MAX_BYTES = 1024
    answer = importer.post(UPLOAD, {"packets": [file(f"{n}.yaml", "#" * 1000) for n in range(5)]})
    assert "Together the files have more than 4.0\xa0KiB" in answer.content.decode()


def test_no_more_of_a_file_than_its_limit_is_kept_in_memory(settings):
    settings.PACKET_MAX_BYTES = 1000
    handler = BoundedUpload()
    handler.new_file("packets", "x.yaml", "text/yaml", None)
    for start in range(0, 6000, 600):
        handler.receive_data_chunk(b"#" * 600, start)
    kept = handler.file_complete(6000)
    assert (kept.size, len(kept.read())) == (6000, 1001)


def test_many_files_share_one_bound_of_memory(settings):
    settings.PACKET_MAX_BYTES = 1000
    handler = BoundedUpload()
    for number in range(50):
        handler.new_file("packets", f"{number}.yaml", "text/yaml", None)
        handler.receive_data_chunk(b"#" * 5000, 0)
    assert handler.kept == 4001


def test_a_body_past_all_bounds_is_answered_without_reading_it(importer):
    class Unread:
        def read(self, *size):
            raise AssertionError("The body was read.")

        readline = read

    answer = importer.generic(
        "POST",
        UPLOAD,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=MAX_BODY + 1,
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "64.0\xa0MiB with files" in answer.content.decode()


def test_a_refused_text_comes_back_with_what_was_wrong(importer):
    importer.post(
        UPLOAD, {"text": BROKEN, "name": "PHASE_E.yaml", "initiative": NEW, "new_initiative": "Pier"}
    )
    page = importer.get(f"/imports/new/?file={ImportFile.objects.get().pk}").content.decode()
    assert f'autocapitalize="none">\n{escape(BROKEN)}</textarea>' in page
    assert 'value="PHASE_E.yaml"' in page
    assert 'value="pier"' in page
    assert 'data-line="7">line 7</a>' in page


@pytest.mark.parametrize("asked", ["77", "0", "9" * 15])
def test_what_cannot_be_corrected_is_not_found(importer, asked):
    assert importer.get(f"/imports/new/?file={asked}").status_code == 404


def test_a_file_that_waits_is_not_to_be_corrected(importer):
    importer.post(UPLOAD, {"text": PACKET})
    assert importer.get(f"/imports/new/?file={ImportFile.objects.get().pk}").status_code == 404
