"""Keeping what a run printed."""

import threading

import pytest
from django.db import connections, transaction

from phases.actions.logs import MAX_LOG, cut, kept_logs, storable
from phases.models import Log


def kept(text):
    """The stored log of one text."""
    return kept_logs([text]).get(text)


def test_a_short_log_is_kept_as_it_is(db):
    log = kept("tests: 14 passed\n")
    assert (log.text, log.size, log.redacted) == ("tests: 14 passed\n", 17, False)


def test_an_empty_log_is_none(db):
    assert kept("") is None
    assert not Log.objects.exists()


def test_the_same_text_is_stored_once(db):
    assert kept("green") == kept("green")
    assert Log.objects.count() == 1


@pytest.mark.parametrize("letter", ["x", "é", "🚀"])
def test_a_long_log_loses_its_middle_and_says_so(letter):
    text = cut("BEGIN " + letter * (10 * 2**20 // len(letter.encode())) + " END")
    assert MAX_LOG * 0.99 < len(text.encode()) <= MAX_LOG
    assert text.startswith("BEGIN ")
    assert text.endswith(" END")
    assert "bytes of 104857" in text


def test_the_end_of_a_long_log_gets_more_room():
    head, _, tail = cut("x" * 2**20).partition("\n\n[…")
    assert len(tail) > 1.9 * len(head)


def test_what_was_cut_is_counted():
    text = "".join(f"{number:07}\n" for number in range(100_000))
    kept = cut(text)
    head, _, rest = kept.partition("\n\n[… ")
    tail = rest.split("…]\n\n")[1]
    assert len(head) + len(tail) + int(rest.split(" bytes")[0]) == len(text)


def test_a_log_of_the_largest_size_is_whole():
    assert cut("x" * MAX_LOG) == "x" * MAX_LOG
    assert "cut out" in cut("x" * (MAX_LOG + 1))


def test_what_databases_cannot_hold_is_replaced(db):
    log = kept("a\0b\ud800c\r\nd")
    log.refresh_from_db()
    assert log.text == "a␀b?c\nd"


def test_a_text_of_right_to_left_marks_and_escapes_is_kept(db):
    text = "\u202edna\u202c \x1b[31mred\x1b[0m\b"
    assert kept(text).text == storable(text) == text


def test_logs_of_a_report_are_stored_once_and_found_by_their_texts(db):
    known = kept("green")
    found = kept_logs(["green", "", "a\0b", "a␀b", "green"])
    assert list(found) == ["green", "a\0b", "a␀b"]
    assert (found["green"], found["a\0b"]) == (known, found["a␀b"])
    assert found["a\0b"].text == "a␀b"
    assert Log.objects.count() == 2


def test_logs_of_a_report_are_cut(db):
    found = kept_logs(["x" * 2**20, "y"])
    assert {log.size == len(log.text.encode()) <= MAX_LOG for log in found.values()} == {True}


def test_no_logs_ask_the_database_for_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert kept_logs([""]) == {}


@pytest.mark.django_db(transaction=True)
def test_reports_that_share_logs_in_another_order_wait_for_each_other():
    both, failed = threading.Barrier(2), []

    def keep(step):
        try:
            for number in range(20):
                texts = [f"{number} {row} " + "x" * 2_000 for row in range(200)][::step]
                both.wait(timeout=60)
                with transaction.atomic():
                    kept_logs(texts)
        except Exception as error:
            failed.append(error)
            both.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep, args=[step]) for step in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Log.objects.count() == 4_000
