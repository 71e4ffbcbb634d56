"""One style sheet and one script for every page, joined from the small files that people edit, and squeezed.

A finder of static files, so that the development server, the tests and `collectstatic` serve the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, find
from django.core.files.storage import FileSystemStorage, Storage
from rcssmin import cssmin
from rjsmin import jsmin

STYLES = (
    "tokens",
    "base",
    "components",
    "bar",
    "menu",
    "find",
    "said",
    "forms",
    "status",
    "tables",
    "folds",
    "lists",
    "graph",
    "timeline",
    "gates",
    "matrix",
    "phase",
    "runs",
    "narrow",
    "imports",
    "pages",
    "records",
    "verdicts",
    "findings",
    "long",
    "artifacts",
    "inbox",
    "overview",
    "reviews",
    "readiness",
    "requirements",
    "readiness-fit",
    "inventory",
    "handoff",
    "wall",
    "wall-time",
    "print",
)
"""In the order of the cascade."""

SCRIPTS = (
    "app",
    "times",
    "live",
    "graph",
    "folds",
    "matrix",
    "said",
    "once",
    "reviews",
    "lines",
    "bar",
    "find",
    "keys",
    "readiness",
    "wall",
)

BUNDLES = {
    "app.css": [f"css/{name}.css" for name in STYLES],
    "app.js": ["django_htmx/htmx-2.min.js", *(f"js/{name}.js" for name in SCRIPTS)],
}


class BundleFinder(BaseFinder):
    """Finds `app.css` and `app.js`, joined anew from their parts whenever they are asked for."""

    def __init__(self, app_names: Sequence[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._storage = FileSystemStorage(location=settings.BUNDLES_ROOT)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(self._joined(path))] if path in BUNDLES else []
        return found if find_all or kwargs.get("all") else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in BUNDLES:
            self._joined(name)
            yield name, self._storage

    def _joined(self, name: str) -> Path:
        target = Path(settings.BUNDLES_ROOT) / name
        squeezed = cssmin if name.endswith(".css") else jsmin
        text = "\n".join(squeezed(_text(part)) for part in BUNDLES[name])
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            # Others read the file at any moment: they see the old one or the new one, never a part.
            target.parent.mkdir(exist_ok=True)
            made = target.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
            made.write_text(text, encoding="utf-8")
            made.replace(target)
        return target


def _text(part: str) -> str:
    path = find(part)
    if not isinstance(path, str):
        raise FileNotFoundError(f"tracker/bundles.py names {part}, but no folder of static files has it.")
    return Path(path).read_text(encoding="utf-8")
