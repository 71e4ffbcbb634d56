"""Mentioning a revision of the code under work: its place in the order, and whose files it touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from phases.errors import Invalid
from phases.models import Disposition, Finding, GateRun, Phase, Revision, Slice
from phases.rules.state import Touch
from phases.rules.touching import Declared, Mention, fixes_of, latest, order, tidy

from .ledger import Book

MAX_FILES = 5_000
"""Changed files of one mention; whoever changed more leaves them out, and they count as unknown."""

MAX_PATH, MAX_SHA, SHORT_SHA, FULL_SHA = 1_000, 64, 4, (40, 64)
HEX = frozenset("0123456789abcdef")
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
    if base and not _is_before(phase, base, row):
        files = None
    added = sorted({tidy(path) for path in files or ()} - set(row.files) - {""})
    said = {
        "place": row.place,
        "files": added,
        "reported_for": code if code not in row.reported_for else "",
        "unknown_for": code if files is None and code not in row.unknown_for else "",
        "fixes": {code: finding} if code and finding and row.fixes.get(code) != finding else {},
        "back": row.withdrawn,
    }
    if row.pk is not None and not any(value for name, value in said.items() if name != "place"):
        return row
    _add(row, said)
    row.save()
    book.record(verb="mention", target=f"revision:{row.sha}", phase=phase, slice=code, after=said)
    _project(phase, [row])
    if said["back"]:
        _stand_at_newest(phase)
    return row


def fixed_without_revision(book: Book, phase: Phase, code: str, finding: str) -> int:
    """A fix that names no revision: it comes after all that was known of the newest one until now.

    Answers the place of that one.
    """
    row = Slice.objects.filter(phase=phase, code=code).only("fixed").first() if code else None
    last = newest(phase)
    place = last.place if last else 0
    if row and _is_newer(row, "fixed", Touch(place, "", finding, book.next_seq)):
        row.save(update_fields=["fixed"])
    return place


def _is_before(phase: Phase, base: str, row: Revision) -> bool:
    """Whether files changed since `base` are those of `row`: not where the base is unknown or newer."""
    known = known_revision(phase, base)
    return known is not None and known.place <= row.place


def newest(phase: Phase) -> Revision | None:
    """The newest revision that counts."""
    return Revision.objects.filter(phase=phase, withdrawn=False).order_by("-place").first()


def withdraw_unused(book: Book, phase: Phase, sha: str) -> None:
    """Take a revision out of what counts once everything that was reported for it is retracted.

    It keeps its place, and counts again when somebody mentions it again.
    """
    row = Revision.objects.filter(phase=phase, sha=sha, withdrawn=False).first()
    if row is None or row.fixes or _is_used(phase, sha):
        return
    row.withdrawn, row.touches = True, []
    row.save(update_fields=["withdrawn", "touches"])
    book.record(
        verb="withdraw_revision",
        target=f"revision:{sha}",
        phase=phase,
        before={"withdrawn": False},
        after={"withdrawn": True},
    )
    _stand_at_newest(phase)
    touch_again(phase)


def _is_used(phase: Phase, sha: str) -> bool:
    """Whether a run, a verdict or the fix of a finding still stands for this revision."""
    of_phase = {"phase": phase, "revision": sha, "retracted": 0}
    return (
        GateRun.objects.filter(**of_phase).exists()
        or Disposition.objects.filter(**of_phase).exists()
        or Finding.objects.filter(phase=phase, fix_revision=sha).exists()
    )


def _stand_at_newest(phase: Phase) -> None:
    found = newest(phase)
    phase.last_revision = found.sha if found else ""
    Phase.objects.filter(pk=phase.pk).update(last_revision=phase.last_revision)


def _add(row: Revision, said: Mapping[str, object]) -> None:
    """Put what one mention says on a revision; the replay of the ledger does the same."""
    row.files = sorted({*row.files, *said["files"]})  # type: ignore[misc]
    for name in ("reported_for", "unknown_for"):
        if said[name]:
            setattr(row, name, [*getattr(row, name), said[name]])
    row.fixes = {**row.fixes, **said["fixes"]}  # type: ignore[dict-item]
    row.withdrawn = False


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
    return len(sha) >= SHORT_SHA and set(sha) <= HEX


def mentioned(row: Revision) -> Mention:
    return Mention(row.sha, row.place, row.files, row.reported_for, row.unknown_for, row.fixes, row.seq)


def declared_paths(phase: Phase) -> dict[str, list[str]]:
    """What each slice of the present plan declares, by code."""
    rows = Slice.objects.filter(phase=phase, archived=False).values_list("code", "files", "touched_paths")
    return {code: [*files, *touched] for code, files, touched in rows}


def touch_again(phase: Phase) -> None:
    """Work out anew what touched each slice: what they declare, or what counts, has changed."""
    Slice.objects.filter(phase=phase).exclude(touched=None).update(touched=None)
    rows = Revision.objects.filter(phase=phase, withdrawn=False).order_by("place")
    _project(phase, rows.iterator(chunk_size=BATCH))


def _project(phase: Phase, revisions: Iterable[Revision]) -> None:
    """Keep which slices these revisions touch, and put the newest touch on each slice."""
    declared = Declared(declared_paths(phase))
    slices = {row.code: row for row in Slice.objects.filter(phase=phase).only("code", "touched", "fixed")}
    changed: dict[str, Slice] = {}
    codes: dict[int, list[str]] = {}
    for revision in revisions:
        found = mentioned(revision)
        touches = declared.touches(found)
        if revision.touches != sorted(touches):
            codes[revision.pk] = sorted(touches)
        for name, said in (("touched", touches), ("fixed", fixes_of(found))):
            for code, touch in said.items():
                if code in slices and _is_newer(slices[code], name, touch):
                    changed[code] = slices[code]
    for pk, touching in codes.items():
        Revision.objects.filter(pk=pk).update(touches=touching)
    Slice.objects.bulk_update(changed.values(), ["touched", "fixed"], batch_size=BATCH)


def expected_touches(
    rows: Iterable[Slice], mentions: Iterable[Mention]
) -> tuple[dict[str, Touch], dict[str, Touch]]:
    """By code what touched, and what fixed, each slice last; archived slices declare nothing."""
    declared = Declared({row.code: [*row.files, *row.touched_paths] for row in rows if not row.archived})
    return latest(declared, mentions)


def _is_newer(row: Slice, name: str, touch: Touch | None) -> bool:
    """Set it where it is newer than what stands; whether that changed anything."""
    stands = getattr(row, name)
    if touch is None or (stands and (order(Touch(*stands)) > order(touch) or stands == list(touch))):
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
    """A revision's name: a commit hash in lower case, or a name that stays, such as that of a build."""
    sha = sha.strip()
    if len(sha) > MAX_SHA or any(letter.isspace() or not letter.isprintable() for letter in sha):
        raise Invalid({field: f"{sha[:80]!r} is not a commit: one word of at most {MAX_SHA} characters."})
    if set(sha.lower()) <= HEX:
        return sha.lower()
    if not any(letter.isdigit() for letter in sha):
        say = f"{sha!r} is a name that moves from commit to commit, or none at all."
        raise Invalid({field: f"{say} Give the hash of the commit, as `git rev-parse HEAD` prints it."})
    return sha
