"""Handing phases off and reopening them over HTTP, and what is refused in between."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.imports import import_packet
from phases.models import Event, HandoffDocument, Phase
from phases.packets import read_packet
from phases.permissions import OPERATOR
from tests.factories import make_owner, make_phase, make_user

from .conftest import API, HARBOUR, PHASE
from .reviews import refusal

WHERE = f"{PHASE}/handoff"
PACKET = "phase: %s\nslices:\n  - {id: %s0, title: Dredge, owner: '@crew'}\n"


@pytest.fixture
def done(db: None) -> Phase:
    """Phase C, in which everything has landed, with two carry-forwards and a risk."""
    phase = make_phase(needs={"C0": ()}, status="landed")
    for kind, text in (("carry_forward", "Paint"), ("carry_forward", "Polish"), ("risk", "Ice")):
        raise_concern(actor=OPERATOR, phase=phase, kind=kind, text=text)
    return phase


@pytest.fixture
def leading(done: Phase, session: Any) -> Any:
    return session(make_user("lena", "lead", member_of=[make_owner(done.initiative)]))


@pytest.fixture
def ruling(session: Any) -> Any:
    return session(make_user("ada", "admin"))


@pytest.fixture
def frozen(leading: Any) -> Any:
    """The handoff, as it was answered."""
    answered = leading.send(WHERE, {"note": "All of it."})
    assert answered.status_code == 201, answered.content
    return answered.json()


def test_a_handoff_names_its_documents(frozen, leading):
    assert (frozen["number"], frozen["by"], frozen["note"], frozen["reopened"]) == (
        1,
        "lena",
        "All of it.",
        None,
    )
    assert frozen["seq"] == Event.objects.get(verb="handoff").seq
    for document in frozen["documents"]:
        text = leading.get(document["url"]).content
        assert hashlib.sha256(text).hexdigest() == document["sha256"]
        assert len(text) == document["size"]


def test_documents_come_as_what_they_are(frozen, leading):
    urls = {document["name"].rpartition(".")[2]: document["url"] for document in frozen["documents"]}
    assert leading.get(urls["json"])["Content-Type"] == "application/json"
    assert leading.get(urls["md"])["Content-Type"] == "text/markdown; charset=utf-8"
    assert json.loads(leading.get(urls["json"]).content)


def test_a_redacted_document_is_told_as_such(frozen, leading):
    first = frozen["documents"][0]
    HandoffDocument.objects.filter(name=first["name"]).update(content="", redacted=True)
    assert "was taken away" in refusal(leading.get(first["url"]), 404)["message"]
    (item,) = leading.get(f"{PHASE}/handoffs").json()["items"]
    assert [one["redacted"] for one in item["documents"]].count(True) == 1


@pytest.mark.parametrize("where", ["handoffs/2/documents/%s", "handoffs/1/documents/x%s"])
def test_unknown_documents_are_404(frozen, leading, where):
    name = frozen["documents"][0]["name"]
    assert leading.get(f"{PHASE}/{where % name}").status_code == 404


def test_open_carry_forwards_go_to_the_next_phase(done, leading):
    later = make_phase("D")
    carried = leading.send(WHERE, {}).json()["carried"]
    assert [(one["text"], one["to_phase"]) for one in carried] == [("Paint", "D"), ("Polish", "D")]
    listed = leading.get(f"{HARBOUR}/phases/D/concerns").json()["items"]
    assert [(one["id"], one["carried_from"]) for one in listed] == [
        (one["to_concern"], "C") for one in carried
    ]
    assert later.concerns.count() == 2


def test_each_handoff_tells_what_it_carried_itself(done, leading, ruling):
    paint, _, risk = done.concerns.all()
    answer_concern(actor=OPERATOR, concern=paint, outcome="resolved", note="Painted.")
    leading.send(WHERE, {})
    ruling.send(f"{PHASE}/reopen", {"reason": "The paint peels."})
    answer_concern(actor=OPERATOR, concern=risk, outcome="carried", note="Every winter.")
    leading.send(WHERE, {})
    items = leading.get(f"{PHASE}/handoffs").json()["items"]
    assert [(item["number"], [one["text"] for one in item["carried"]]) for item in items] == [
        (2, ["Ice"]),
        (1, ["Polish"]),
    ]


def test_what_is_unmet_refuses_it(phase, session, lead):
    error = refusal(session(lead).send(WHERE, {}))
    assert (error["code"], [leaf["key"] for leaf in error["unmet"]]) == (
        "refused",
        ["slice:C0", "slice:C1", "slice:C2"],
    )


def test_nobody_hands_off_twice(frozen, leading):
    assert refusal(leading.send(WHERE, {}), 409)["code"] == "handed_off"


def test_what_is_frozen_refuses_writes(frozen, leading, machine):
    body = {"to": "in_progress", "version": 0, "note": "It leaks."}
    assert refusal(leading.send(f"{PHASE}/slices/C0/status", body), 409)["code"] == "handed_off"
    body = {"kind": "risk", "text": "Ice"}
    assert refusal(machine("slices").send(f"{PHASE}/concerns", body), 409)["code"] == "handed_off"


def test_machines_neither_hand_off_nor_reopen(done, machine):
    program = machine("gates", "slices", "artifacts", "import", "read")
    for where, body in ((WHERE, {}), (f"{PHASE}/reopen", {"reason": "It leaks."})):
        assert refusal(program.send(where, body), 403)["code"] == "forbidden"


def test_leads_of_others_do_not_hand_off(done, session):
    other = make_user("otto", "lead", member_of=[make_owner(done.initiative, "@others")])
    assert refusal(session(other).send(WHERE, {}), 403)["code"] == "forbidden"


def test_an_admin_reopens_with_a_reason(frozen, leading, ruling):
    assert leading.send(f"{PHASE}/reopen", {"reason": "It leaks."}).status_code == 403
    assert list(refusal(ruling.send(f"{PHASE}/reopen", {"reason": " "}))["fields"]) == ["reason"]
    again = ruling.send(f"{PHASE}/reopen", {"reason": "It leaks."}).json()
    assert again["reopened"] == Event.objects.get(verb="reopen_phase").seq
    assert leading.get(PHASE).json()["handed_off"] is None
    assert refusal(ruling.send(f"{PHASE}/reopen", {"reason": "It leaks."}))["code"] == "refused"


def test_a_concern_is_carried_by_hand(done, leading):
    concern = done.concerns.first()
    body = {"outcome": "carried", "note": "In phase D."}
    answered = leading.send(f"{HARBOUR}/concerns/{concern.pk}/answer", body)
    assert (answered.status_code, answered.json()["state"]) == (200, "carried")


@pytest.fixture
def closed(db: None) -> Phase:
    """Phase K, imported and handed off."""
    import_packet(actor=OPERATOR, reading=read_packet(PACKET % ("K", "K")), initiative="harbour")
    Phase.objects.get(code="K").slices.update(status="landed")
    return Phase.objects.select_related("initiative", "revision").get(code="K")


@pytest.fixture
def importing(closed: Phase, ruling: Any) -> Any:
    """Sends a packet for the phase after its handoff."""
    assert ruling.send(f"{HARBOUR}/phases/K/handoff", {}).status_code == 201

    def send(text: str, **query: str) -> Any:
        where = f"{API}/packets?" + "&".join(f"{name}={value}" for name, value in query.items())
        return ruling.post(where, text, content_type="application/yaml")

    return lambda text, **query: send(text, initiative="harbour", **query)


def test_a_frozen_phase_takes_no_packet(importing):
    changed = (PACKET % ("K", "K")).replace("Dredge", "Dredge again")
    assert refusal(importing(changed), 409)["code"] == "handed_off"
    answered = importing(changed, dry_run="true")
    (entry,) = answered.json()["packets"]
    assert (answered.status_code, entry["outcome"]) == (422, "rejected")
    assert [problem["code"] for problem in entry["problems"] if problem["level"] == "error"] == ["handed_off"]
    assert "An admin can reopen it" in answered.json()["error"]["message"]


def test_the_same_packet_changes_nothing_and_says_so(importing):
    answered = importing(PACKET % ("K", "K"))
    assert (answered.status_code, answered.json()["packets"][0]["outcome"]) == (200, "unchanged")
