"""Drafts of dispositions: kept while one writes, after refusals, and when the session ends meanwhile."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from phases.models import Disposition, Draft, Finding
from tests.actions.reviews import confirmed, fix, found, judge

from .reviews import HTMX, a_round, observatory, page, signed_in, someone, text, value

SIGN_IN = "/accounts/sign-in/"
AUTO = a_round(act="auto", summary="Half a review.")


@pytest.fixture
def phase(db):
    return observatory()


@pytest.fixture
def rob(phase):
    return signed_in(someone("rob", "reviewer"))


def sign_in(client, name="rob", to=""):
    return client.post(
        SIGN_IN, {"username": name, "password": f"{name}-password", "next": to or page()}, follow=True
    )


def signed_out(client, **options):
    """The writer's field of the open page, after which the session is gone."""
    writer = value(client.get(page()), "writer")
    Session.objects.all().delete()
    return {"writer": writer, **options}


def test_draft_is_saved_while_one_writes(rob):
    answered = rob.post(page(verb="draft"), AUTO, headers=HTMX)
    assert re.fullmatch(r".*Draft saved \d\d:\d\d", text(answered))
    assert b"<form" not in answered.content
    assert Draft.objects.get().data["summary"] == ["Half a review."]


def test_saving_says_what_is_written_so_far(rob):
    sent = AUTO | {"finding-1-title": "No brake", "finding-1-severity": "high"}
    answered = text(rob.post(page(verb="draft"), sent, headers=HTMX))
    assert "New findings: 1 high." in answered
    assert "Approve is not possible: 1 new finding would be left open." in answered


def test_draft_is_saved_by_a_button_and_the_page_opens_with_it(rob):
    answered = rob.post(page(verb="draft"), a_round(verdict="approve"), follow=True)
    assert "The draft is saved." in text(answered)
    assert re.search(r"Your draft, saved \d\d:\d\d , is below. Nobody else sees it.", text(answered))
    assert value(answered, "summary") == "It leaks."


def test_nobody_else_sees_a_draft(rob):
    rob.post(page(verb="draft"), a_round(summary="Secret."))
    assert "Secret." not in text(signed_in(someone("ron", "reviewer")).get(page()))


def test_draft_is_dropped(rob):
    rob.post(page(verb="draft"), a_round())
    answered = rob.post(page(verb="drop"), follow=True)
    assert "The draft is dropped." in text(answered)
    assert value(answered, "summary") == ""
    assert "There was no draft." in text(rob.post(page(verb="drop"), follow=True))


def test_draft_goes_once_it_is_recorded(rob):
    rob.post(page(verb="draft"), a_round())
    rob.post(page(verb="record"), a_round())
    assert not Draft.objects.exists()


def test_refused_recording_is_kept_as_the_draft(rob):
    assert rob.post(page(verb="record"), a_round(verdict="", reason="x")).status_code == 422
    assert Draft.objects.get().data["summary"] == ["It leaks."]
    assert not Disposition.objects.exists()


def test_too_long_a_draft_is_refused_and_still_on_the_page(rob):
    long = "x" * 500_000
    answered = rob.post(page(verb="draft"), a_round(summary=long))
    assert answered.status_code == 422
    assert value(answered, "summary") == long
    assert "Not saved: A draft of more than" in text(
        rob.post(page(verb="draft"), AUTO | {"summary": long}, headers=HTMX)
    )


def test_draft_begun_before_another_round_tells_of_it(phase, rob):
    rob.post(page(verb="draft"), a_round(seen="0"))
    judge(phase, "approve_with_changes", summary="Rita looked.", findings=(found(title="Rust"),))
    shown = rob.get(page())
    assert re.search(
        r"rita recorded approve with changes \d\d:\d\d , after you began Rita looked.", text(shown)
    )
    assert "Earlier findings 1 not closed medium Rust" in text(shown)
    assert value(shown, "seen") == str(Disposition.objects.get().pk)


