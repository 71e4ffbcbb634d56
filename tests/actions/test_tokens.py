"""Machines' tokens: what is stored, how long they work, and who answers for them."""

import datetime as dt
import hashlib
import threading

import pytest
from django.db import connection
from django.utils import timezone

from phases.actions.tokens import create_token, find_token, get_token, revoke_token
from phases.actions.verify import verify_ledger
from phases.errors import Forbidden, Invalid, NotFound
from phases.models import Event, Token
from phases.models.people import TokenState, usable_at
from phases.permissions import OPERATOR, Actor, actor_for_token
from tracker.hiding import has_token, without_tokens

SECOND = dt.timedelta(seconds=1)


def make(**wanted):
    """(token, secret)"""
    return create_token(actor=OPERATOR, **({"name": "ci", "scopes": ["read"]} | wanted))


@pytest.fixture
def clock(monkeypatch):
    """The moment that the program takes for now; a test may move it."""
    box = {"now": timezone.now()}
    monkeypatch.setattr(timezone, "now", lambda: box["now"])
    return box


def test_a_token_is_found_by_its_secret_alone(db):
    token, secret = make()
    assert find_token(secret) == token
    assert find_token(secret[:-1]) is None
    assert find_token(token.digest) is None


def test_only_the_digest_is_stored(phase):
    token, secret = make(initiative="observatory")
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    kept = [*Token.objects.values(), *Event.objects.values()]
    assert secret.removeprefix(f"pet_{token.prefix}_") not in str(kept)


def test_a_token_acts_within_its_scopes(phase):
    token, _ = make(scopes=["import"], initiative="observatory")
    actor = actor_for_token(token)
    assert actor.may("import")
    assert not actor.may("move")
    assert not actor.sees(phase.initiative_id + 1)


def test_a_token_lives_ninety_days_unless_somebody_decides_otherwise(db, clock):
    assert make()[0].expires_at == clock["now"] + dt.timedelta(days=90)
    assert make(name="short", days=1)[0].expires_at == clock["now"] + dt.timedelta(days=1)
    assert make(name="long", days=None)[0].expires_at is None


def test_it_works_until_the_second_that_it_expires(db, clock):
    token, secret = make(days=1)
    clock["now"] = token.expires_at - SECOND
    assert find_token(secret)
    clock["now"] = token.expires_at
    assert find_token(secret) is None


def test_the_list_and_the_door_mean_the_same_by_usable(db, clock):
    make(name="living")
    make(name="endless", days=None)
    revoke_token(actor=OPERATOR, token=make(name="revoked")[0])
    clock["now"] = make(name="expired", days=1)[0].expires_at
    usable = Token.objects.filter(usable_at(clock["now"]))
    assert {token.name for token in usable} == {"living", "endless"}
    assert set(usable) == {token for token in Token.objects.all() if token.state == TokenState.USABLE}


def test_use_is_written_down_at_most_once_a_minute(db, clock):
    _, secret = make()
    first = clock["now"]
    seen = []
    for seconds in (0, 59, 60):
        clock["now"] = first + seconds * SECOND
        find_token(secret)
        seen.append(Token.objects.get().last_used_at - first)
    assert seen == [0 * SECOND, 0 * SECOND, 60 * SECOND]


def test_a_use_within_the_minute_writes_nothing(db, django_assert_num_queries):
    _, secret = make()
    find_token(secret)
    with django_assert_num_queries(1):
        find_token(secret)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "n" * 101),
        ("name", "two\nlines"),
        ("name", "nul\0"),
        ("scopes", ["everything"]),
        ("scopes", []),
        ("days", 0),
        ("days", 3651),
        ("initiative", "moon"),
        ("initiative", "nul\0"),
    ],
)
def test_a_wrong_token_is_refused(db, field, value):
    with pytest.raises(Invalid) as refusal:
        make(**{field: value})
    assert list(refusal.value.fields) == [field]
    assert not Token.objects.exists()


def test_all_that_is_wrong_comes_at_once(db):
    with pytest.raises(Invalid) as refusal:
        make(name="", scopes=[], days=0, initiative="moon")
    assert set(refusal.value.fields) == {"name", "scopes", "days", "initiative"}


