#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

FAULT = 3


def main() -> None:
    """Run the command named on the command line; a setting refused by name ends it with exit code 3."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is not installed: run `make demo`, then use .venv/bin/python.") from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
