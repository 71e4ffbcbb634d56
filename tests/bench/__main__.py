"""Measures the budgets and prints a line for each; exit code 1 if one is exceeded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402

from . import imports, pages, runs, server  # noqa: E402
from .measure import Line  # noqa: E402


def lines() -> Iterator[Line]:
    yield from pages.lines()
    yield from runs.lines()
    yield from imports.lines()
    yield from server.lines()


def main() -> int:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    over = 0
    try:
        sys.stdout.write(f"On {connection.vendor}, {os.cpu_count()} cores:\n")
        for line in lines():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            over += not line.holds
    finally:
        teardown_databases(databases, verbosity=0)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
