"""Django's administration: in our look, for looking, and without a way around the ledger."""

import pytest
from django.apps import apps
from django.contrib import admin as administration
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_slice

from .urls import make_review, make_world

OURS = [model for model in administration.site._registry if model._meta.app_label == "phases"]


@pytest.fixture
def staff(db):
    client = Client()
    client.force_login(User.objects.create_superuser("ann", password="made-up"))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_is_shown_searched_and_never_changed(staff, phase, lead, model):
    make_world(phase)
    home = f"/admin/phases/{model._meta.model_name}/"
    row = f"{home}{model.objects.values_list('pk', flat=True)[0]}/"
    assert staff.get(home, {"q": "harbour"}).status_code == 200
    page = staff.get(f"{row}change/")
    assert (page.status_code, b'name="_save"' in page.content) == (200, False)
    refused = [staff.post(f"{place}/", {"post": "yes"}) for place in (f"{home}add", f"{row}change")]
    refused += [staff.post(f"{row}delete/", {"post": "yes"})]
    assert [one.status_code for one in refused] == [403, 403, 403]


def test_lists_cost_no_query_for_each_row(staff, phase, django_assert_max_num_queries):
    for number in range(20):
        make_slice(phase, f"X{number}")
    with django_assert_max_num_queries(14):
        staff.get("/admin/phases/slice/")


def test_no_model_of_the_ledger_is_registered_otherwise():
    writable = {"User", "AccessAttempt", "AccessFailureLog", "AccessLog"}
    found = {model.__name__ for model in administration.site._registry} - writable
    assert found == {model.__name__ for model in OURS} <= {m.__name__ for m in apps.get_models()}
    assert all(not administration.site._registry[model].actions for model in OURS)


def test_it_wears_our_look_and_leads_back(staff):
    page = staff.get("/admin/").content.decode()
    assert "css/tokens.css" in page
    assert "css/admin.css" in page
    assert '<a href="/">Back to the tracker</a>' in page
    assert "Django" not in page


def test_moments_are_written_as_on_our_own_pages(staff, phase):
    make_review(phase)
    assert b"a.m." not in (page := staff.get("/admin/phases/finding/").content)
    assert b"p.m." not in page


def test_who_is_signed_in_and_not_staff_is_told_so(client, viewer):
    client.force_login(viewer)
    page = client.get("/admin/", follow=True).content.decode()
    assert "You are signed in as viewer, who is not on the staff of this tracker." in page
    assert "<code>manage.py createsuperuser</code>" in page
    assert '<a href="/">Back to the tracker</a>' in page


def test_a_wrong_password_comes_back_with_the_name(client, db):
    page = client.post("/admin/login/", {"username": "ann", "password": "guessed"}).content.decode()
    assert 'value="ann"' in page
    assert 'role="alert"' in page
    assert "guessed" not in page


def test_people_stand_there_with_their_roles_and_no_single_permissions(staff, lead):
    assert '<td class="field-roles">lead</td>' in staff.get("/admin/auth/user/").content.decode()
    page = staff.get(f"/admin/auth/user/{lead.pk}/change/").content.decode()
    assert 'type="checkbox" name="groups"' in page
    assert "user_permissions" not in page