def test_second_of_two_reviewers_reads_what_the_first_recorded_and_goes_on_top(phase, rob):
    judge(phase, "not_ready", findings=(found(title="Rust"),))
    finding = fix(Finding.objects.get())
    seen = value(rob.get(page()), "seen")
    judge(phase, "approve_with_changes", summary="Rita looked.", rechecked=())
    mine = a_round(seen=seen, summary="Mine.", **{f"recheck-{finding.pk}": "confirmed"})
    answered = rob.post(page(verb="record"), mine)
    assert answered.status_code == 409
    assert "rita recorded a disposition of F4 while you were writing" in text(answered)
    assert "Rita looked." in text(answered)
    assert value(answered, "summary") == "Mine."
    assert value(rob.get(page()), "summary") == "Mine."
    rob.post(page(verb="record"), mine | {"seen": value(answered, "seen")})
    assert list(Disposition.objects.values_list("number", "by")) == [(3, "rob"), (2, "rita"), (1, "rita")]


def test_choice_that_somebody_else_has_made_meanwhile_is_taken_out_and_its_note_kept(phase, rob):
    judge(phase, "not_ready", findings=(found(title="Rust"),))
    finding = fix(Finding.objects.get())
    seen = value(rob.get(page()), "seen")
    judge(phase, "approve", rechecked=(confirmed(finding),))
    sent = {f"recheck-{finding.pk}": "confirmed", f"recheck-note-{finding.pk}": "Seen."}
    answered = rob.post(page(verb="record"), a_round(seen=seen, **sent))
    assert answered.status_code == 409
    assert value(answered, f"recheck-note-{finding.pk}") == "Seen."


@pytest.mark.parametrize("verb", ["record", "draft"])
def test_what_was_sent_after_the_session_ended_is_there_after_signing_in(rob, verb):
    sent = signed_out(rob, **a_round(summary="An hour of work.", **{"finding-1-title": "No brake"}))
    answered = rob.post(page(verb=verb), sent)
    assert answered["Location"] == f"{SIGN_IN}?next={page()}"
    assert "What you wrote is kept" in text(rob.get(answered["Location"]))
    opened = sign_in(rob)
    assert opened.redirect_chain == [(page(), 302)]
    assert value(opened, "summary") == "An hour of work."
    assert value(opened, "finding-1-title") == "No brake"
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(("verb", "act"), [("record", ""), ("draft", "auto"), ("draft", "paste")])
def test_the_same_by_htmx(rob, verb, act):
    sent = signed_out(rob, **a_round(summary="An hour of work.", act=act, pasted="- High: a"))
    answered = rob.post(page(verb=verb), sent, headers=HTMX)
    assert answered["HX-Redirect"] == f"{SIGN_IN}?next=%2F{page()[1:].replace('/', '%2F')}"
    opened = sign_in(rob)
    assert (value(opened, "summary"), value(opened, "pasted")) == ("An hour of work.", "- High: a")


def test_nobody_else_who_signs_in_on_that_browser_gets_it(rob):
    someone("ron", "reviewer")
    rob.post(page(verb="record"), signed_out(rob, **a_round(summary="Secret.")))
    assert "Secret." not in sign_in(rob, "ron").content.decode()
    assert not Draft.objects.exists()


def test_the_writer_gets_it_who_signs_in_after_a_failed_try(rob):
    rob.post(page(verb="record"), signed_out(rob, **a_round(summary="An hour of work.")))
    rob.post(SIGN_IN, {"username": "rob", "password": "guessed"})
    assert value(sign_in(rob), "summary") == "An hour of work."


@pytest.mark.parametrize("writer", ["", "rob", "rob:forged"])
def test_a_form_without_a_true_writer_is_not_kept(rob, writer):
    signed_out(rob)
    rob.post(page(verb="record"), a_round(writer=writer))
    assert "nothing of what you sent was saved" in text(rob.get(SIGN_IN))
    sign_in(rob)
    assert not Draft.objects.exists()


def test_more_than_a_draft_holds_is_not_kept(rob):
    rob.post(page(verb="record"), signed_out(rob, **a_round(summary="x" * 500_000)))
    assert "nothing of what you sent was saved" in text(rob.get(SIGN_IN))


def test_of_several_pages_the_oldest_makes_room(rob):
    sent = signed_out(rob)
    for code in ("F4", "F5"):
        rob.post(page(code, "record"), sent | a_round(summary="x" * 300_000))
    sign_in(rob)
    assert [draft.slice.code for draft in Draft.objects.all()] == ["F5"]


