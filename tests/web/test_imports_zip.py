"""Uploading a zipped packet folder: look, apply or discard, as with single files."""

import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.actions.folder_kept import read
from phases.models import ArtifactVersion, Import, ImportFile, Initiative, Inventory, Phase
from tests.actions.folders import DECISIONS, FILES, PASS, README, REVIEW, REVIEWED, make_zip

UPLOAD = "/imports/upload/"


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def upload(client, data=None, name="lighthouse.zip", **more):
    file = SimpleUploadedFile(name, make_zip() if data is None else data)
    return client.post(UPLOAD, {"packets": [file], **more})


def the_folder():
    return ImportFile.objects.get(file_name="lighthouse/")


def apply(client, *chosen):
    """Apply files of the upload as somebody who has just read the page; all of them by default."""
    files = [file for file in ImportFile.objects.all() if not chosen or file in chosen]
    body = {"file": [file.pk for file in files], **{f"seen-{file.pk}": file.base for file in files}}
    return client.post(f"{Import.objects.get().get_absolute_url()}apply/", body)


def test_a_zip_waits_as_its_packets_and_its_folder(importer):
    answer = upload(importer)
    assert answer["Location"] == Import.objects.get().get_absolute_url()
    names = list(ImportFile.objects.values_list("file_name", flat=True))
    assert names == ["PHASE_K_WORKBREAKDOWN.yaml", "PHASE_L_WORKBREAKDOWN.yaml", "lighthouse/"]
    assert not Phase.objects.exists()


def test_its_page_says_what_applying_it_would_do(importer):
    upload(importer)
    page = importer.get(Import.objects.get().get_absolute_url()).content.decode()
    assert (
        "Records 9 documents and 3 decisions of lighthouse, and 3 closure documents as new versions." in page
    )
    assert f'<td class="path">{REVIEWED}</td>' in page
    assert "Apply this folder" in page


def test_applying_all_imports_packets_inventory_and_documents(importer):
    upload(importer)
    assert apply(importer).status_code == 302
    assert {phase.code for phase in Phase.objects.all()} == {"K", "L"}
    assert ArtifactVersion.objects.get(path=REVIEWED).by == Inventory.objects.get().by == "admin"
    assert the_folder().outcome == "created"


def test_only_texts_that_are_needed_wait_and_they_go_when_applied(importer):
    upload(importer)
    kept = {file.path: file.text for file in read(the_folder().text).files}
    assert {text for text in kept.values() if text} == {README, DECISIONS, REVIEW, *_others()}
    assert kept["axes/01-light.md"] is None
    apply(importer)
    assert the_folder().text == ""


def _others():
    return FILES[f"{PASS}/SCRATCHPAD.md"], FILES["PHASE_K_NOTES.md"]


def test_a_discarded_zip_leaves_nothing_but_its_history(importer):
    upload(importer)
    importer.post(f"{Import.objects.get().get_absolute_url()}discard/")
    assert (the_folder().outcome, the_folder().text) == ("discarded", "")
    assert not Initiative.objects.exists()


def test_a_folder_without_its_packets_waits_for_them(importer):
    upload(importer)
    answer = apply(importer, the_folder())
    assert answer.status_code == 422
    assert "Import one of its packets first" in answer.content.decode()
    assert the_folder().outcome == "pending"


def test_the_same_zip_again_changes_nothing(importer):
    upload(importer)
    apply(importer)
    Import.objects.all().delete()
    upload(importer)
    page = importer.get(Import.objects.get().get_absolute_url()).content.decode()
    assert "lighthouse knows this folder already. Applying it changes nothing." in page
    apply(importer)
    assert (the_folder().outcome, Inventory.objects.count()) == ("unchanged", 1)


def test_a_folder_that_was_overtaken_is_compared_anew(importer):
    upload(importer)
    stale = the_folder()
    upload(importer, make_zip({**FILES, "NEW.md": "x"}))
    second = Import.objects.latest("pk")
    for batch in (second, Import.objects.earliest("pk")):
        files = list(batch.files.all())
        body = {"file": [file.pk for file in files], **{f"seen-{file.pk}": file.base for file in files}}
        answer = importer.post(f"{batch.get_absolute_url()}apply/", body)
    assert answer.status_code == 409
    stale.refresh_from_db()
    assert (stale.outcome, stale.base) == ("pending", 1)


def test_a_packet_in_the_middle_of_a_zip_is_found(importer):
    upload(importer, make_zip(top="docs/projects/lighthouse/"))
    assert the_folder().initiative == "lighthouse"


def test_the_chosen_initiative_wins(importer):
    upload(importer, initiative="+new", new_initiative="Beacon")
    assert set(ImportFile.objects.values_list("initiative", flat=True)) == {"beacon"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and no more", "not a zip, or it is damaged"),
        (make_zip({"notes.md": "x"}), "holds no work breakdown"),
        (make_zip({}), "no file to read"),
    ],
)
def test_a_zip_with_nothing_to_import_is_refused(importer, data, said):
    answer = upload(importer, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Import.objects.exists()


def test_a_zip_past_its_limit_is_named_with_its_size(importer, settings):
    settings.FOLDER_MAX_BYTES = 1024
    answer = upload(importer, make_zip({**FILES, "big.md": str(list(range(900)))}))
    assert answer.status_code == 422
    assert "a zip has at most 1.0\xa0KiB" in answer.content.decode()


def test_a_zip_may_be_larger_than_a_packet(importer, settings):
    settings.PACKET_MAX_BYTES = 1200
    upload(importer, make_zip({**FILES, "big.md": str(list(range(900)))}))
    assert the_folder().outcome == "pending"


def test_a_zip_comes_alone(importer):
    files = [SimpleUploadedFile(name, make_zip()) for name in ("a.zip", "b.zip")]
    assert "upload it alone" in importer.post(UPLOAD, {"packets": files}).content.decode()
    assert "without a pasted text" in upload(importer, text="phase: X").content.decode()
    assert not Import.objects.exists()


def hostile():
    """A zip that climbs out of its folder, links to the system and unpacks to a bomb, beside what is good."""
    data = io.BytesIO(make_zip())
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lighthouse/../../etc/cron.md", "x")
        link = zipfile.ZipInfo(f"lighthouse/{PASS}/LINK.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"lighthouse/{PASS}/BOMB.md", b"0" * (2 * 2**20))
        archive.writestr(f"lighthouse/{PASS}/LATIN.md", b"\xe9")
    return data.getvalue()


def test_a_hostile_zip_brings_what_is_good_and_lists_the_rest(importer):
    upload(importer, hostile())
    page = importer.get(Import.objects.get().get_absolute_url()).content.decode()
    for said in ("leads out of the folder", "never followed", "zip bomb", "is not UTF-8"):
        assert said in page
    apply(importer)
    assert ArtifactVersion.objects.count() == 3


def test_the_raw_text_of_a_folder_is_nobodys_to_read(importer):
    upload(importer)
    assert importer.get(f"/imports/{the_folder().batch_id}/raw/{the_folder().pk}/").status_code == 404


def test_a_lead_may_not_upload_a_zip(client, lead):
    client.force_login(lead)
    assert upload(client).status_code == 403


def test_the_history_lists_a_folder(importer):
    upload(importer)
    assert "lighthouse/</a>" in importer.get("/imports/").content.decode()
