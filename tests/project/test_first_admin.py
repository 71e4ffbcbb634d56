"""The first admin, from the environment."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(settings):
    """ADMIN_USERNAME and ADMIN_PASSWORD are set."""
    settings.ADMIN_USERNAME = "ann"
    settings.ADMIN_PASSWORD = "a-long-made-up-password"


def test_admin_is_made_with_the_role(named):
    call_command("ensure_admin")
    person = User.objects.get(username="ann")
    assert person.check_password("a-long-made-up-password")
    assert person.is_superuser
    assert person.groups.filter(name="admin").exists()


def test_an_existing_account_keeps_password_and_roles(named):
    User.objects.create_user("ann", password="her-own")
    call_command("ensure_admin")
    person = User.objects.get(username="ann")
    assert person.check_password("her-own")
    assert not person.is_superuser


def test_migrate_makes_the_admin(named):
    call_command("migrate", verbosity=0)
    assert User.objects.filter(username="ann").count() == 1


def test_nothing_happens_without_a_name(capsys):
    call_command("ensure_admin")
    assert not User.objects.exists()
    assert "ADMIN_USERNAME" in capsys.readouterr().err


def test_a_weak_password_is_warned_about(named, settings, capsys):
    settings.ADMIN_PASSWORD = "password"
    call_command("ensure_admin")
    assert "ADMIN_PASSWORD is weak" in capsys.readouterr().err
