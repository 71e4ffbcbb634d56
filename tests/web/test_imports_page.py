"""The page of an upload: what would change, what is wrong, and applying it or not."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.models import Event, Phase, Slice
from phases.views.uploads import NEW
from tests.factories import make_run

from .packets import BROKEN, PACKET, apply, upload


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def shown(client, batch):
    return client.get(batch.get_absolute_url()).content.decode()


def test_a_new_phase_is_told_before_it_is_created(importer):
    page = shown(importer, upload(importer))
    assert "Creates phase D of the new initiative harbour with 2 slices and 1 gate." in page
    assert "Move the cranes" in page
    assert not Phase.objects.exists()


def test_an_error_is_shown_with_its_place_and_the_line_marked(importer):
    batch = upload(importer, BROKEN, "PHASE_E.yaml")
    page = shown(importer, batch)
    assert "Refused because of 1 error." in page
    assert f'href="{batch.get_absolute_url()}raw/{batch.files.get().pk}/?line=7#L7">7:18</a>' in page
    assert '<span class="nr">7</span>    depends_on: [<mark>E7</mark>]' in page
    assert '<span class="nr">6</span>    owner: &quot;@quay&quot;' in page


def test_errors_come_before_warnings(importer):
    page = shown(importer, upload(importer, f"colour: red\n{BROKEN}"))
    assert 0 < page.index("✕ 1 error") < page.index("△ 2 warnings")


def test_a_refused_file_offers_nothing_to_apply(importer):
    assert 'id="apply"' not in shown(importer, upload(importer, BROKEN))


def test_applying_creates_the_phase_and_leads_back(importer):
    batch = upload(importer)
    answer = apply(importer, batch)
    assert answer["Location"] == batch.get_absolute_url()
    assert set(Slice.objects.values_list("code", "status")) == {("D1", "landed"), ("D2", "planned")}
    page = shown(importer, batch)
    assert "1 file applied." in page
    assert "Created phase D of harbour as packet revision 1." in page
    assert 'href="/initiatives/harbour/phases/D/"' in page


def test_landing_by_declaration_names_its_slices_and_can_be_left_out(importer):
    batch = upload(importer)
    assert "Record D1 as landed by declaration" in shown(importer, batch)
    apply(importer, batch, declared=False)
    assert set(Slice.objects.values_list("status", flat=True)) == {"planned"}


def test_a_change_is_shown_field_by_field_with_old_and_new(importer):
    apply(importer, upload(importer))
    make_run(Phase.objects.get(), "D1")
    new = PACKET.replace("Move the cranes", "Move both cranes").replace(
        "[make check]", "[make test, make lint]"
    )
    page = shown(importer, upload(importer, new))
    assert "Updates phase D of harbour, which is at packet revision 1: 2 slices changed" in page
    assert "<del>Move the cranes</del><ins>Move both cranes</ins>" in page
    assert "<del>quick: make check</del><ins>quick: make test</ins><ins>quick: make lint</ins>" in page
    assert "D1 quick must run again because its gate changed." in page


def test_a_changed_owner_is_told_in_words(importer):
    owners = "owners:\n  quay:\n    primary_handle: '@quay'\n    backup_approver: '@%s'\n"
    apply(importer, upload(importer, PACKET + owners % "pier"))
    page = shown(importer, upload(importer, PACKET + owners % "crane"))
    assert "<del>quay: @quay, backup @pier</del><ins>quay: @quay, backup @crane</ins>" in page


def test_a_slice_that_is_gone_is_told_as_archived(importer):
    apply(importer, upload(importer))
    page = shown(importer, upload(importer, PACKET[: PACKET.index("  - id: D2")]))
    assert "1 slice archived" in page
    assert 'href="/initiatives/harbour/phases/D/slices/D2/"' in page


def test_the_same_text_again_is_unchanged_before_and_after(importer):
    apply(importer, upload(importer))
    batch = upload(importer)
    assert "Unchanged: this is what packet revision 1 of phase D of harbour says." in shown(importer, batch)
    count = Event.objects.count()
    apply(importer, batch)
    assert "says this already since packet revision 1." in shown(importer, batch)
    assert Event.objects.count() == count


def test_only_chosen_files_are_applied(importer):
    batch = upload(importer)
    answer = importer.post(f"{batch.get_absolute_url()}apply/", {})
    assert answer.status_code == 422
    assert "Choose at least one file to apply." in answer.content.decode()
    assert not Phase.objects.exists()


def test_a_plan_that_moved_on_is_said_at_once(importer):
    batch = upload(importer, PACKET.replace("cranes", "lamps"))
    apply(importer, upload(importer))
    page = shown(importer, batch)
    assert "packet revision 1 is in force now, and this compares with an empty plan" in page


@pytest.mark.parametrize("htmx", [False, True])
def test_a_plan_that_moved_on_is_compared_anew_before_anything_is_applied(importer, htmx):
    batch = upload(importer, PACKET.replace("cranes", "lamps"))
    apply(importer, upload(importer))
    answer = apply(importer, batch, htmx=htmx)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>Move the cranes</del><ins>Move the lamps</ins>" in page
    assert ("<html" in page) is not htmx
    assert Slice.objects.get(code="D2").title == "Move the cranes"
    assert apply(importer, batch).status_code == 302
    assert Slice.objects.get(code="D2").title == "Move the lamps"


def test_a_comparison_that_another_person_renewed_is_not_applied_unseen(importer):
    batch = upload(importer, PACKET.replace("cranes", "lamps"))
    apply(importer, upload(importer))
    apply(importer, batch)
    file = batch.files.get()
    answer = apply(importer, batch, more={f"seen-{file.pk}": "0"})
    assert answer.status_code == 409
    assert "compared anew since you opened this page" in answer.content.decode()


def test_htmx_gets_the_region_with_what_was_done(importer):
    page = apply(importer, upload(importer), htmx=True).content.decode()
    assert page.lstrip().startswith('<div class="stack" id="import-sheets">')
    assert "1 file applied." in page


def test_discarding_sets_aside_what_waits(importer):
    batch = upload(importer)
    importer.post(f"{batch.get_absolute_url()}discard/")
    page = shown(importer, batch)
    assert "1 file discarded." in page
    assert "The plan was not touched." in page
    assert 'id="apply"' not in page


def test_a_packet_without_initiative_asks_for_it(importer):
    batch = upload(importer, PACKET.replace("entrypoint: docs/harbour/PHASE_D.md\n", ""))
    assert "Which initiative?" in shown(importer, batch)
    importer.post(f"{batch.get_absolute_url()}initiative/", {"initiative": "harbour"})
    assert "Creates phase D of the new initiative harbour" in shown(importer, batch)


def test_a_name_that_is_none_is_refused_for_a_packet_without_initiative(importer):
    batch = upload(importer, PACKET.replace("entrypoint: docs/harbour/PHASE_D.md\n", ""))
    answer = importer.post(f"{batch.get_absolute_url()}initiative/", {"initiative": "!!"})
    assert (answer.status_code, "no letter or digit" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("where", ["title", "owner", "id", "depends_on", "name"])
def test_script_is_shown_as_text(importer, where):
    evil = "<script>alert(1)</script>"
    text = (
        PACKET if where == "name" else f"{PACKET}    {where}: '{evil}'\n  - id: D3\n    {where}: ['{evil}']\n"
    )
    page = shown(importer, upload(importer, text, evil if where == "name" else "PHASE_D.yaml"))
    assert evil not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_unknown_upload_is_not_found(importer):
    answer = importer.get("/imports/4711/")
    assert (answer.status_code, "There is no import 4711." in answer.content.decode()) == (404, True)


def test_the_page_takes_as_many_queries_for_twenty_files_as_for_one(importer, django_assert_max_num_queries):
    batch = upload(importer)
    file = batch.files.get()
    for _ in range(19):
        file.pk = None
        file.save()
    # Session, person, roles; import, files, plan, texts; initiatives to choose from.
    with django_assert_max_num_queries(8):
        shown(importer, batch)


def test_a_refused_file_takes_the_corrected_one_beside_its_errors(importer):
    batch = upload(importer, BROKEN, "PHASE_E.yaml", initiative=NEW, new_initiative="Old Harbour")
    form = shown(importer, batch).partition('<form class="again')[2].partition("</form>")[0]
    assert 'name="initiative" value="+new"' in form
    assert 'name="new_initiative" value="old-harbour"' in form
    assert f"/imports/new/?file={batch.files.get().pk}" in form


def test_nothing_is_to_be_corrected_in_a_file_that_waits(importer):
    assert '<form class="again' not in shown(importer, upload(importer))


def test_a_text_that_no_field_would_give_back_is_for_an_editor(importer):
    file = SimpleUploadedFile("PHASE_E.yaml", BROKEN.encode() + b"# caf\xe9\n")
    page = shown(importer, upload(importer, "", packets=file))
    assert '<form class="again' in page
    assert "Correct its text here" not in page


def boxes(answer):
    """The boxes of a page that are ticked, by name."""
    found = re.findall(r'<input type="checkbox" name="(\w+)" value="\d+" form="apply"( checked)?>', answer)
    return {name: bool(ticked) for name, ticked in found}


@pytest.mark.parametrize("declared", [False, True])
def test_a_refused_apply_comes_back_with_the_choices_that_were_sent(importer, declared):
    batch = upload(importer)
    assert boxes(shown(importer, batch)) == {"file": True, "declared": True}
    seen = {f"seen-{batch.files.get().pk}": "7"}
    answer = apply(importer, batch, declared=declared, more=seen)
    assert answer.status_code == 409
    assert boxes(answer.content.decode()) == {"file": True, "declared": declared}


def test_nothing_chosen_comes_back_with_nothing_chosen(importer):
    answer = importer.post(f"{upload(importer).get_absolute_url()}apply/", {})
    assert boxes(answer.content.decode()) == {"file": False, "declared": False}
