"""How many requests somebody may send in a minute, counted by each web process in its own memory."""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from phases.permissions import Actor
from tracker.clients import client_ip

MINUTE = 60
REMEMBERED_S = 3600
TOO_MANY = "More than {limit} requests came from {who} in a minute. Go on in {seconds} seconds."
GUESSING = (
    "Too many requests from this address came with tokens that are unknown, expired or revoked. "
    "Check the token, and try again in {seconds} seconds."
)


class Throttled(Exception):
    """Too many requests; `seconds` until the next one is taken."""

    def __init__(self, message: str, **said: object) -> None:
        self.seconds = MINUTE - int(time.time()) % MINUTE
        super().__init__(message.format(seconds=self.seconds, **said))


def count_request(request: HttpRequest, actor: Actor) -> None:
    """Count a request of this actor; who is not signed in is told apart by address."""
    limit = settings.API_REQUESTS_PER_MINUTE
    who = f"{actor.kind} {actor.name}" if actor.name else f"address {client_ip(request)}"
    if limit and _add("requests", who) > limit:
        raise Throttled(TOO_MANY, limit=limit, who=actor.name or "this address")


def check_guessing(request: HttpRequest, digest: str) -> None:
    """Refuse a token, before it is looked up, from an address that sent too many wrong ones.

    Tokens that counted within the last hour go on: one broken job does not stop its neighbours.
    """
    limit = settings.API_WRONG_TOKENS_PER_MINUTE
    wrong = limit and caches["throttling"].get(_key("wrong", client_ip(request)), 0)
    if limit and wrong >= limit and not caches["throttling"].get(f"right:{digest}"):
        raise Throttled(GUESSING)


def count_token(request: HttpRequest, digest: str, *, is_right: bool) -> None:
    """Remember whether this token counted."""
    name = f"right:{digest}"
    if is_right:
        caches["throttling"].add(name, True, REMEMBERED_S)
    else:
        caches["throttling"].delete(name)
        _add("wrong", client_ip(request))


def _add(what: str, who: str) -> int:
    """One more in this minute; how many there are."""
    counts, key = caches["throttling"], _key(what, who)
    counts.add(key, 0, 2 * MINUTE)
    try:
        return counts.incr(key)
    except ValueError:
        # Crowded out by other counts at this very moment.
        return 1


def _key(what: str, who: str) -> str:
    minute = int(time.time()) // MINUTE
    return f"{what}:{minute}:{hashlib.sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()}"
