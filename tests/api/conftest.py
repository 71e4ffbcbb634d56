"""The standing cast, and programs that speak to the API with a token or a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from phases.actions.tokens import create_token
from phases.permissions import OPERATOR
from tests.cast import *  # noqa: F403

from .clients import *  # noqa: F403
from .reviews import *  # noqa: F403

API = "/api/v1"
HARBOUR = f"{API}/initiatives/harbour"
PHASE = f"{HARBOUR}/phases/C"


class Program(Client):
    """A client that posts JSON."""

    def send(self, path: str, body: Any = None, **more: Any) -> Any:
        """POST a body as JSON; a text goes as it is."""
        return self.post(path, body, content_type="application/json", **more)


Maker = Callable[..., Program]


@pytest.fixture
def machine(db: None) -> Maker:
    """Makes a program with a token of the given scopes."""

    def make(*scopes: str, **bounds: Any) -> Program:
        name = f"machine {'-'.join(scopes)} {bounds}"
        _, secret = create_token(actor=OPERATOR, name=name, scopes=scopes, **bounds)
        return Program(headers={"Authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def session() -> Maker:
    """Makes a program with the session of a person; it need not send a CSRF token."""

    def make(user: Any, **options: Any) -> Program:
        program = Program(**options)
        program.force_login(user)
        return program

    return make
