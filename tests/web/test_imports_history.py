"""The list of imports, and the raw text of their files."""

import io

import pytest
from django.core.management import call_command

from phases.actions.uploads import keep_history
from phases.models import Import
from phases.packets import read_packet
from phases.permissions import OPERATOR

from .packets import BROKEN, PACKET, apply, upload


@pytest.fixture
def importer(client, admin):
    client.force_login(admin)
    return client


def raw(batch):
    return f"{batch.get_absolute_url()}raw/{batch.files.get().pk}/"


def test_an_empty_history_teaches_what_to_do(importer):
    page = importer.get("/imports/").content.decode()
    assert "Nothing was imported yet" in page
    assert 'href="/imports/new/"' in page
    assert "docs/packets.md" in page
    assert "docs/packets.md" in importer.get("/imports/new/").content.decode()


def test_every_upload_is_listed_with_its_outcome(importer):
    upload(importer, BROKEN, "PHASE_E.yaml")
    apply(importer, upload(importer))
    page = importer.get("/imports/").content.decode()
    assert page.index("PHASE_D.yaml") < page.index("PHASE_E.yaml")
    assert "✓ created" in page
    assert "✕ rejected" in page


def test_imports_by_the_command_are_listed_too(importer):
    from phases.actions.imports import import_packet

    done = import_packet(
        actor=OPERATOR, reading=read_packet(PACKET), initiative="harbour", file_name="x.yaml"
    )
    keep_history(actor=OPERATOR, source="command", done=done)
    page = importer.get("/imports/").content.decode()
    assert "command line" in page


def test_the_list_is_filtered_by_outcome(importer):
    upload(importer, BROKEN, "PHASE_E.yaml")
    upload(importer)
    page = importer.get("/imports/?outcome=rejected").content.decode()
    assert ("PHASE_E.yaml" in page, "PHASE_D.yaml" in page) == (True, False)


def test_htmx_gets_the_list_alone(importer):
    page = importer.get("/imports/?outcome=rejected", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<section class="stack" id="imports-list">')
    assert "No import here ended like that." in page


def test_the_list_goes_on_where_a_page_ends(importer):
    Import.objects.bulk_create(Import(by=f"person-{n}", source="browser") for n in range(35))
    first = importer.get("/imports/").content.decode()
    oldest_shown = Import.objects.order_by("-pk")[29].pk
    assert f"before={oldest_shown}" in first
    assert ("person-5<" in first, "person-4<" in first) == (True, False)
    assert "person-4<" in importer.get(f"/imports/?before={oldest_shown}").content.decode()


@pytest.mark.parametrize("query", ["outcome=nothing", "before=x", "before=99999999999999999999", "before=²"])
def test_a_made_up_filter_does_no_harm(importer, query):
    assert importer.get(f"/imports/?{query}").status_code == 200


def test_raw_text_has_numbered_lines_and_marks_problems(importer):
    page = importer.get(raw(upload(importer, BROKEN))).content.decode()
    assert '<span id="L7" class="row error"><a class="nr" href="#L7">7</a>' in page
    assert "[<mark>E7</mark>]" in page
    assert "which is no slice" in page
    assert 'id="L8"' not in page


def test_a_long_text_is_shown_in_windows_around_the_asked_line(importer):
    batch = upload(importer, PACKET + "".join(f"# {n}\n" for n in range(14, 3001)))
    page = importer.get(f"{raw(batch)}?line=1500").content.decode()
    assert ('id="L1001"' in page, 'id="L2000"' in page) == (True, True)
    assert ('id="L1000"' in page, 'id="L2001"' in page) == (False, False)
    assert ("?line=1" in page, "?line=2001" in page) == (True, True)


@pytest.mark.parametrize("line", ["0", "99999", "-1", "x", "", "9" * 40, "²"])
def test_a_line_that_is_not_there_leads_to_one_that_is(importer, line):
    assert 'class="row' in importer.get(raw(upload(importer)), {"line": line}).content.decode()


def test_an_overlong_line_is_cut_around_its_mark(importer):
    evil = "x" * 5000
    batch = upload(importer, BROKEN.replace("[E7]", f"[E7]  # {evil}"))
    page = importer.get(raw(batch)).content.decode()
    assert evil not in page
    assert "[<mark>E7</mark>]  # xxx" in page


def test_the_text_can_be_fetched_as_plain_text(importer):
    answer = importer.get(f"{raw(upload(importer))}?download")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="PHASE_D.yaml"'
    assert answer.content.decode() == PACKET


def test_a_file_name_cannot_forge_a_header(importer):
    batch = upload(importer, PACKET, 'a"; x=y.html')
    answer = importer.get(f"{raw(batch)}?download")
    assert answer["Content-Disposition"] == 'attachment; filename="a\\"; x=y.html"'


def test_what_turns_the_direction_of_text_is_made_visible(importer):
    page = importer.get(raw(upload(importer, f"{PACKET}# \u202eevil\n"))).content.decode()
    assert "\u202e" not in page
    assert "[U+202E]evil" in page


def test_everybody_reads_an_applied_text_and_only_importers_another(client, admin, viewer):
    client.force_login(admin)
    applied, waiting = upload(client), upload(client, BROKEN)
    apply(client, applied)
    client.force_login(viewer)
    assert client.get(raw(applied)).status_code == 200
    assert client.get(raw(waiting)).status_code == 404


def test_a_file_is_found_only_in_its_own_import(importer):
    one, other = upload(importer), upload(importer)
    assert importer.get(f"{one.get_absolute_url()}raw/{other.files.get().pk}/").status_code == 404


def test_the_history_does_not_claim_to_hold_what_the_command_refuses(importer, tmp_path):
    file = tmp_path / "PHASE_E_WORKBREAKDOWN.yaml"
    file.write_text("phase: E\nslices: []\n")
    with pytest.raises(SystemExit):
        call_command("import_packet", str(file), stdout=io.StringIO(), stderr=io.StringIO())
    page = importer.get("/imports/").content.decode()
    assert "What those refuse or find unchanged is told to whoever sent it and not kept here." in page
    assert file.name not in page
