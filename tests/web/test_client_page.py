"""GET /client.py: the client for machines, for whoever wants it."""

from __future__ import annotations

import ast
import sys

from phases.views.client import SOURCE


def test_it_is_the_file_itself(client):
    answered = client.get("/client.py")
    assert answered.content == SOURCE.read_bytes()
    assert answered["Content-Type"] == "text/x-python; charset=utf-8"


def test_it_is_shown_and_never_taken_for_something_else(client):
    answered = client.get("/client.py")
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in answered


def test_it_is_asked_for_again_and_not_sent_again(client):
    first = client.get("/client.py")
    assert first["Cache-Control"] == "no-cache"
    again = client.get("/client.py", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_head_answers_and_nothing_else_does(client):
    assert client.head("/client.py").status_code == 200
    assert {client.generic(method, "/client.py").status_code for method in ("POST", "PUT", "DELETE")} == {405}


def test_it_needs_nothing_but_python():
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 9))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names
