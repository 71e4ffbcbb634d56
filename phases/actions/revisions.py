"""Mentioning a revision of the code under work: its place in the order, and whose files it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from phases.errors import Invalid
from phases.models import Phase, Revision, Slice
from phases.rules.state import Touch
from phases.rules.touching import Declared, Mention, latest, tidy

from .ledger import Book

MAX_FILES = 5_000
"""Changed files of one mention; whoever changed more leaves them out, and they count as unknown."""

MAX_PATH, MAX_SHA, SHORT_SHA, FULL_SHA = 1_000, 64, 7, (40, 64)
BATCH, AMBIGUOUS = 500, 50


def mention(
    book: Book,
    phase: Phase,
    *,
    sha: str,
    base: str = "",
    files: Iterable[str] | None = None,
    code: str = "",
    finding: str = "",
) -> Revision:
    """The revision `sha` with what this mention adds to it; `phase` is as it is in this transaction.

    `files` are the files changed since `base`, by default since the phase's previous revision; None
    or a base that the phase does not know means unknown files. `code` is the slice that it is
    reported for, `finding` the key of the finding that it fixes there.
    """
    row = known_revision(phase, sha)
    if row is None:
        row = Revision(phase=phase, sha=sha, place=phase.places + 1, seq=book.next_seq)
        phase.places, phase.last_revision = row.place, sha
        Phase.objects.filter(pk=phase.pk).update(places=row.place, last_revision=sha)
    if base and known_revision(phase, base) is None:
        files = None
    added = sorted({tidy(path) for path in files or ()} - set(row.files) - {""})
    said = {
        "place": row.place,
        "files": added,
        "reported_for": code if code not in row.reported_for else "",
        "unknown_for": code if files is None and code not in row.unknown_for else "",
        "fixes": {code: finding} if finding and row.fixes.get(code) != finding else {},
    }
    if row.pk is not None and not any(value for name, value in said.items() if name != "place"):
        return row
    _add(row, said)
    row.save()
    book.record(verb="mention", target=f"revision:{row.sha}", phase=phase, slice=code, after=said)
    _project(phase, [mentioned(row)])
    return row


def _add(row: Revision, said: Mapping[str, object]) -> None:
    """Put what one mention says on a revision; the replay of the ledger does the same."""
    row.files = sorted({*row.files, *said["files"]})  # type: ignore[misc]
    for name in ("reported_for", "unknown_for"):
        if said[name]:
            setattr(row, name, [*getattr(row, name), said[name]])
    row.fixes = {**row.fixes, **said["fixes"]}  # type: ignore[dict-item]


def known_revision(phase: Phase, sha: str) -> Revision | None:
    """The phase's revision of this name; a short hash is the same as the one full hash it begins."""
    rows = Revision.objects.filter(phase=phase)
    exact = rows.filter(sha=sha).first()
    if exact is not None or not _is_hash(sha):
        return exact
    if len(sha) in FULL_SHA:
        shorts = [sha[:length] for length in range(SHORT_SHA, len(sha))]
        return rows.filter(sha__in=shorts).order_by("place").first()
    # A range, where `startswith` would read every revision of the phase: g comes after every digit.
    within = rows.filter(sha__gt=sha, sha__lt=f"{sha}g").order_by()[:AMBIGUOUS]
    longer = [row for row in within if row.sha.startswith(sha) and len(row.sha) in FULL_SHA]
    return longer[0] if len(longer) == 1 else None


def _is_hash(sha: str) -> bool:
    return len(sha) >= SHORT_SHA and all(letter in "0123456789abcdef" for letter in sha)


def mentioned(row: Revision) -> Mention:
    return Mention(row.sha, row.place, row.files, row.reported_for, row.unknown_for, row.fixes, row.seq)


def touch_again(phase: Phase) -> None:
    """Work out anew what touched each slice: the paths that they declare may have changed."""
    Slice.objects.filter(phase=phase).exclude(touched=None).update(touched=None)
    _project(phase, _mentions(phase))


def _mentions(phase: Phase) -> Iterator[Mention]:
    for row in Revision.objects.filter(phase=phase).order_by("place").iterator(chunk_size=BATCH):
        yield mentioned(row)


def _project(phase: Phase, mentions: Iterable[Mention]) -> None:
    """Put the touches of these revisions on the slices that no newer one has touched."""
    rows = list(
        Slice.objects.filter(phase=phase).only(
            "code", "archived", "files", "touched_paths", "touched", "fixed"
        )
    )
    touches, fixes = expected_touches(rows, mentions)
    changed = [
        row
        for row in rows
        if _is_newer(row, "touched", touches.get(row.code)) | _is_newer(row, "fixed", fixes.get(row.code))
    ]
    Slice.objects.bulk_update(changed, ["touched", "fixed"], batch_size=BATCH)


def expected_touches(
    rows: Iterable[Slice], mentions: Iterable[Mention]
) -> tuple[dict[str, Touch], dict[str, Touch]]:
    """By code what touched, and what fixed, each slice last; archived slices declare nothing."""
    declared = Declared({row.code: [*row.files, *row.touched_paths] for row in rows if not row.archived})
    return latest(declared, mentions)


def _is_newer(row: Slice, name: str, touch: Touch | None) -> bool:
    """Set it where it is newer than what stands; whether that changed anything."""
    stands = getattr(row, name)
    if touch is None or (stands and (stands[0] > touch.place or stands == list(touch))):
        return False
    setattr(row, name, list(touch))
    return True


def checked_files(files: Iterable[str] | None) -> tuple[str, ...] | None:
    """Changed files as they may be stored; None where they are unknown."""
    if files is None:
        return None
    found = tuple(files)
    if len(found) > MAX_FILES:
        say = f"{len(found)} changed files are too many; at most {MAX_FILES}."
        raise Invalid({"changed_files": f"{say} Leave them out: unknown files count as touching."})
    for path in found:
        if not path.strip() or len(path) > MAX_PATH or not path.isprintable():
            say = f"{path[:80]!r} is not a path of at most {MAX_PATH} characters that can be shown."
            raise Invalid({"changed_files": f"{say} Leave the files out: unknown ones count as touching."})
    return found


def checked_sha(sha: str, field: str) -> str:
    """A revision's name: a commit hash in lower case, or any one word."""
    sha = sha.strip()
    if len(sha) > MAX_SHA or any(letter.isspace() or not letter.isprintable() for letter in sha):
        raise Invalid({field: f"{sha[:80]!r} is not a commit: one word of at most {MAX_SHA} characters."})
    return sha.lower() if _is_hash(sha.lower()) else sha
