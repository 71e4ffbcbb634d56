"""Signing in and out, and changing one's own password: Django's views in our look."""

from __future__ import annotations

from typing import Any, cast

from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone

from phases.permissions import actor_for_user

from .base import public, render, surroundings, wrong_method
from .kept import give_back

METHODS = ["get", "head", "post", "options"]

DEMO_NAMES = ("admin", "lead", "lead2", "lead3", "reviewer", "viewer")
"""Whom the demo command adds."""

DEMO_PASSWORD = "demo"  # noqa: S105  (in public, on purpose; the command refuses to run without DEMO)


class SignIn(auth.LoginView):
    """The form, and in the demo a button for each of its people."""

    template_name = "accounts/sign_in.html"
    http_method_names = METHODS
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template needs beside the form."""
        people = (
            User.objects.filter(username__in=DEMO_NAMES, is_active=True)
            if settings.DEMO
            else User.objects.none()
        )
        names = list(people.order_by("username").values_list("username", flat=True))
        demo = {"demo_names": names, "demo_password": DEMO_PASSWORD}
        return super().get_context_data(**kwargs) | surroundings(self.request) | demo

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on with what was written and sent after the session had ended."""
        response = super().form_valid(form)
        give_back(self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again with its refusal, as 422."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(auth.LogoutView):
    """By POST only, so that no link or image can sign anybody out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session and say so."""
        response = super().post(request, *args, **kwargs)
        messages.info(request, "You are signed out.")
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 as a page, for whoever typed the address."""
        request.actor = actor_for_user(request.user)  # type: ignore[attr-defined]
        return wrong_method(request, ("POST",))


class ChangePassword(auth.PasswordChangeView):
    """One's own password; Django asks for the old one and keeps this session."""

    template_name = "accounts/password.html"
    http_method_names = METHODS
    success_url = reverse_lazy("overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What `base.html` needs, for the person who is signed in."""
        self.request.actor = actor_for_user(self.request.user)  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | surroundings(self.request)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it and say so."""
        messages.success(self.request, "Your password is changed. Other browsers you used are signed out.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again with what is wrong, as 422."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = public(cast(Any, SignIn.as_view()))
sign_out = public(cast(Any, SignOut.as_view()))
password = public(cast(Any, ChangePassword.as_view()))


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """429 after too many failed tries: what happened, and when to try again."""
    wait = get_cool_off(request)
    context = {
        "limit": get_failure_limit(request, credentials),
        "minutes": round(wait.total_seconds() / 60) if wait else 0,
        "again": timezone.now() + wait if wait else None,
    }
    response = render(request, "accounts/locked.html", "", context, status=429)
    if wait:
        response["Retry-After"] = str(round(wait.total_seconds()))
    return response
