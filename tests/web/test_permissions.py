"""Every URL and method, tried by every role and every kind of token; what to expect is in the one table."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from phases.actions.tokens import create_token
from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    GateRun,
    Handoff,
    ImportFile,
    Slice,
    Token,
    Waiver,
)
from phases.permissions import ADMIN, LEAD, OPERATOR, ROLES, SCOPES, VERBS
from tests.factories import make_owner, make_user

from .urls import EVERYONES, NARROWER, STATUSES, Route, World, make_world, routes

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROUTES = routes()
WRITTEN = (ArtifactVersion, Concern, Disposition, Event, GateRun, Handoff, ImportFile, Waiver)
UNAUTHENTICATED, FORBIDDEN, NOT_ALLOWED = 401, 403, 405


def title(route: Route) -> str:
    return f"{route.name} {route.path}"


@dataclass(frozen=True)
class Someone:
    """Who tries: a person with roles, or a token with scopes; neither is nobody."""

    name: str
    headers: dict[str, str]
    user: Any = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    member: bool = False

    def may(self, route: Route, verb: str) -> bool:
        row = VERBS[verb]
        if self.headers:
            return route.is_api and bool(self.scopes & set(row.scopes))
        if ADMIN in self.roles:
            return True
        # Owners bind leads only.
        bound = row.by_owner and not self.roles & (set(row.roles) - {LEAD})
        return bool(self.roles & set(row.roles)) and (self.member or not bound)


@pytest.fixture
def everyone(phase) -> list[Someone]:
    """The standing cast, a lead of somebody else's slices, and a token of every kind."""
    crew = make_owner(phase.initiative)
    people = [Someone("nobody", {}), _person("viewer")]
    people += [_person(role, role, member=role == "lead", owner=crew) for role in ROLES if role != "viewer"]
    people.append(_person("stranger", "lead", owner=make_owner(phase.initiative, "@others")))
    return [*people, *(_token(scope, scope) for scope in SCOPES), *_dead_tokens()]


def _person(name: str, *roles: str, member: bool = False, owner: Any = None) -> Someone:
    user = make_user(name, *roles, member_of=[owner] if owner else [])
    return Someone(name, {}, user, frozenset({"viewer", *roles}), member=member)


def _token(name: str, *scopes: str, **columns: Any) -> Someone:
    token, secret = create_token(actor=OPERATOR, name=f"token {name}", scopes=scopes or SCOPES)
    Token.objects.filter(pk=token.pk).update(**columns) if columns else None
    return Someone(f"token {name}", {"Authorization": f"Bearer {secret}"}, scopes=frozenset(scopes))


def _dead_tokens() -> list[Someone]:
    before = timezone.now() - dt.timedelta(seconds=1)
    forged = Someone("token forged", {"Authorization": "Bearer pet_00000000_forged"})
    return [_token("expired", expires_at=before), _token("revoked", revoked_at=before), forged]


@pytest.mark.parametrize("route", ROUTES, ids=title)
def test_every_url_by_everyone(route, phase, everyone):
    world = make_world(phase)
    for who in everyone:
        client = client_of(who)
        before = written()
        for method in METHODS:
            with undone():
                answered = ask(world, route, method, who, client)
                place = f"{who.name}: {method} {world.url(route)} answered {answered.status_code}"
                assert answered.status_code < 500, place
                assert fits(route, method, who, answered), place
                may_write = method in WRITES and answered.status_code < 400
                assert may_write or written() == before, f"{place} and wrote something"


def fits(route: Route, method: str, who: Someone, answered: Any) -> bool:
    """Whether the answer is the one that the table asks for."""
    status: int = answered.status_code
    asked = "GET" if method == "HEAD" else method
    if asked in EVERYONES.get(route.name, ()):
        return True
    verb = route.verbs.get(asked)
    if verb is None:
        return status in ((302, 404, NOT_ALLOWED) if route.name in EVERYONES else (NOT_ALLOWED,))
    if who.may(route, NARROWER.get((route.name, asked), verb)):
        return status < 400
    if who.user is None and not (route.is_api and who.scopes):
        return sent_to_sign_in(route, answered)
    return status == FORBIDDEN


def sent_to_sign_in(route: Route, answered: Any) -> bool:
    if route.is_api:
        return bool(answered.status_code == UNAUTHENTICATED)
    return bool(answered.status_code == 302 and answered["Location"].startswith("/accounts/sign-in/"))


def client_of(who: Someone) -> Client:
    """A browser or program of theirs, signed in if they can be."""
    client = Client(headers=who.headers)
    if who.user:
        client.force_login(who.user)
    return client


def ask(world: World, route: Route, method: str, who: Someone, client: Client) -> Any:
    """One request with the body that the route needs."""
    status = STATUSES.get(route.name, "planned")
    Slice.objects.filter(phase=world.phase, code="C0").update(status=status)
    if route.name == "slice-start":
        world.phase.slices.get(code="C0").concerns.all().delete()
    if VERBS.get(route.verbs.get(method, "")) == VERBS["retract"]:
        # The verb is for what they reported themselves.
        GateRun.objects.update(
            by=who.user.username if who.user else who.name, source="person" if who.user else "token"
        )
    body = world.bodies.get(route.name, {"version": 0, "note": "As agreed."})
    if method == "POST" and not route.is_api:
        return client.post(world.url(route), body)
    text = body if isinstance(body, str) else json.dumps(body)
    return client.generic(method, world.url(route), text, content_type="application/json")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written() -> Any:
    """What no refused request may change; asked thousands of times, so in plain SQL."""
    counts = ", ".join(f"(SELECT COUNT(*) FROM {model._meta.db_table})" for model in WRITTEN)
    found = []
    with connection.cursor() as cursor:
        for sql in (f"SELECT {counts}", *(_select(model, names) for model, names in CHANGED.items())):
            cursor.execute(sql)
            found.append(cursor.fetchall())
    return found


CHANGED: dict[type[Model], str] = {
    Slice: "version, branch, kind",
    Finding: "state, fix_note",
    ImportFile: "outcome, initiative",
    Token: "name, scopes, expires_at, revoked_at",
}


def _select(model: type[Model], names: str) -> str:
    return f"SELECT {names} FROM {model._meta.db_table} ORDER BY id"


def test_every_view_is_marked():
    assert [route for route in ROUTES if not hasattr(route.view, "permission")] == [
        route for route in ROUTES if route.name == "healthz"
    ]


def test_every_mark_is_a_verb_of_the_table_or_written_down_as_public():
    for route in ROUTES:
        assert set(route.verbs.values()) <= set(VERBS)
        assert route.verbs or route.name in EVERYONES, f"{route.path} is public, and nobody said so"


@pytest.mark.parametrize("route", [route for route in ROUTES if WRITES & set(route.verbs)], ids=title)
def test_a_session_writes_nothing_without_its_csrf_token(route, phase, admin):
    world = make_world(phase)
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    before = written()
    for method in WRITES & set(route.verbs):
        assert client.generic(method, world.url(route)).status_code == 403
    assert written() == before


@pytest.mark.parametrize("name", ["viewer", "lead", "reviewer"])
def test_the_administration_is_for_staff(name, db):
    client = Client()
    client.force_login(make_user(name, name))
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
