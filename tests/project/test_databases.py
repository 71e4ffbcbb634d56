"""How the databases are opened, and what is answered when one is away."""

import json
import sqlite3
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction
from django.db.utils import InterfaceError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from phases.middleware import DatabaseAwayMiddleware, database_is_away, server_error
from tracker.databases import sqlite_options, wal_is_sound, with_options


@pytest.mark.parametrize(
    "version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2)]
)
def test_wal_is_avoided_on_versions_with_the_reset_bug(version):
    assert not wal_is_sound(version)
    assert "journal_mode=DELETE" in sqlite_options(version)["init_command"]


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 52, 0), (4, 0, 0)])
def test_wal_is_used_on_fixed_versions(version):
    assert wal_is_sound(version)
    assert "journal_mode=WAL" in sqlite_options(version)["init_command"]


def test_postgres_gets_a_pool_with_health_checks():
    config = with_options({"ENGINE": "django.db.backends.postgresql"}, sqlite_version=(3, 40, 1), pool_size=7)
    assert config["CONN_HEALTH_CHECKS"]
    assert config["OPTIONS"]["pool"]["max_size"] == 7


def test_options_written_in_the_url_win():
    config = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"sslmode": "require"}}
    assert with_options(config, sqlite_version=(3, 40, 1), pool_size=7)["OPTIONS"]["sslmode"] == "require"


@pytest.mark.django_db(transaction=True)
def test_two_writers_queue_up_instead_of_failing():
    problems: list[Exception] = []
    barrier = threading.Barrier(2)

    def write(number: int) -> None:
        from django.contrib.auth.models import Group

        try:
            barrier.wait()
            with transaction.atomic():
                Group.objects.count()
                time.sleep(0.2)  # both would have read by now, and neither could write any more
                Group.objects.create(name=f"group {number}")
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems


def locked_error(code: int) -> OperationalError:
    """What Django raises, with SQLite's own error beneath it."""
    cause = sqlite3.OperationalError("made up")
    cause.sqlite_errorcode = code
    error = OperationalError("made up")
    error.__cause__ = cause
    return error


def test_locks_and_lost_connections_count_as_away():
    assert database_is_away(locked_error(sqlite3.SQLITE_BUSY))
    assert database_is_away(locked_error(sqlite3.SQLITE_BUSY_SNAPSHOT))
    assert database_is_away(OperationalError("server closed the connection unexpectedly"))
    assert database_is_away(InterfaceError("connection already closed"))


def test_wrong_queries_do_not_count_as_away():
    assert not database_is_away(locked_error(sqlite3.SQLITE_ERROR))
    assert not database_is_away(ValueError("something else"))
    assert not database_is_away(None)


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/v1/initiatives", "application/json")])
def test_away_is_answered_503_with_retry_after(path, kind):
    middleware = DatabaseAwayMiddleware(lambda request: HttpResponse())
    answer = middleware.process_exception(RequestFactory().get(path), OperationalError("gone"))
    assert answer is not None
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Content-Type"].startswith(kind)


def test_errors_outside_views_are_answered_503_too():
    try:
        raise OperationalError("gone while saving the session")
    except OperationalError:
        assert server_error(RequestFactory().get("/")).status_code == 503


def test_other_errors_stay_500():
    try:
        raise ValueError("a bug")
    except ValueError:
        assert server_error(RequestFactory().get("/")).status_code == 500


@pytest.mark.django_db
def test_health_is_one_query_without_sign_in(django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_health_refuses_writing():
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_health_is_503_when_the_database_does_not_answer():
    def away(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_a_fault_in_the_api_keeps_its_error_shape():
    try:
        raise ValueError
    except ValueError:
        answered = server_error(RequestFactory().get("/api/v1/initiatives"))
    assert (answered.status_code, json.loads(answered.content)["error"]["code"]) == (500, "fault")
