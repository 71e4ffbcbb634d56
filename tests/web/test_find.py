"""Find: what is found of an initiative, for whom, and in how many queries."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import raise_concern
from phases.actions.inventories import record_inventory
from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests import factories

HTMX = {"hx-request": "true"}
PHASE = "/initiatives/harbour/phases/C/"
DECISION = {"code": "D-009", "title": "Who owns the quay", "status": "open", "owner": "@crew", "summary": ""}
DOCUMENT = {
    "path": "plans/TIDE_TABLE.md",
    "role": "reference",
    "closure": "",
    "description": "when ships leave",
    "phase": "C",
    "listed": True,
    "present": False,
    "outside": False,
    "routes": [],
}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def hits(client, query, **extra):
    """(address, text) of each thing that is found."""
    page = client.get("/find/", {"q": query, **extra}).content.decode()
    found = re.findall(r'<a class="hit" href="([^"]*)">(.*?)</a>', page)
    return [(url, " ".join(re.sub("<[^>]+>", " ", text).split())) for url, text in found]


def test_slices_by_code_with_their_status(client, viewer, phase):
    phase.slices.filter(code="C1").update(status="candidate")
    client.force_login(viewer)
    assert hits(client, "c-1")[0] == (
        f"{PHASE}slices/C1/",
        "C1 Work of C1 candidate harbour · phase C · @crew",
    )


def test_blocked_slices_say_so(client, viewer, phase):
    factories.make_blocker(phase, "C1")
    client.force_login(viewer)
    assert "planned, blocked" in hits(client, "c1")[0][1]
    assert "blocker, open" in hits(client, "crane out of order")[0][1]


def test_phases_initiatives_owners_and_members(client, lead):
    client.force_login(lead)
    assert hits(client, "phase c")[0] == (PHASE, "Phase C 0 of 3 landed harbour")
    assert ("/initiatives/harbour/", "harbour 1 phase") in hits(client, "harbour")
    assert hits(client, "lead")[0] == (
        "/initiatives/harbour/owners/@crew/",
        "@crew owns 3 slices harbour · lead",
    )


def test_documents_that_are_asked_for_attached_and_listed(client, viewer, phase):
    factories.make_artifact(phase, "C0", "docs/REVIEW.md")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/ICE.md", content="None.")
    data = {"title": "", "documents": [DOCUMENT], "routes": [], "decisions": [DECISION], "problems": []}
    record_inventory(actor=OPERATOR, initiative=phase.initiative, folder="packet", data=data)
    client.force_login(viewer)
    assert hits(client, "review.md")[0] == (
        f"{PHASE}slices/C0/#artifacts",
        "REVIEW.md not attached harbour · phase C · for C0 · docs",
    )
    assert "ICE.md version 1" in hits(client, "ice")[0][1]
    assert "TIDE_TABLE.md missing" in hits(client, "tide table")[0][1]
    assert hits(client, "d009")[0][0] == "/initiatives/harbour/#decision-D-009"


def test_a_listed_document_that_is_kept_is_found_once(client, viewer, phase):
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/plans/TIDE_TABLE.md", content="High.")
    data = {"title": "", "documents": [DOCUMENT], "routes": [], "decisions": [], "problems": []}
    record_inventory(actor=OPERATOR, initiative=phase.initiative, folder="packet", data=data)
    client.force_login(viewer)
    assert [text.partition(" harbour")[0] for _, text in hits(client, "tide")] == ["TIDE_TABLE.md version 1"]


def test_decisions_on_conditional_slices(client, viewer, phase):
    factories.make_slice(phase, "C7", kind="conditional", title="Tide lock")
    client.force_login(viewer)
    found = dict(hits(client, "decision c7"))
    assert "not decided" in found[f"{PHASE}slices/C7/#decision"]


def test_the_phase_that_one_came_from_comes_first(client, viewer, phase):
    factories.make_phase("D", needs={"C1": ()})
    client.force_login(viewer)
    for code in ("C", "D"):
        address = f"/initiatives/harbour/phases/{code}/"
        page = client.get("/find/?q=c1", headers=HTMX | {"hx-current-url": f"http://testserver{address}"})
        assert f'href="{address}slices/C1/"' in page.content.decode().partition("</li>")[0]
        assert hits(client, "c1", initiative="harbour", phase=code)[0][0] == f"{address}slices/C1/"


@pytest.mark.parametrize("left", ["http://[", "http://elsewhere/x", "", "/initiatives/%00/phases/%ff/"])
def test_odd_addresses_that_one_came_from_do_no_harm(client, viewer, phase, left):
    client.force_login(viewer)
    assert client.get("/find/?q=c1", headers={"referer": left}).status_code == 200
    assert client.get("/find/?q=c1", headers=HTMX | {"hx-current-url": left}).status_code == 200


def test_what_was_done_meanwhile_is_found(client, viewer, phase):
    client.force_login(viewer)
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start")
    assert "in progress" in hits(client, "c0")[0][1]
    raise_concern(actor=OPERATOR, phase=phase, slice="C0", kind="risk", text="Fog rolls in")
    assert "Fog rolls in risk, open" in hits(client, "fog")[0][1]


def test_many_are_counted_and_one_kind_can_be_listed(client, viewer, phase):
    for n in range(30):
        factories.make_slice(phase, f"K{n}", title="Quay wall")
    client.force_login(viewer)
    page = client.get("/find/?q=quay").content.decode()
    assert "12 of 30 found" in page
    assert "?q=quay&amp;kind=slice" in page
    assert len(hits(client, "quay", kind="slice")) == 30


def test_typos_are_said(client, viewer, phase):
    factories.make_slice(phase, "K1", title="Lighthouse")
    client.force_login(viewer)
    assert hits(client, "lihgthouse")[0][0].endswith("/K1/")
    assert "comes close" in client.get("/find/?q=lihgthouse").content.decode()


def test_nothing_found_and_nothing_asked_say_what_to_try(client, viewer, phase):
    client.force_login(viewer)
    nothing = client.get("/find/?q=zebra").content.decode()
    assert "Nothing that you may see holds <b>zebra</b>" in nothing
    assert "Slices by code" in nothing
    assert "Slices by code" in client.get("/find/").content.decode()


def test_long_texts_are_cut_politely(client, viewer, phase):
    client.force_login(viewer)
    page = client.get("/find/", {"q": "c1 " * 200}).content.decode()
    assert "only its first 200 characters" in page


@pytest.mark.parametrize("query", ["\0", "c1\0", "%", "👩‍🚀", "\u202e", "<b>", "'\"&", "\n", "x" * 10_000])
def test_no_text_breaks_it(client, viewer, phase, query):
    client.force_login(viewer)
    page = client.get("/find/", {"q": query, "kind": query[:9]})
    assert page.status_code == 200
    assert b"<b><b>" not in page.content


def test_what_people_wrote_is_shown_as_text(client, viewer, phase):
    factories.make_slice(phase, "K1", title="<img src=x onerror=x>tide")
    client.force_login(viewer)
    page = client.get("/find/?q=tide").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_part_alone_for_typing(client, viewer, phase):
    client.force_login(viewer)
    part = client.get("/find/?q=c1", headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="find-results"')
    assert "<html" not in part


def grow(size):
    phase = factories.make_phase(
        slug=f"port-{size}", needs={f"C{n}": () for n in range(size)}, backup="@other"
    )
    for code in phase.slices.values_list("code", flat=True):
        factories.make_artifact(phase, code, f"docs/{code}.md")
        factories.make_blocker(phase, code)
    phase.concerns.update(raised_at=timezone.now())


@pytest.mark.parametrize("sizes", [(5,), (10, 20)])
def test_as_many_queries_for_any_amount(client, viewer, sizes):
    for size in sizes:
        grow(size)
    client.force_login(viewer)
    with CaptureQueriesContext(connection) as captured:
        client.get("/find/?q=c4")
    # Session, user, grants, initiatives; phases, slices, owners, concerns, findings; three for documents.
    assert len(captured) == 12


def test_the_next_letter_costs_one_query(client, viewer, phase, django_assert_num_queries):
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start")
    client.force_login(viewer)
    client.get("/find/?q=c")
    # Session, user, grants; and the positions of the ledgers.
    with django_assert_num_queries(4):
        client.get("/find/?q=c1", headers=HTMX)


def test_whoever_is_not_signed_in_finds_nothing(client, phase):
    assert client.get("/find/?q=c1").status_code == 302
    assert "/accounts/sign-in/" in client.get("/find/?q=c1", headers=HTMX)["HX-Redirect"]
    assert client.get("/keys/").status_code == 302


def test_keys_lead_around_the_phase_of_the_page(client, reviewer, phase):
    client.force_login(reviewer)
    page = client.get(f"{PHASE}slices/C0/").content.decode()
    leads = dict(re.findall(r'data-key="(g .)">.*?<a href="([^"]*)"', page))
    assert leads == {
        "g o": "/",
        "g i": "/inbox/",
        "g r": "/reviews/",
        "g n": "/initiatives/harbour/",
        "g p": PHASE,
        "g h": f"{PHASE}readiness/",
        "g d": f"{PHASE}documents/",
        "g a": f"{PHASE}activity/",
    }


def test_keys_are_a_page_as_well(client, viewer, phase):
    client.force_login(viewer)
    page = client.get("/keys/").content.decode()
    assert "<h1>Keys</h1>" in page
    assert '<dialog id="keys"' not in page
    assert "g r" not in page


@pytest.mark.parametrize(
    ("path", "word"), [("/inbox/", "Inbox"), ("/imports/", "Imports"), ("/tokens/", "Tokens")]
)
def test_the_bar_says_which_section_this_is(client, admin, path, word):
    client.force_login(admin)
    assert f'<a href="{path}" aria-current="page">{word}' in client.get(path).content.decode()


def test_counts_know_the_section_of_the_page_around_them(client, reviewer, phase):
    client.force_login(reviewer)
    page = client.get("/inbox/count/", headers=HTMX | {"hx-current-url": "http://testserver/reviews/"})
    assert '<a href="/reviews/" aria-current="page">Reviews' in page.content.decode()
    assert '<a href="/inbox/">Inbox' in page.content.decode()
    again = {"hx-current-url": "http://testserver/inbox/", "if-none-match": page["ETag"]}
    assert client.get("/inbox/count/", headers=HTMX | again).status_code == 200


def test_the_administration_is_for_staff(client, admin):
    client.force_login(admin)
    assert 'href="/admin/"' not in client.get("/keys/").content.decode()
    admin.is_staff = True
    admin.save()
    assert 'href="/admin/"' in client.get("/keys/").content.decode()
