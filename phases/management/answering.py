"""What the commands share: exit codes, one JSON document with --json, and text that is safe to print.

Exit codes: 0 done, 1 refused, 2 wrong usage or something unknown, 3 a fault of the installation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError

from phases.errors import ActionError, Invalid, NotFound
from phases.shapes import error_json

REFUSED, USAGE, FAULT = 1, 2, 3
log = structlog.get_logger(__name__)


class Usage(Exception):
    """The command was called in a way that cannot work; `str()` says how it can."""


class AnsweringCommand(BaseCommand):
    """Calls `run`, and turns what it raises into an exit code, a sentence on stderr, and JSON if asked."""

    def add_json(self, parser: CommandParser) -> None:
        """The option `--json`."""
        parser.add_argument(
            "--json", action="store_true", help="print one JSON document on stdout; messages go to stderr"
        )

    def run(self, options: dict[str, Any]) -> int:
        """Do the work and answer the exit code."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with the exit code that fits."""
        for stream in (self.stdout, self.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(encoding="utf-8")
        try:
            code = self.run(options)
        except (ActionError, Usage) as error:
            unknown = isinstance(error, Usage | NotFound | Invalid)
            raise self._ended(options, error, USAGE if unknown else REFUSED) from error
        except (DatabaseError, InterfaceError) as error:
            hint = f"The database does not answer as it should: {error}. Has `manage.py migrate` been run?"
            raise self._ended(options, error, FAULT, hint) from error
        except (CommandError, KeyboardInterrupt):
            raise
        except Exception as error:
            log.exception("command_failed")
            hint = f"This should not have happened ({type(error).__name__}: {error}); the log has more."
            raise self._ended(options, error, FAULT, hint) from error
        if code:
            raise SystemExit(code)

    def _ended(self, options: dict[str, Any], error: Exception, code: int, text: str = "") -> CommandError:
        message = plain(text or str(error))
        if options.get("json"):
            word = getattr(error, "code", "usage") if code != FAULT else "fault"
            self.print_json(error_json(str(word), message, getattr(error, "fields", None)))
        return CommandError(message, returncode=code)

    def print_json(self, document: Any) -> None:
        """The one document on stdout."""
        self.put(json.dumps(document, indent=2, cls=DjangoJSONEncoder))

    def put(self, text: str, *, aside: bool = False, ending: str = "\n") -> None:
        """Write to stdout, or `aside` to stderr. Where the reader left (`| head`), the work still goes on."""
        stream = self.stderr if aside else self.stdout
        try:
            stream.write(text, ending=ending)
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, AttributeError) as error:
            # A closed stream is None here. What was done is done; only its answer is lost.
            reason = error.strerror if isinstance(error, OSError) else "it is closed"
            if isinstance(error, OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise CommandError(f"The answer cannot be written: {reason}.", returncode=FAULT) from error

    def say(self, lines: Iterable[str], options: dict[str, Any]) -> None:
        """Text for people: on stdout, or on stderr where stdout is for JSON."""
        self.stderr.style_func = None
        for line in lines:
            self.put(plain(line), aside=bool(options.get("json")))


def plain(text: str) -> str:
    """Text of others without the control characters that a terminal would obey."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else letter.encode("unicode_escape").decode()
        for letter in text
    )
