"""Documents, routes and decisions on the page of an initiative."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.inventories import record_inventory
from phases.models import ArtifactVersion, Initiative
from phases.permissions import OPERATOR
from tests.actions.folders import PASS, REVIEWED, bring, held, make_folder
from tests.factories import make_initiative

PAGE = "/initiatives/lighthouse/"


@pytest.fixture
def seen(client, viewer):
    """A function that answers the page's text for a query, as a viewer sees it."""
    client.force_login(viewer)

    def text(query: str = "", **headers: str) -> str:
        answer = client.get(PAGE + query, headers=headers)
        assert answer.status_code == 200
        return str(answer.content, "utf-8")

    return text


@pytest.fixture
def lighthouse(tmp_path, db):
    bring(make_folder(tmp_path))
    return Initiative.objects.get()


def test_an_initiative_without_a_folder_says_what_one_is(seen, client, admin):
    make_initiative("lighthouse")
    assert "import_packet FOLDER" in seen()
    assert "Upload the folder" not in seen()
    client.force_login(admin)
    assert "/imports/new/?initiative=lighthouse" in str(client.get(PAGE).content)


def test_documents_stand_by_phase_with_what_is_missing(seen, lighthouse):
    page = seen()
    assert "9, 1 missing, 4 not listed" in page
    assert "<b>The initiative</b>" in page
    assert page.index("<b>Phase K</b>") < page.index("<b>Phase L</b>")
    assert '<span class="doc doc-missing">missing</span>' in page


def test_a_document_leads_to_its_text(seen, lighthouse):
    version = ArtifactVersion.objects.get(path=REVIEWED)
    link = f'<a href="{PAGE}phases/K/artifacts/{version.pk}/">K2_REVIEW_DISPOSITION.md</a>'
    assert link in seen()
    assert f'<a href="{PAGE}phases/K/">PHASE_K_WORKBREAKDOWN.yaml</a>' in seen()


def test_a_decision_names_the_slices_and_documents_that_touch_it(seen, lighthouse):
    page = seen()
    assert "1 open, 1 locked, 1 closed" in page
    locked = page.partition('id="decision-D-002"')[2].partition("</li>")[0]
    assert f'touches <a href="{PAGE}phases/K/slices/K1/">K1</a>' in locked
    still_open = page.partition('id="decision-D-003"')[2].partition("</li>")[0]
    assert "no slice names it" in still_open
    assert "K2_REVIEW_DISPOSITION.md</a>" in still_open


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?q=gloves+nothing", "No document fits", "K2_REVIEW"),
        ("?q=REVIEW+found", "K2_REVIEW", "01-light"),
        ("?q=axis", "01-light", "SCRATCHPAD"),
        ("?phase=-", "01-light", "SCRATCHPAD"),
        ("?phase=K", "SCRATCHPAD", "01-light"),
        ("?show=missing", "PHASE_L_EXECUTION", "SCRATCHPAD"),
        ("?show=unlisted", "01-light", "SCRATCHPAD"),
        ("?q=lens", "A lens of glass", "One lamp"),
        ("?show=odd", "01-light", "No document fits"),
    ],
)
def test_a_search_narrows_documents_routes_and_decisions(seen, lighthouse, query, there, gone):
    page = seen(query)
    assert there in page
    assert gone not in page.replace("What the review found", "")


def test_a_search_by_htmx_answers_the_list_alone(seen, lighthouse):
    page = seen("?q=lens", HX_Request="true", HX_Target="folder-list")
    assert 'id="folder-list"' in page
    assert "<html" not in page


def test_routes_say_what_to_read(seen, lighthouse):
    found = seen("?q=review").partition('class="route-list"')[2]
    assert "<dt>What the review found</dt>" in found
    assert f"{PASS}/K2_REVIEW_DISPOSITION.md</a>" in found


def test_problems_are_told_with_file_and_line(seen, tmp_path, db):
    bring(make_folder(tmp_path, DECISIONS__md="## D-004 Bells\nStatus: maybe\n"))
    page = seen()
    assert "1 note of the last folder import" in page
    assert "<code>DECISIONS.md</code> line 2" in page


def test_what_people_wrote_is_escaped(seen, tmp_path, db):
    bring(make_folder(tmp_path, README__md="- `A.md` — <script>alert(1)</script>\n"))
    assert "&lt;script&gt;alert(1)" in seen()
    assert "<script>alert" not in seen()
    assert "&lt;b&gt;" in seen("?q=<b>")


def enlarge(initiative, documents, decisions):
    """An inventory as large as that, of the same folder."""
    data = held()
    data["documents"] += [
        {**data["documents"][0], "path": f"axes/{number}.md", "phase": "KL"[number % 2]}
        for number in range(documents)
    ]
    data["decisions"] += [{**data["decisions"][0], "code": f"X-{n}"} for n in range(decisions)]
    record_inventory(actor=OPERATOR, initiative=initiative, folder="lighthouse", data=data)


def test_a_large_folder_shows_a_phase_at_a_time(seen, lighthouse):
    enlarge(lighthouse, 1_000, 300)
    page = seen()
    assert '<a href="?phase=K#folder">Show its 504 documents</a>' in page
    assert "axes/" not in page.partition('id="folder-list"')[2].partition("Decisions")[0]
    assert seen("?phase=K").count('class="doc ') == 300
    assert "300 of 504 are shown" in seen("?phase=K")


def test_queries_stay_as_few_however_large_the_folder(client, viewer, lighthouse):
    client.force_login(viewer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    queries()
    before = queries()
    enlarge(lighthouse, 1_000, 300)
    # Session, user, grants; the initiative, phases, what was carried on, owners; the inventory,
    # versions, and the texts of slices.
    assert queries() == before <= 12


def test_a_file_that_cannot_be_read_is_not_plainly_there(seen, tmp_path, db):
    bring(make_folder(tmp_path, OLD__md=b"caf\xe9"))
    page = seen("?q=OLD.md")
    assert '<span class="doc doc-unread">not readable</span>' in page
    assert "There, not readable: Byte 4 (0xe9) is not UTF-8. Save the file as UTF-8." in page