def test_a_name_is_given_once_also_after_it_ended(db):
    revoke_token(actor=OPERATOR, token=make()[0])
    with pytest.raises(Invalid, match="already"):
        make()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_for_one_name_one_gets_it():
    outcomes = []

    def ask():
        try:
            make()
            outcomes.append("made")
        except Invalid as refusal:
            outcomes.append(next(iter(refusal.fields)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] + ["name"] * 7


def test_a_revoked_token_is_not_found(db):
    token, secret = make()
    assert revoke_token(actor=OPERATOR, token=token)
    assert find_token(secret) is None


def test_revoking_again_changes_nothing(phase, admin):
    token, _ = make(initiative="observatory")
    revoke_token(actor=admin, token=token, reason="left on a train")
    entries = Event.objects.count()
    assert not revoke_token(actor=OPERATOR, token=Token.objects.get(), reason="again")
    assert (token.revoked_by, token.revoke_reason) == ("ada", "left on a train")
    assert Event.objects.count() == entries


def test_people_say_why_they_revoke(admin, db):
    token, secret = make()
    with pytest.raises(Invalid) as refusal:
        revoke_token(actor=admin, token=token, reason="  ")
    assert list(refusal.value.fields) == ["reason"]
    assert find_token(secret)


@pytest.mark.parametrize("initiative", ["", "observatory"])
def test_both_acts_name_who_did_them(phase, admin, initiative):
    token, _ = create_token(actor=admin, name="ci", scopes=["read"], initiative=initiative)
    revoke_token(actor=OPERATOR, token=token, reason="rotation")
    kept = Token.objects.get()
    assert (kept.created_by, kept.revoked_by, kept.revoke_reason) == ("ada", "command line", "rotation")


def test_the_ledger_of_its_initiative_tells_both_acts(phase, admin):
    token, _ = create_token(actor=admin, name="ci", scopes=["read", "gates"], initiative="observatory")
    revoke_token(actor=admin, token=token, reason="rotation")
    made, ended = Event.objects.filter(target=f"token:{token.prefix}").order_by("seq")
    assert (made.verb, made.actor, made.after["scopes"]) == ("create_token", "ada", ["gates", "read"])
    assert (ended.verb, ended.actor, ended.note) == ("revoke_token", "ada", "rotation")


def test_a_token_for_all_initiatives_stands_in_no_ledger(phase):
    entries = Event.objects.count()
    revoke_token(actor=OPERATOR, token=make()[0])
    assert Event.objects.count() == entries


@pytest.mark.parametrize(
    "edit",
    [
        {"scopes": ["gates", "slices"]},
        {"expires_at": None},
        {"initiative": None},
        {"revoked_at": None},
        {"created_by": "another"},
        {"revoke_reason": "another"},
    ],
)
def test_a_token_that_was_edited_in_the_database_is_found(phase, edit):
    token, _ = make(initiative="observatory")
    revoke_token(actor=OPERATOR, token=token, reason="rotation")
    phase.initiative.refresh_from_db()
    assert verify_ledger(initiative=phase.initiative).holds
    Token.objects.update(**edit)
    assert f"token:{token.prefix}" in str(verify_ledger(initiative=phase.initiative).faults)


def test_machines_and_leads_manage_no_tokens(phase, lead):
    token, _ = make(scopes=["gates", "slices", "artifacts", "import", "read"])
    for actor in (lead, actor_for_token(token), Actor(kind="person", name="", roles=frozenset())):
        with pytest.raises(Forbidden):
            create_token(actor=actor, name="more", scopes=["read"])
        with pytest.raises(Forbidden):
            revoke_token(actor=actor, token=token, reason="mine")
        with pytest.raises(Forbidden):
            get_token(actor, token.pk)


def test_an_unknown_token_is_not_there(db):
    with pytest.raises(NotFound):
        get_token(OPERATOR, 404)


def test_no_secret_is_taken_for_a_name_or_a_reason(db):
    token, secret = make()
    for attempt in (
        lambda: make(name=f"the {secret}"),
        lambda: revoke_token(actor=OPERATOR, token=token, reason=f"leaked: {secret}"),
    ):
        with pytest.raises(Invalid) as refusal:
            attempt()
        assert secret not in str(refusal.value)


def test_a_secret_is_masked_down_to_its_prefix(db):
    token, secret = make()
    assert without_tokens(f"export T={secret};") == f"export T=pet_{token.prefix}_[hidden];"
    assert has_token(secret)
    assert not has_token(f"pet_{token.prefix}")
