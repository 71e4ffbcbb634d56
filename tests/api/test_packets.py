"""POST /packets: importing through the API."""

from __future__ import annotations

import pytest

from phases.models import ImportFile, Initiative, Phase, Slice

from .conftest import API

PACKET = """\
phase: Q
entrypoint: docs/quarry/PHASE_Q.md
as_landed_through: Q1
slices:
  - id: Q1
    title: Survey the pit
    owner: '@survey'
  - id: Q2
    title: Drain the pit
    owner: '@pumps'
    depends_on: [Q1]
"""


@pytest.fixture
def send(machine):
    """Posts a packet with a token, `query` in the URL, and answers the response."""
    program = machine("import")

    def post(text=PACKET, **query):
        return program.post(f"{API}/packets", text, content_type="application/yaml", query_params=query)

    return post


def test_a_packet_is_imported(send):
    (entry,) = send().json()["packets"]
    assert (entry["outcome"], entry["initiative"], entry["phase"]) == ("created", "quarry", "Q")
    assert entry["changes"]["slices"]["added"] == ["Q1", "Q2"]
    assert Phase.objects.get().slices.count() == 2


def test_the_same_packet_again_is_unchanged(send):
    send()
    assert send().json()["packets"][0]["outcome"] == "unchanged"


def test_the_initiative_of_the_url_wins(send):
    send(initiative="other")
    assert Initiative.objects.get().slug == "other"


def test_a_dry_run_writes_nothing(send):
    assert send(dry_run="true").json()["packets"][0]["outcome"] == "created"
    assert not Initiative.objects.exists()
    assert not ImportFile.objects.exists()


def test_a_token_never_declares(send):
    send(declared="true")
    assert Slice.objects.get(code="Q1").status == "planned"


def test_an_admin_declares(session, admin):
    session(admin).post(f"{API}/packets", PACKET, content_type="application/yaml")
    assert Slice.objects.get(code="Q1").status == "landed"


def test_an_admin_may_leave_it(session, admin):
    session(admin).post(f"{API}/packets?declared=false", PACKET, content_type="application/yaml")
    assert Slice.objects.get(code="Q1").status == "planned"


def test_the_file_name_tells_the_phase(send):
    text = PACKET.replace("phase: Q\n", "")
    assert send(text, file_name="PHASE_Z_WORKBREAKDOWN.yaml").json()["packets"][0]["phase"] == "Z"


def test_a_packet_with_errors_is_refused_with_all_of_them(send):
    answered = send(PACKET.replace("[Q1]", "[Q1, Q8, Q9]"))
    assert (answered.status_code, answered.json()["error"]["code"]) == (422, "refused")
    lines = [
        problem["line"]
        for problem in answered.json()["packets"][0]["problems"]
        if problem["level"] == "error"
    ]
    assert lines == [11, 11]
    assert not Phase.objects.exists()


def test_a_packet_that_names_no_initiative_asks_for_one(send):
    answered = send(PACKET.replace("entrypoint: docs/quarry/PHASE_Q.md\n", ""))
    assert list(answered.json()["error"]["fields"]) == ["initiative"]


@pytest.mark.parametrize("size", [2 * 2**20 + 1, 9 * 2**20])
def test_a_text_that_is_too_large_is_refused(send, size):
    answered = send("#" * size)
    assert (answered.status_code, answered.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "text", ["", "\0", "[" * 10_000, "\ufeff- a", "a: &a [*a]", "!!python/name:os.system x"]
)
def test_odd_texts_are_refused(send, text):
    assert send(text).status_code == 422


def test_a_token_of_one_initiative_imports_into_no_other(send, machine):
    send()
    bound = machine("import", initiative="quarry")
    answered = bound.post(f"{API}/packets?initiative=other", PACKET, content_type="application/yaml")
    assert answered.status_code == 403
    assert not Initiative.objects.filter(slug="other").exists()


def test_an_import_is_kept_in_the_history(send):
    send()
    kept = ImportFile.objects.get()
    assert (kept.batch.source, kept.outcome, kept.text) == ("api", "created", PACKET)


@pytest.mark.parametrize("query", [{"initiative": "a b"}, {"initiative": "x" * 101}, {"dry_run": "perhaps"}])
def test_a_wrong_query_is_named(send, query):
    answered = send(**query)
    assert (answered.status_code, list(answered.json()["error"]["fields"])) == (422, list(query))


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/yaml", "application/x-yaml"])
def test_a_packet_may_be_sent_as_text(machine, kind):
    assert machine("import").post(f"{API}/packets", PACKET, content_type=kind).status_code == 200


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_a_phase_that_was_handed_off_is_refused_by_that_code(send, dry_run):
    send()
    Phase.objects.update(handed_off=[9, 1, "lena", "2026-06-01T10:00:00+00:00"])
    answer = send(PACKET.replace("title: ", "title: New ", 1), dry_run=dry_run)
    assert answer.status_code in (409, 422)
    assert '"code": "handed_off"' in answer.content.decode()
    assert "was handed off by lena on 2026-06-01" in answer.content.decode()
