"""`manage.py ready`, `verify_ledger`, `create_token`, `revoke_token`, `add_person`, `remove_member`."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.contrib.auth.models import User
from django.core.management import ManagementUtility
from django.db import OperationalError

from phases.actions.slices import move_slice
from phases.actions.tokens import find_token
from phases.management.commands import ready
from phases.models import Dependency, Event, Slice, Token
from phases.permissions import OPERATOR
from tests.factories import make_blocker

from .test_commands_import import run


def answered(*arguments):
    """(exit code, JSON document)."""
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


def test_ready_lists_what_can_start(phase):
    code, answer = answered("ready", "observatory")
    assert (code, answer["ready"]) == (
        0,
        [{"phase": "D", "slice": "D1", "owner": "@dome", "collides_with": [], "collisions": []}],
    )


def test_ready_says_why_the_rest_waits(phase):
    waiting = answered("ready", "observatory", "D")[1]["waiting"]
    assert (waiting[0]["slice"], waiting[0]["for"]) == ("D2", ["slice:D1"])


def test_ready_for_people(phase):
    _, out, _ = run("ready", "observatory")
    assert "D D1 @dome" in out
    assert "D D2 @mirror: D1 is planned" in out


def test_ready_names_a_file_that_is_under_work(phase):
    phase.slices.filter(code="D2").update(status="in_progress", files=["src/dome/door.py", "src/dome/key.py"])
    _, out, _ = run("ready", "observatory")
    assert "D D1 @dome; collides with D2 on src/dome/door.py and 1 more path\n" in out
    phase.slices.filter(code="D2").update(files=["src/dome/door.py"])
    assert "collides with D2 on src/dome/door.py\n" in run("ready", "observatory")[1]


def test_ready_names_blockers_and_decisions(phase):
    phase.slices.filter(code="D2").update(kind="conditional")
    Dependency.objects.filter(slice__code="D3").update(if_triggered=True)
    make_blocker(phase, "D1", "No spare motor.")
    _, out, _ = run("ready", "observatory")
    assert "D D1 @dome: D1 is blocked: No spare motor." in out
    assert "D3 @review: D2 is waiting for a decision by @mirror: triggered or deferred." in out


@pytest.mark.parametrize(
    "arguments", [["ready"], ["import_packet"], ["create_token", "ci", "--days", "soon"]]
)
def test_wrong_usage_exits_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *arguments]).execute()
    assert ended.value.code == 2


@pytest.mark.parametrize("place", [("nowhere",), ("observatory", "Z")])
def test_ready_for_something_unknown(phase, place):
    code, answer = answered("ready", *place)
    assert (code, answer["error"]["code"]) == (2, "not_found")


def test_a_fault_of_the_installation_is_not_a_refusal(phase, monkeypatch):
    def away(*args):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(ready, "get_initiative", away)
    code, answer = answered("ready", "observatory")
    assert (code, answer["error"]["code"]) == (3, "fault")


def test_verify_ledger_prints_the_head(phase):
    phase.initiative.refresh_from_db()
    code, out, _ = run("verify_ledger")
    assert (code, phase.initiative.head in out) == (0, True)


def test_verify_ledger_finds_a_status_that_nobody_recorded(phase):
    Slice.objects.filter(code="D1").update(status="landed")
    code, answer = answered("verify_ledger", "observatory")
    assert (code, answer["holds"]) == (1, False)
    assert "slice:D1" in answer["initiatives"][0]["faults"][0]


def test_verify_ledger_finds_a_changed_entry(phase):
    Event.objects.update(actor="somebody else")
    assert run("verify_ledger")[0] == 1


def test_verify_ledger_knows_a_head_of_earlier(phase):
    head = answered("verify_ledger")[1]["initiatives"][0]["head"]
    move_slice(actor=OPERATOR, phase=phase, code="D1", version=0, verb="start")
    assert run("verify_ledger", "observatory", "--anchor", head)[0] == 0


def test_verify_ledger_misses_a_head_of_elsewhere(phase):
    assert run("verify_ledger", "observatory", "--anchor", "0" * 64)[0] == 1


def test_verify_ledger_needs_the_initiative_of_an_anchor(phase):
    assert run("verify_ledger", "--anchor", "0" * 64)[0] == 2


def test_verify_ledger_of_something_unknown(phase):
    assert run("verify_ledger", "nowhere")[0] == 2


def test_verify_ledger_of_nothing(db):
    assert answered("verify_ledger") == (0, {"holds": True, "initiatives": []})


def test_create_token_prints_a_token_that_works(phase):
    code, out, err = run("create_token", "ci", "--scope", "slices,read", "--initiative", "observatory")
    token = find_token(out.strip())
    assert token is not None
    assert (code, token.scopes, token.initiative) == (0, ["read", "slices"], phase.initiative)
    assert out.strip() not in err


def test_create_token_with_an_end(db):
    run("create_token", "ci", "--scope", "read", "--days", "3")
    token = Token.objects.get()
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days in (2, 3)


def test_create_token_without_an_end_only_if_asked(db):
    run("create_token", "ci", "--scope", "read")
    assert "until it is revoked" in run("create_token", "endless", "--scope", "read", "--days", "never")[2]
    assert [token.name for token in Token.objects.filter(expires_at=None)] == ["endless"]


def test_revoke_token_notes_why_and_says_when_it_was_too_late(db):
    run("create_token", "ci", "--scope", "read")
    assert "is revoked" in run("revoke_token", "ci", "--reason", "rotation")[1]
    code, out, _ = run("revoke_token", "ci", "--reason", "again")
    assert (code, "revoked already" in out) == (0, True)
    assert Token.objects.get().revoke_reason == "rotation"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scope", "everything"),
        ("--scope", ""),
        ("--scope", "read", "--initiative", "nowhere"),
        ("--scope", "read", "--days", "0"),
        (),
    ],
)
def test_create_token_refuses(db, arguments):
    assert run("create_token", "ci", *arguments)[0] in (1, 2)
    assert not Token.objects.exists()


def test_add_person_with_everything(phase, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long phrase about domes\n"))
    member = ("--member-of", "@dome", "--initiative", "observatory")
    code, _, _ = run("add_person", "dora", "--role", "lead", "reviewer", *member, "--password-stdin")
    dora = User.objects.get(username="dora")
    assert (code, dora.check_password("a long phrase about domes")) == (0, True)
    assert sorted(group.name for group in dora.groups.all()) == ["lead", "reviewer"]
    assert [each.owner.handle for each in dora.memberships.all()] == ["@dome"]


def test_add_person_adds_to_what_is_there(phase):
    run("add_person", "dora", "--role", "lead", "--member-of", "@dome", "--initiative", "observatory")
    run("add_person", "dora", "--role", "reviewer", "--member-of", "@mirror", "--initiative", "observatory")
    dora = User.objects.get(username="dora")
    assert (dora.groups.count(), dora.memberships.count()) == (2, 2)


def test_add_person_again_changes_nothing(phase):
    member = ("--member-of", "@dome", "@mirror", "--initiative", "observatory")
    run("add_person", "dora", *member)
    entries = Event.objects.count()
    assert run("add_person", "dora", *member)[0] == 0
    assert Event.objects.count() == entries


def test_add_person_without_a_password_cannot_sign_in_yet(db):
    _, out, _ = run("add_person", "dora")
    assert "no password yet" in out
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--role", "owner"),
        ("--member-of", "@dome"),
        ("--initiative", "observatory"),
        ("--member-of", "@nobody", "--initiative", "observatory"),
        ("--member-of", "@dome", "--initiative", "nowhere"),
        ("--password-stdin",),
    ],
)
def test_add_person_refuses(phase, monkeypatch, arguments):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert run("add_person", "dora", *arguments)[0] in (1, 2)
    assert not User.objects.exists()


def test_add_person_refuses_a_weak_password(db, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("12345\n"))
    code, _, err = run("add_person", "dora", "--password-stdin")
    assert (code, User.objects.exists()) == (2, False)
    assert "too short" in err


def test_revoke_token_ends_it(db):
    secret = run("create_token", "ci", "--scope", "read")[1].strip()
    assert run("revoke_token", "ci")[0] == 0
    assert find_token(secret) is None


def test_revoke_token_of_something_unknown(db):
    assert run("revoke_token", "ci")[0] == 2


def test_remove_member_ends_a_membership(phase):
    run("add_person", "dora", "--member-of", "@dome", "@mirror", "--initiative", "observatory")
    assert run("remove_member", "dora", "@dome", "--initiative", "observatory")[0] == 0
    dora = User.objects.get(username="dora")
    assert [each.owner.handle for each in dora.memberships.all()] == ["@mirror"]


@pytest.mark.parametrize(
    "place", [("@nobody", "observatory"), ("@dome", "nowhere"), ("@dome", "observatory")]
)
def test_remove_member_where_there_is_none(phase, place):
    assert run("remove_member", "dora", place[0], "--initiative", place[1])[0] == 2
