"""Who may do what: the one table of verbs, and the actors it is applied to.

Views, API, docs and tests read the same table. A *role* is what a person has (through Django
groups), a *scope* is what a token has. `by_owner` marks the verbs that a lead may use only on
the slices of owners they are a member of, as owner or as backup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from .errors import Forbidden
from .models import Membership, Token
from .models.ledger import ActorKind
from .prepared import Prepared

VIEWER, LEAD, REVIEWER, ADMIN = "viewer", "lead", "reviewer", "admin"
ROLES = (VIEWER, LEAD, REVIEWER, ADMIN)
SCOPES = ("gates", "slices", "artifacts", "import", "read")


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the table; every role implies viewer, and admin implies every role."""

    does: str
    roles: tuple[str, ...] = (ADMIN,)
    scopes: tuple[str, ...] = ()
    by_owner: bool = False


VERBS: dict[str, Verb] = {
    "see": Verb("read pages and lists", ROLES, ("read",)),
    "move": Verb(
        "start, make candidate, land, send back and reopen slices", (LEAD,), ("slices",), by_owner=True
    ),
    "link": Verb("set the branch and the pull request of a slice", (LEAD,), ("slices",), by_owner=True),
    "raise": Verb("raise concerns, such as a blocker on a slice", (LEAD, REVIEWER), ("slices",)),
    "answer": Verb("resolve, accept or carry on a concern", (LEAD,), by_owner=True),
    "report": Verb("report what commands of gates did", (LEAD,), ("gates",), by_owner=True),
    "attest": Verb("vouch for attestations", (LEAD,), by_owner=True),
    "retract": Verb(
        "retract evidence that they recorded themselves", (LEAD, REVIEWER), ("gates", "artifacts")
    ),
    "retract_any": Verb("retract the evidence of others"),
    "redact": Verb("take a secret out of a log or a text"),
    "dispose": Verb("record dispositions", (LEAD, REVIEWER)),
    "review": Verb("record rounds of reviews", (REVIEWER,)),
    "decide": Verb(
        "take decisions on conditional slices and postures of readiness slices", (LEAD,), by_owner=True
    ),
    "fix": Verb("record that a finding is fixed", (LEAD,), ("slices",), by_owner=True),
    "accept": Verb("accept a medium or low finding as it is", (LEAD, REVIEWER), by_owner=True),
    "fire": Verb("say that a watchpoint has fired", (LEAD, REVIEWER)),
    "attach": Verb("attach versions of artifacts", (LEAD,), ("artifacts",), by_owner=True),
    "waive": Verb("waive a gate or an artifact, and withdraw such a waiver", (LEAD,), by_owner=True),
    "waive_any": Verb("waive any other leaf"),
    "hand_off": Verb("hand a phase off", (LEAD,), by_owner=True),
    "reopen_phase": Verb("reopen a phase that was handed off"),
    "import": Verb("import packets", (ADMIN,), ("import",)),
    "declare": Verb("record slices as landed by declaration"),
    "correct": Verb("correct what the reader inferred, such as the kind of a slice"),
    "administer": Verb("manage people, memberships and tokens"),
}


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts, with all that permissions need to know about it."""

    kind: str
    name: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    handles: frozenset[tuple[int, str]] = field(default_factory=frozenset)
    """(initiative id, handle) of every membership."""
    only_initiative: int | None = None
    """Tokens may be bound to one initiative."""
    user_id: int | None = None
    token_id: int | None = None

    @property
    def is_person(self) -> bool:
        return self.kind != ActorKind.TOKEN

    @cached_property
    def is_admin(self) -> bool:
        return ADMIN in self.roles

    def may(self, verb: str) -> bool:
        """Whether the actor could ever use this verb, on whatever it is theirs to change."""
        row = VERBS[verb]
        if self.kind == ActorKind.TOKEN:
            return bool(self.scopes & set(row.scopes))
        return self.is_admin or bool(self.roles & set(row.roles))

    def sees(self, initiative_id: int) -> bool:
        """Whether the initiative exists for this actor; reading it at length is the verb `see`."""
        return bool(self.roles or self.scopes) and self.only_initiative in (None, initiative_id)

    def handles_in(self, initiative_id: int) -> frozenset[str]:
        """The owners of an initiative that the actor is a member of."""
        return frozenset(handle for initiative, handle in self.handles if initiative == initiative_id)

    def acts_for(self, initiative_id: int, handles: Iterable[str]) -> bool:
        return any((initiative_id, handle) in self.handles for handle in handles)

    def may_on(self, verb: str, initiative_id: int, handles: Iterable[str] = ()) -> bool:
        """Whether the actor may use this verb on a slice of these handles (owner, backup)."""
        if not self.may(verb) or not self.sees(initiative_id):
            return False
        row = VERBS[verb]
        # Owners bind leads only: whoever has the verb by another role has it everywhere.
        by_other_role = bool(self.roles & (set(row.roles) - {LEAD}))
        if self.is_admin or self.kind == ActorKind.TOKEN or not row.by_owner or by_other_role:
            return True
        return self.acts_for(initiative_id, handles)

    def require(self, verb: str, initiative_id: int, handles: Iterable[str] = ()) -> None:
        """Raise Forbidden, saying what it would take, unless the actor may use the verb there."""
        handles = [handle for handle in handles if handle]
        if not self.may_on(verb, initiative_id, handles):
            raise Forbidden(self._refusal(verb, handles))

    def require_anywhere(self, verb: str) -> None:
        """The same for verbs that belong to no initiative."""
        if not self.may(verb) or self.only_initiative is not None:
            raise Forbidden(self._refusal(verb, []))

    def _refusal(self, verb: str, handles: list[str]) -> str:
        row = VERBS[verb]
        if self.only_initiative is not None and self.may(verb):
            return f"The token {self.name} belongs to another initiative than this one."
        if self.kind == ActorKind.TOKEN:
            needed = (
                f"a token with scope {' or '.join(row.scopes)}"
                if row.scopes
                else "a person; a token never may"
            )
        elif row.by_owner and self.may(verb) and handles:
            needed = f"a member of {' or '.join(dict.fromkeys(handles))}"
        else:
            roles = () if row.by_owner and self.may(verb) else row.roles
            needed = f"the role {' or '.join(dict.fromkeys((*roles, ADMIN)))}"
        return f"{self.name or 'You'} may not {row.does} here. This needs {needed}."


NOBODY = Actor(kind=ActorKind.PERSON, name="")
ANYBODY = Actor(kind=ActorKind.PERSON, name="", roles=frozenset({VIEWER}))
"""Someone not signed in where ANONYMOUS_READ is on."""

OPERATOR = Actor(kind=ActorKind.OPERATOR, name="command line", roles=frozenset(ROLES))
"""Whoever can run manage.py can write to the database anyway."""


def actor_for_user(user: AbstractBaseUser | AnonymousUser, *, anonymous_read: bool = False) -> Actor:
    """The actor behind a signed-in user, read in one query."""
    if not user.is_authenticated:
        return ANYBODY if anonymous_read else NOBODY
    roles, handles = {VIEWER}, set()
    for initiative_id, name in _GRANTS(user.pk):
        if initiative_id:
            handles.add((initiative_id, name))
        else:
            roles.add(name)
    if getattr(user, "is_superuser", False):
        roles.add(ADMIN)
    return Actor(
        kind=ActorKind.PERSON,
        name=user.get_username(),
        roles=frozenset(roles & set(ROLES)),
        handles=frozenset(handles),
        user_id=user.pk,
    )


def _grants(user_id: int) -> QuerySet[Any, Any]:
    """Rows of (0, group name) and (initiative id, handle)."""
    name = CharField(max_length=150)
    groups = Group.objects.filter(user=user_id).order_by().values_list(Value(0), Cast("name", name))
    members = Membership.objects.filter(user=user_id).order_by()
    return groups.union(members.values_list("owner__initiative_id", Cast("owner__handle", name)), all=True)


_GRANTS = Prepared(_grants, int)


def actor_for_token(token: Token) -> Actor:
    return Actor(
        kind=ActorKind.TOKEN,
        name=token.name,
        scopes=frozenset(token.scopes),
        only_initiative=token.initiative_id,
        token_id=token.pk,
    )
