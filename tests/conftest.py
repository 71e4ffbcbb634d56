"""What holds for every test: no network but this machine, browser tests last, hypothesis profiles."""

import os
import sys
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""})

hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


class NetworkRefusedError(RuntimeError):
    """A test tried to reach another machine."""


def refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: it sees every socket of this process, whichever library opened it."""
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = args[0] or ""
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name not in LOOPBACK:
        raise NetworkRefusedError(
            f"Tests reach no other machine than this one, but something asked for {name}."
        )


sys.addaudithook(refuse_network)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--only-database`: the tests that a second database can change, for the run on PostgreSQL."""
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only tests that use the database; of the browser tests only those marked both_databases",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests go last: from the first one on, an event loop runs in this thread until the end."""
    items.sort(key=in_browser)
    if config.getoption("--only-database"):
        left_out = [item for item in items if not is_for_database(item)]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def in_browser(item: pytest.Item) -> bool:
    """Whether the test drives a browser."""
    return "browser" in item.path.parts


def is_for_database(item: pytest.Item) -> bool:
    """Whether another database could change what the test finds."""
    if in_browser(item):
        return item.get_closest_marker("both_databases") is not None
    return uses_database(item)


def uses_database(item: pytest.Item) -> bool:
    """Whether the test asks for the database, by mark or by fixture."""
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"}
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & set(getattr(item, "fixturenames", ()))
    )
