"""Uploads wait until they are applied or discarded."""

import pytest

from phases.actions.uploads import (
    apply_import,
    discard_import,
    name_initiative,
    refresh_preview,
    stage_upload,
)
from phases.errors import Conflict, Forbidden, Invalid
from phases.models import ImportFile, PacketRevision, Phase

from .conftest import PACKET, bring

LIMIT = 10_000
ROLES = """\
slices:
  - {id: A1, title: Survey, owner: '@dome', after: []}
"""


def stage(actor, *files, **options):
    return stage_upload(actor=actor, files=files, max_bytes=LIMIT, **options)


def test_staging_keeps_the_file_and_leaves_the_plan_alone(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()))
    file = batch.files.get()
    assert (file.outcome, file.initiative, file.phase) == ("pending", "observatory", "D")
    assert not Phase.objects.exists()


def test_a_broken_file_is_kept_with_its_problems(admin, db):
    file = stage(admin, ("x.yaml", b"phase: [")).files.get()
    assert file.outcome == "rejected"
    assert file.problems[0]["line"]


def test_a_packet_without_initiative_takes_that_of_its_siblings(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()), ("PHASE_A.yaml", ROLES.encode()))
    assert set(batch.files.values_list("initiative", flat=True)) == {"observatory"}


def test_the_chosen_initiative_wins(admin, db):
    assert (
        stage(admin, ("d.yaml", PACKET.encode()), initiative="telescope").files.get().initiative
        == "telescope"
    )


def test_an_initiative_can_be_named_later(admin, db):
    batch = stage(admin, ("PHASE_A.yaml", ROLES.encode()))
    name_initiative(actor=admin, batch=batch, initiative="Big Telescope")
    assert batch.files.get().initiative == "big-telescope"


def test_a_new_name_can_be_replaced_by_another(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()), initiative="telescop")
    name_initiative(actor=admin, batch=batch, initiative="telescope", instead_of="telescop")
    assert batch.files.get().initiative == "telescope"


def test_the_name_of_an_initiative_that_exists_stays(admin, phase):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.replace("cooling", "heating").encode()))
    with pytest.raises(Invalid, match="observatory exists by now"):
        name_initiative(actor=admin, batch=batch, initiative="telescope", instead_of="observatory")


def test_packets_uploaded_before_are_siblings_but_never_win(admin, db):
    files = ("PHASE_D.yaml", PACKET.encode()), ("PHASE_A.yaml", ROLES.encode())
    slugs = [stage(admin, file, siblings=["pier"]).files.get().initiative for file in files]
    assert slugs == ["observatory", "pier"]


def test_a_lead_may_not_name(admin, lead, db):
    batch = stage(admin, ("PHASE_A.yaml", ROLES.encode()))
    with pytest.raises(Forbidden):
        name_initiative(actor=lead, batch=batch, initiative="telescope")


def test_no_file_at_all_is_refused(admin, db):
    with pytest.raises(Invalid):
        stage(admin)


def test_applying_imports_the_chosen_files_only(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()), ("PHASE_A.yaml", ROLES.encode()))
    chosen = batch.files.get(phase="D")
    apply_import(actor=admin, batch=batch, file_ids=[chosen.pk])
    assert list(Phase.objects.values_list("code", flat=True)) == ["D"]
    assert batch.files.get(phase="D").revision == PacketRevision.objects.get()


def test_the_hash_is_that_of_the_uploaded_bytes(admin, db):
    data = b"\xef\xbb\xbf" + PACKET.replace("\n", "\r\n").encode()
    batch = stage(admin, ("PHASE_D.yaml", data))
    apply_import(actor=admin, batch=batch, file_ids=[batch.files.get().pk])
    assert PacketRevision.objects.get().sha256 == batch.files.get().sha256


def test_applying_an_outdated_preview_is_a_conflict(admin, phase):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.replace("cooling", "heating").encode()))
    bring(PACKET.replace("cooling", "washing"))
    results = apply_import(actor=admin, batch=batch, file_ids=[batch.files.get().pk])
    assert [type(result) for result in results.values()] == [Conflict]
    assert batch.files.get().outcome == "pending"


def test_a_refreshed_preview_can_be_applied(admin, phase):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.replace("cooling", "heating").encode()))
    bring(PACKET.replace("cooling", "washing"))
    refresh_preview(actor=admin, file=batch.files.get())
    apply_import(actor=admin, batch=batch, file_ids=[batch.files.get().pk])
    assert batch.files.get().outcome == "updated"


def test_a_file_is_applied_once(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()))
    ids = [batch.files.get().pk]
    apply_import(actor=admin, batch=batch, file_ids=ids)
    assert apply_import(actor=admin, batch=batch, file_ids=ids) == {}


def test_a_discarded_upload_stays_in_the_history(admin, db):
    batch = stage(admin, ("PHASE_D.yaml", PACKET.encode()))
    assert discard_import(actor=admin, batch=batch) == 1
    assert ImportFile.objects.get().outcome == "discarded"


def test_a_lead_may_not_upload(lead):
    with pytest.raises(Forbidden):
        stage(lead, ("PHASE_D.yaml", PACKET.encode()))
