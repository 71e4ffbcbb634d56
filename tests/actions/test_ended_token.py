"""A token that ends while its request is under way writes nothing."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.actions.slices import move_slice
from phases.actions.tokens import create_token, revoke_token
from phases.errors import Revoked
from phases.models import Event, Slice, Token
from phases.permissions import OPERATOR, actor_for_token


@pytest.fixture
def token(phase):
    """With the actor as the door of the API made it, before the token ended."""
    token, _ = create_token(actor=OPERATOR, name="ci", scopes=["slices"])
    return token


def start(phase, actor):
    return move_slice(actor=actor, phase=phase, code="D1", verb="start", version=0)


def test_a_usable_token_moves(phase, token):
    assert start(phase, actor_for_token(token)).version == 1


def test_a_revoked_one_does_not(phase, token):
    actor = actor_for_token(token)
    revoke_token(actor=OPERATOR, token=token, reason="it leaked")
    with pytest.raises(Revoked, match="nothing was recorded"):
        start(phase, actor)
    assert Slice.objects.get(code="D1").status == "planned"
    assert not Event.objects.filter(verb="start").exists()


def test_an_expired_one_does_not(phase, token):
    actor = actor_for_token(token)
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(Revoked):
        start(phase, actor)
