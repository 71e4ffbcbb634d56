"""Addresses and forms of the pages where dispositions are written, on phase F of `tests.actions.reviews`."""

from __future__ import annotations

import html
import re
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from phases.models import Initiative, Phase
from tests.actions.reviews import reviewed_phase
from tests.factories import make_owner, make_user

HTMX = {"HX-Request": "true"}
PAGE = "/initiatives/observatory/phases/F/slices/%s/disposition/"
CREW = ("@dome", "@mirror", "@heat", "@review", "@shape")


def page(code: str = "F4", verb: str = "") -> str:
    """The address of the page, or of one of its verbs."""
    return PAGE % code + (f"{verb}/" if verb else "")


def observatory(*started: str) -> Phase:
    """The phase F with these slices in progress; without any, the first five."""
    return reviewed_phase(*(started or ("F1", "F2", "F3", "F4", "F5")))


def someone(name: str, *roles: str, member_of: tuple[str, ...] = ()) -> User:
    initiative = Initiative.objects.get()
    return make_user(name, *roles, member_of=[make_owner(initiative, handle) for handle in member_of])


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def a_round(**fields: Any) -> dict[str, Any]:
    """What the form of a round sends at least."""
    return {"verdict": "not_ready", "summary": "It leaks.", "scope": ["F1", "F2", "F3"]} | fields


def text(answered: Any) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answered.content.decode())).split())


def value(answered: Any, name: str) -> str:
    """What the field of this name holds, in the page or the region."""
    body = answered.content.decode()
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>(.*?)</textarea>', body, re.DOTALL)
    if area:
        return html.unescape(area[1])
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', body)
    assert field, f"no field {name}"
    found = re.search(r'value="([^"]*)"', field[0])
    return html.unescape(found[1]) if found else ""


def ticked(answered: Any, name: str) -> list[str]:
    """The values of the boxes or radios of this name that are ticked."""
    body = answered.content.decode()
    return re.findall(rf'<input[^>]* name="{name}" value="([^"]*)" checked>', body)
