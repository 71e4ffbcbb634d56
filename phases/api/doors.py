"""Who is asking: a token in the Authorization header, or a person with a signed-in session.

This is the only place where the API asks who somebody is. Each operation has doors for its verb
of the permission table; who could never use that verb is refused before the body is read.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.datastructures import MultiValueDict
from ninja.security import APIKeyCookie, HttpBearer

from phases.actions.tokens import find_token, token_digest
from phases.errors import Invalid
from phases.permissions import Actor, actor_for_token, actor_for_user
from phases.rules.wording import quoted

from .throttling import check_guessing, count_request, count_token

SAFE = ("GET", "HEAD")
NO_SIGN_IN = (
    "Sign in first: send `Authorization: Bearer <token>`, or POST a name and a password to /api/v1/session."
)
NO_SUCH_KEY = (
    "This token is unknown, expired or revoked. Ask an admin for a new one: they make it at /tokens/, "
    "or with `manage.py create_token`."
)
NO_CSRF = (
    "The CSRF token is missing or wrong. Send the one that POST /api/v1/session answered as X-CSRFToken, "
    "or use a token in the Authorization header, which needs none."
)


class Unauthenticated(Exception):
    """Nobody is signed in, or the token does not count."""


class CsrfRefused(Exception):
    """An unsafe request of a session came without its CSRF token."""


class BearerToken(HttpBearer):
    """The token wins over a session; a bad one is refused even beside a good session."""

    def __init__(self, verb: str) -> None:
        super().__init__()
        self.verb = verb

    def __call__(self, request: HttpRequest) -> Actor | None:
        """The machine of the header, if it is of this scheme; ninja would log any other one under DEBUG."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The machine behind the token."""
        secret = token.strip()
        digest = token_digest(secret)
        check_guessing(request, digest)
        found = find_token(secret)
        count_token(request, digest, is_right=found is not None)
        if found is None:
            raise Unauthenticated(NO_SUCH_KEY)
        return _let_in(request, actor_for_token(found), self.verb)


class Session(APIKeyCookie):
    """A person who signed in on the page or at /session; anybody, for reading, where that is allowed."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, verb: str) -> None:
        super().__init__()
        self.verb = verb

    def __call__(self, request: HttpRequest) -> Actor:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        """The person behind the session."""
        safe = request.method in SAFE
        actor = actor_for_user(request.user, anonymous_read=settings.ANONYMOUS_READ and safe)
        if not actor.roles:
            raise Unauthenticated(NO_SIGN_IN)
        if not safe:
            check_csrf(request)
        return _let_in(request, actor, self.verb)


def doors(verb: str) -> list[Any]:
    """What an operation for this verb is guarded by; the token is looked at first."""
    return [BearerToken(verb), Session(verb)]


def _let_in(request: HttpRequest, actor: Actor, verb: str) -> Actor:
    count_request(request, actor)
    if verb and not actor.may(verb):
        actor.require_anywhere(verb)
    _require_known_names(request)
    return actor


def _require_known_names(request: HttpRequest) -> None:
    """Refuse a query that names what is not looked at: a typing error would change the answer silently."""
    known: frozenset[str] | None = getattr(request, "query_names", None)
    if known is None:
        return
    has = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        raise Invalid(
            {quoted(name, 60): f"This parameter is not known here; {has}." for name in unknown[:10]}
        )


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check, called by hand: ninja exempts its views from the middleware."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponseForbidden(reason)


def _unused(request: HttpRequest) -> NoReturn:
    raise TypeError("The CSRF check never calls its view.")


def check_csrf(request: HttpRequest) -> None:
    """Raise CsrfRefused unless the header of the request carries the CSRF token of its session."""
    # Django looks for a field of a form first, and a form that was read leaves no body to the operation.
    request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    check = _CsrfCheck(_unused)
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    if check.process_view(request, _unused, (), {}) is not None:
        raise CsrfRefused(NO_CSRF)


def check_origin(request: HttpRequest) -> None:
    """Raise CsrfRefused where a browser says that another site sent this."""
    origin = request.headers.get("Origin")
    own = origin is None or origin.partition("://")[2] == request.get_host()
    if not own and origin not in settings.CSRF_TRUSTED_ORIGINS:
        raise CsrfRefused("Another site sent this request. Sign in from a page or a program of your own.")


def actor_of(request: HttpRequest) -> Actor:
    """The actor that came through one of the doors."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
