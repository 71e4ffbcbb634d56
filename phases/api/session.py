"""Signing in and out with a cookie, as on the page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Status

from phases.permissions import ROLES, actor_for_user

from .application import api
from .doors import Unauthenticated, check_origin
from .refusals import answer
from .requests import SignIn
from .responses import SessionAnswer
from .routing import PUBLIC, operation


@operation(api, "POST", "/session", summary="Sign in", verb=PUBLIC, answers={200: SessionAnswer})
def sign_in(request: HttpRequest, asked: SignIn) -> Any:
    """Start a session: the answer sets its cookie and carries its CSRF token."""
    check_origin(request)
    user = authenticate(request, username=asked.username, password=asked.password)
    if getattr(request, "axes_locked_out", False):
        # Left on, the sign-in throttle would put a page in the place of this answer.
        request.axes_locked_out = False  # type: ignore[attr-defined]
        return _throttled()
    if user is None:
        raise Unauthenticated("This name and password do not fit. Check both and try again.")
    login(request, user)
    roles = actor_for_user(user).roles
    return {
        "username": user.get_username(),
        "roles": [role for role in ROLES if role in roles],
        "csrf_token": get_token(request),
    }


def _throttled() -> Any:
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    message = f"Too many wrong passwords for this name from here. Try again in {seconds // 60} minutes."
    return answer(429, "throttled", message, headers={"Retry-After": str(seconds)})


@operation(api, "DELETE", "/session", summary="Sign out", verb="see", answers={204: None})
def sign_out(request: HttpRequest) -> Any:
    """End the session. A token has none, so for it nothing changes."""
    logout(request)
    return Status(204, None)
