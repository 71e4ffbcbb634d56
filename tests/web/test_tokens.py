"""The pages of tokens: the list, the secret that is shown once, and the end of a token."""

import datetime as dt
import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from phases.actions.slices import MAX_NOTE
from phases.actions.tokens import create_token, find_token, revoke_token
from phases.models import Event, Token
from phases.permissions import OPERATOR, SCOPES, VERBS
from tests.factories import make_user

SECRET = re.compile(r"pet_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
WANTED = {"name": "ci-main", "scopes": ["gates", "read"], "initiative": "", "days": "90"}
HTMX = {"HX-Request": "true"}
READ = "/api/v1/initiatives"


@pytest.fixture
def keeper(client, admin):
    client.force_login(admin)
    return client


def make(name="ci", **wanted):
    """(token, secret)"""
    return create_token(actor=OPERATOR, **({"name": name, "scopes": ["read"]} | wanted))


def create(client, **changes):
    return client.post(reverse("token-create"), WANTED | changes)


def revoke(client, token, reason="Rotation.", headers=None, **more):
    return client.post(reverse("token-revoke", args=[token.pk]), {"reason": reason, **more}, headers=headers)


def shown(client, query=""):
    return client.get(f"/tokens/{query}").content.decode()


def status_of(secret):
    """What the API answers to a machine with this secret."""
    return Client(headers={"Authorization": f"Bearer {secret}"}).get(READ).status_code


def test_the_list_says_what_each_token_may_and_until_when(keeper, phase):
    token, secret = make(scopes=["gates", "read"], initiative="harbour", days=12)
    page = shown(keeper)
    for words in (">ci<", f"pet_{token.prefix}…", ">gates<", ">harbour<", ">on ", "by command line"):
        assert words in page
    assert "✓ usable" in page
    assert secret not in page
    assert token.digest not in page


def test_scopes_are_told_in_the_words_of_the_permission_table(keeper):
    make()
    for page in (shown(keeper), keeper.get("/tokens/new/").content.decode()):
        for verb in VERBS.values():
            assert (html.escape(verb.does) in page) == bool(verb.scopes)


def test_a_new_token_is_offered_what_the_table_gives_to_machines(keeper):
    page = keeper.get("/tokens/new/").content.decode()
    given = {scope for verb in VERBS.values() for scope in verb.scopes}
    assert re.findall('name="scopes" value="(.*?)"', page) == [scope for scope in SCOPES if scope in given]


def test_an_empty_list_teaches_what_a_token_is_for(keeper):
    page = shown(keeper)
    assert "No machine has a key yet" in page
    assert "http://testserver</code> in <code>TRACKER_URL" in page
    assert "python client.py run" in page


def test_the_list_is_filtered(keeper):
    make("living")
    revoke_token(actor=OPERATOR, token=make("dead")[0])
    assert ("living" in (page := shown(keeper, "?state=usable")), "dead" in page) == (True, False)
    assert ("living" in (page := shown(keeper, "?state=ended")), "dead" in page) == (False, True)


def test_a_filter_answers_htmx_with_the_list_alone(keeper):
    make()
    page = keeper.get("/tokens/?state=usable", headers=HTMX).content.decode()
    assert page.strip().startswith('<section class="stack" id="tokens-list">')


def test_words_of_a_request_that_mean_nothing_are_left_aside(keeper):
    make("living")
    assert "living" in shown(keeper, "?state=%00&before=%C2%B2")
    assert "No token is here" in shown(keeper, "?before=0")


def test_a_long_list_is_continued(keeper):
    Token.objects.bulk_create(
        Token(name=f"job {number:02}", prefix=f"{number:08}", digest=f"{number:064}", scopes=["read"])
        for number in range(60)
    )
    older = re.search(r'href="/tokens/(\?state=&amp;before=\d+)"', shown(keeper))
    assert older is not None
    page = shown(keeper, html.unescape(older[1]))
    assert re.findall(r'as-text">(job \d\d)<', page) == [f"job {number:02}" for number in range(9, -1, -1)]


def test_the_list_takes_as_many_queries_for_many_tokens(keeper, phase, django_assert_max_num_queries):
    for number in range(12):
        make(f"job {number}", initiative="harbour" if number % 2 else "")
    with django_assert_max_num_queries(4):  # session, person, roles, tokens
        shown(keeper)


def test_what_was_typed_by_people_is_escaped(keeper):
    token, _ = make("<b>bold</b>")
    revoke(keeper, token, "<script>alert(1)</script>")
    page = shown(keeper)
    assert "<script>alert" not in page
    assert "&lt;b&gt;bold" in page


def test_the_answer_shows_the_secret_and_it_works(keeper):
    answer = create(keeper)
    secrets = set(SECRET.findall(answer.content.decode()))
    assert (answer.status_code, len(secrets)) == (200, 1)
    assert status_of(secrets.pop()) == 200
    assert "export TRACKER_URL=http://testserver\n" in answer.content.decode()


def test_nothing_may_keep_the_answer(keeper):
    assert "no-store" in create(keeper)["Cache-Control"]
    assert "no-store" in keeper.get("/tokens/new/")["Cache-Control"]


def test_the_secret_is_shown_this_once(keeper):
    secret = SECRET.findall(create(keeper).content.decode())[0]
    for address in ("/tokens/", "/tokens/new/", "/"):
        assert secret not in keeper.get(address).content.decode()
    assert not any(secret in str(session.get_decoded()) for session in Session.objects.all())
    assert "Location" not in create(keeper, name="other")


def test_sending_it_again_makes_no_second_token(keeper):
    create(keeper)
    again = create(keeper)
    assert again.status_code == 422
    assert "There is a token &#x27;ci-main&#x27; already" in again.content.decode()
    assert not SECRET.search(again.content.decode())
    assert Token.objects.count() == 1


def test_it_lives_ninety_days_unless_never_is_ticked(keeper):
    create(keeper)
    create(keeper, name="endless", never="on")
    assert Token.objects.get(name="endless").expires_at is None
    near, far = (timezone.now() + dt.timedelta(days=90, minutes=minutes) for minutes in (-5, 5))
    assert Token.objects.get(expires_at__range=(near, far)).name == "ci-main"


@pytest.mark.parametrize("days", ["", "soon", "0", "9999"])
def test_leaving_the_days_out_is_no_way_to_never(keeper, days):
    assert create(keeper, days=days).status_code == 422
    assert not Token.objects.exists()


def test_a_refused_form_keeps_what_was_typed(keeper, phase):
    answer = create(keeper, name="", initiative="harbour", days="7")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A token needs a name" in page
    assert 'value="gates" checked' in page
    assert '<option value="harbour" selected>' in page
    assert 'name="days" type="number" min="1" max="3650" value="7"' in page


def test_the_token_is_as_asked_and_signed(keeper, phase):
    create(keeper, initiative="harbour")
    token = Token.objects.get()
    assert (token.scopes, token.initiative) == (["gates", "read"], phase.initiative)
    assert token.created_by == "admin"
    page = keeper.get("/initiatives/harbour/activity/").content.decode()
    assert "made the token ci-main" in page


def test_a_revoked_token_is_refused_in_the_same_second(keeper, monkeypatch):
    token, secret = make()
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert status_of(secret) == 200
    answer = revoke(keeper, token)
    assert (answer.status_code, answer["Location"]) == (302, "/tokens/")
    assert status_of(secret) == 401


def test_the_api_honours_the_end_to_the_second(db, monkeypatch):
    token, secret = make(days=1)
    for left, status in ((1, 200), (0, 401)):
        monkeypatch.setattr(timezone, "now", lambda left=left: token.expires_at - dt.timedelta(seconds=left))
        assert status_of(secret) == status


def test_the_list_tells_who_ended_it_and_why(keeper):
    revoke(keeper, make()[0], "It stood in a build log.")
    page = shown(keeper)
    assert "ci is revoked. From now on it is refused." in page
    assert "by admin: It stood in a build log." in page
    assert "✕ revoked" in page


def test_revoking_needs_a_reason_and_keeps_the_token_until_then(keeper):
    token, secret = make()
    answer = revoke(keeper, token, " ")
    assert answer.status_code == 422
    assert "Say why it is revoked" in answer.content.decode()
    assert find_token(secret)


def test_a_reason_that_is_refused_is_not_lost(keeper):
    token, _ = make()
    assert "word " * 9 in revoke(keeper, token, "word " * MAX_NOTE).content.decode()


def test_revoking_answers_htmx_with_the_list_as_it_was_filtered(keeper):
    token, _ = make("going")
    make("staying")
    page = revoke(keeper, token, headers=HTMX, state="usable").content.decode()
    assert page.strip().startswith('<section class="stack" id="tokens-list">')
    assert 'role="status"' in page
    assert ('id="token-' in page, f'id="token-{token.pk}"' in page) == (True, False)


def test_revoking_leads_back_to_where_one_was(keeper):
    answer = revoke(keeper, make()[0], state="usable", before="99")
    assert answer["Location"] == "/tokens/?state=usable&before=99"


def test_who_is_second_learns_who_was_first(keeper):
    token, _ = make()
    revoke(keeper, token)
    keeper.force_login(make_user("bea", "admin"))
    revoke(keeper, token, "Another reason.")
    assert "ci was revoked already, by admin." in shown(keeper)
    assert Token.objects.get().revoke_reason == "Rotation."


def test_what_is_over_is_not_revoked_again(keeper):
    revoke_token(actor=OPERATOR, token=make()[0])
    assert "/revoke/" not in shown(keeper)


def test_an_unknown_token_is_a_page_of_its_own(keeper):
    assert keeper.post(reverse("token-revoke", args=[404]), {"reason": "Gone."}).status_code == 404


@pytest.mark.parametrize(("role", "sees"), [("viewer", 0), ("lead", 0), ("reviewer", 0), ("admin", 1)])
def test_only_admins_are_led_there(client, db, role, sees):
    client.force_login(make_user(role, role))
    assert ('href="/tokens/"' in client.get("/").content.decode()) == sees


def test_a_token_opens_no_page_of_tokens(db):
    secret = make(scopes=[*SCOPES])[1]
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    assert machine.get("/tokens/").status_code == 302
    assert create(machine).status_code == 302
    assert (Token.objects.count(), Event.objects.count()) == (1, 0)