def test_what_was_sent_last_from_a_page_is_kept(rob):
    sent = signed_out(rob)
    for words in ("First.", "Second."):
        rob.post(page(verb="draft"), sent | a_round(summary=words))
    assert value(sign_in(rob), "summary") == "Second."


def test_newer_draft_of_another_browser_is_left_alone(rob):
    rob.post(page(verb="record"), signed_out(rob, **a_round(summary="Old.")))
    other = signed_in(User.objects.get(username="rob"))
    other.post(page(verb="draft"), a_round(summary="New."))
    Draft.objects.update(saved_at=timezone.now() + dt.timedelta(seconds=5))
    assert value(sign_in(rob), "summary") == "New."


def test_kept_text_of_a_slice_that_is_gone_stops_nobody_from_signing_in(phase, rob):
    rob.post(page("F5", "record"), signed_out(rob, **a_round()))
    phase.slices.filter(code="F5").update(code="F9")
    assert sign_in(rob, to="/").status_code == 200


def test_other_verbs_say_that_nothing_was_saved(rob):
    Session.objects.all().delete()
    rob.post("/initiatives/observatory/phases/F/slices/F4/links/", {"branch": "x"})
    assert "nothing of what you sent was saved" in text(rob.get(SIGN_IN))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_form_of_an_earlier_sign_in_becomes_the_draft(phase, headers):
    user = someone("rob", "reviewer")
    client = signed_in(user, enforce_csrf_checks=True)
    sent = a_round(writer=value(client.get(page()), "writer"), csrfmiddlewaretoken="x" * 64)
    answered = client.post(page(verb="record"), sent, headers=headers)
    assert answered.headers.get("HX-Redirect", answered.headers.get("Location")) == page()
    opened = client.get(page())
    assert "You have signed in again since this page was opened" in text(opened)
    assert value(opened, "summary") == "It leaks."
    assert not Disposition.objects.exists()


def test_form_of_somebody_else_is_refused_as_expired(phase):
    writer = value(signed_in(someone("ron", "reviewer")).get(page()), "writer")
    client = signed_in(someone("rob", "reviewer"), enforce_csrf_checks=True)
    answered = client.post(page(verb="record"), a_round(writer=writer, csrfmiddlewaretoken="x" * 64))
    assert answered.status_code == 403
    assert not Draft.objects.exists()


def without_cookies(**fields):
    """A browser that has lost its cookies, and what the page that it still has open sends."""
    client = signed_in(someone("rob", "reviewer"), enforce_csrf_checks=True)
    opened = client.get(page())
    client.cookies.clear()
    names = ("writer", "csrfmiddlewaretoken")
    return client, a_round(**fields) | {name: value(opened, name) for name in names}


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("verb", ["record", "draft"])
def test_what_was_sent_without_any_cookie_is_there_after_signing_in(phase, verb, headers):
    client, sent = without_cookies(summary="An hour of work.", **{"finding-1-title": "No brake"})
    answered = client.post(page(verb=verb), sent, headers=headers)
    to = answered.headers.get("HX-Redirect", answered.headers.get("Location"))
    asked = client.get(to)
    assert "What you wrote is kept" in text(asked)
    who = {"username": "rob", "password": "rob-password", "next": value(asked, "next")}
    who["csrfmiddlewaretoken"] = value(asked, "csrfmiddlewaretoken")
    opened = client.post(to, who, follow=True)
    assert opened.redirect_chain == [(page(), 302)]
    assert [value(opened, "summary"), value(opened, "finding-1-title")] == ["An hour of work.", "No brake"]
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"writer": "rob:forged"}, {}),
        ({"summary": "x" * 500_000}, {}),
        ({}, {"Origin": "https://elsewhere.example"}),
    ],
)
def test_forged_long_and_foreign_forms_without_cookies_are_refused_and_begin_no_session(
    phase, fields, headers
):
    client, sent = without_cookies()
    answered = client.post(page(verb="record"), sent | fields, headers=headers)
    assert (answered.status_code, "sessionid" in answered.cookies) == (403, False)


def test_verbs_without_drafts_are_refused_as_expired_without_cookies(phase):
    client, sent = without_cookies()
    answered = client.post("/initiatives/observatory/phases/F/activity/", sent)
    assert (answered.status_code, "sessionid" in answered.cookies) == (403, False)
