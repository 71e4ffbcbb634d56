"""Saying which initiative files are of, and saying it differently while it does not exist."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.models import Import, ImportFile
from phases.views.uploads import NEW
from tests.actions.folders import FILES, make_zip
from tests.factories import make_initiative

from .packets import PACKET, apply, upload

UNTOLD = PACKET.replace("entrypoint: docs/harbour/PHASE_D.md\n", "")
BROKEN_ZIP = {
    **FILES,
    "PHASE_K_WORKBREAKDOWN.yaml": "slices: []\n",
    "PHASE_L_WORKBREAKDOWN.yaml": "slices: []\n",
}


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def shown(client, batch):
    return client.get(batch.get_absolute_url()).content.decode()


def named(client, batch, name, **more):
    return client.post(f"{batch.get_absolute_url()}initiative/", {"initiative": name, **more})


def folder_alone(client, **more):
    """Upload a zip whose packets are all refused."""
    file = SimpleUploadedFile("lighthouse.zip", make_zip(BROKEN_ZIP))
    client.post("/imports/upload/", {"packets": [file], **more})
    return Import.objects.latest("pk")


def of_waiting():
    return set(ImportFile.objects.filter(outcome="pending").values_list("initiative", flat=True))


def test_a_folder_alone_takes_only_an_initiative_that_exists(importer):
    make_initiative("harbour")
    batch = folder_alone(importer)
    assert "or a new one" not in shown(importer, batch)
    answer = named(importer, batch, "beacon")
    assert answer.status_code == 422
    assert "There is no initiative beacon yet, and a folder alone makes none." in answer.content.decode()
    assert of_waiting() == {""}
    assert named(importer, batch, "harbour").status_code == 302
    assert of_waiting() == {"harbour"}


def test_a_folder_alone_has_no_name_to_take_where_no_initiative_exists(importer):
    page = shown(importer, folder_alone(importer))
    assert "Import one of its packets first" in page
    assert 'name="initiative"' not in page


def test_a_folder_of_an_initiative_that_is_not_there_asks_again(importer):
    make_initiative("harbour")
    batch = folder_alone(importer, initiative=NEW, new_initiative="Beacon")
    page = shown(importer, batch)
    assert "Which initiative?" in page
    assert "Apply this folder" not in page
    assert named(importer, batch, "harbour", instead_of="beacon").status_code == 302
    assert "Apply this folder" in shown(importer, batch)


def test_a_new_name_is_changed_for_all_files_that_have_it(importer):
    file = SimpleUploadedFile("lighthouse.zip", make_zip())
    importer.post("/imports/upload/", {"packets": [file], "initiative": NEW, "new_initiative": "Becon"})
    batch = Import.objects.get()
    assert "Rename the new initiative becon" in shown(importer, batch)
    named(importer, batch, "Beacon", instead_of="becon")
    assert of_waiting() == {"beacon"}
    assert apply(importer, batch).status_code == 302


def test_a_name_stays_once_the_initiative_exists(importer):
    apply(importer, upload(importer))
    batch = upload(importer, PACKET.replace("cranes", "lamps"))
    assert "instead_of" not in shown(importer, batch)
    answer = named(importer, batch, "pier", instead_of="harbour")
    assert answer.status_code == 422
    assert "harbour exists by now" in answer.content.decode()
    assert of_waiting() == {"harbour"}


@pytest.mark.parametrize("made_up", ["a\0b", "x" * 300, "<b>"])
def test_a_made_up_name_does_no_harm(importer, made_up):
    assert named(importer, upload(importer), made_up, instead_of=made_up).status_code in (302, 422)


@pytest.mark.parametrize("text", [UNTOLD, PACKET])
def test_a_name_that_is_none_comes_back_as_it_was_typed(importer, text):
    batch = upload(importer, text)
    old = batch.files.get().initiative
    answer = named(importer, batch, "!<!", instead_of=old)
    assert answer.status_code == 422
    assert 'value="!&lt;!"' in answer.content.decode()


def test_a_folder_may_be_named_as_a_packet_beside_it(importer):
    batch = folder_alone(importer)
    waiting = upload(importer).files.get()
    ImportFile.objects.filter(pk=waiting.pk).update(batch=batch)
    assert "or one that a packet here brings" in shown(importer, batch)
    assert named(importer, batch, "harbour").status_code == 302
    assert "Apply this folder" in shown(importer, batch)
