"""The guard that keeps tests on this machine."""

import socket

import pytest

from tests.conftest import NetworkRefusedError


def test_names_of_other_machines_are_not_looked_up():
    with pytest.raises(NetworkRefusedError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_addresses_of_other_machines_are_not_reached():
    with socket.socket() as outward, pytest.raises(NetworkRefusedError, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 443))


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
