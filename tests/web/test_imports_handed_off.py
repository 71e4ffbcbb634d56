"""Imports into a phase that was handed off: the reason, the way to reopen it, and nothing to apply."""

import pytest

from phases.models import Phase

from .packets import PACKET, apply, upload

CHANGED = PACKET.replace("cranes", "lamps")
READINESS = 'href="/initiatives/harbour/phases/D/readiness/"'


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    apply(client, upload(client))
    return client


def hand_off():
    Phase.objects.update(handed_off=[9, 1, "lena", "2026-06-01T10:00:00+00:00"])


def shown(client, batch):
    return client.get(batch.get_absolute_url()).content.decode()


def test_an_upload_is_refused_with_the_reason_and_the_way_to_reopen(importer):
    hand_off()
    page = shown(importer, upload(importer, CHANGED))
    assert "Refused because phase D of harbour was handed off." in page
    assert "was handed off by lena on 2026-06-01, so nothing in it changes." in page
    assert READINESS in page
    assert "0 errors" not in page


def test_nothing_is_to_be_corrected_while_the_phase_is_frozen(importer):
    hand_off()
    batch = upload(importer, CHANGED)
    page = shown(importer, batch)
    for offered in ("The corrected file", "Correct its text here", "Read it again"):
        assert offered not in page
    answer = importer.get(f"/imports/new/?file={batch.files.get().pk}")
    assert (answer.status_code, "was handed off by lena" in answer.content.decode()) == (404, True)


def test_a_waiting_file_says_so_before_anybody_applies_it(importer):
    batch = upload(importer, CHANGED)
    hand_off()
    page = shown(importer, batch)
    assert "This cannot be applied now. Phase D was handed off by lena" in page
    assert READINESS in page
    assert 'id="apply"' not in page
    assert "Which initiative?" not in page


def test_applying_it_all_the_same_is_refused_once(importer):
    batch = upload(importer, CHANGED)
    hand_off()
    page = apply(importer, batch).content.decode()
    assert page.count("was handed off by lena") == 1
    assert "1 file not applied." in page


def test_a_waiting_file_that_changes_nothing_can_be_applied(importer):
    batch = upload(importer)
    hand_off()
    assert 'id="apply"' in shown(importer, batch)


def test_once_reopened_the_waiting_file_can_be_applied(importer):
    batch = upload(importer, CHANGED)
    hand_off()
    Phase.objects.update(handed_off=None)
    page = shown(importer, batch)
    assert 'id="apply"' in page
    assert READINESS not in page


def test_a_refused_file_does_not_send_to_a_phase_that_is_open_again(importer):
    hand_off()
    batch = upload(importer, CHANGED)
    Phase.objects.update(handed_off=None)
    page = shown(importer, batch)
    assert "Read it again if it still counts." in page
    assert READINESS not in page
    assert "The corrected file" not in page


def test_once_reopened_a_refused_file_is_read_again_without_talk_of_errors(importer):
    hand_off()
    batch = upload(importer, CHANGED)
    Phase.objects.update(handed_off=None)
    address = f"/imports/new/?file={batch.files.get().pk}"
    assert f'href="{address}">Read it again</a>' in shown(importer, batch)
    page = importer.get(address).content.decode()
    assert "<h1>Read a packet again</h1>" in page
    assert "Move the lamps" in page
    assert "Correct" not in page
