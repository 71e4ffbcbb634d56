"""What holds for every answer, and how guessing passwords ends."""

import pytest
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db

SIGN_IN = "/admin/login/"


def test_every_answer_carries_the_strict_policy(client):
    policy = client.get(SIGN_IN)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


def test_answers_cannot_be_framed_or_sniffed(client):
    answer = client.get(SIGN_IN)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def sign_in(client, password: str, address: str = "192.0.2.1") -> int:
    """The status of one attempt as ann from that address."""
    form = {"username": "ann", "password": password}
    status: int = client.post(SIGN_IN, form, REMOTE_ADDR=address).status_code
    return status


def test_guessing_is_locked_out_after_five_failures(client):
    User.objects.create_superuser("ann", password="made-up")
    assert [sign_in(client, "wrong") for _ in range(5)][:4] == [200] * 4
    assert sign_in(client, "made-up") == 429


def test_a_lockout_does_not_lock_the_person_out_elsewhere(client):
    User.objects.create_superuser("ann", password="made-up")
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client, "made-up", address="192.0.2.2") == 302


def test_passwords_are_kept_with_argon2():
    from tracker import settings as real

    assert "Argon2" in real.PASSWORD_HASHERS[0]
