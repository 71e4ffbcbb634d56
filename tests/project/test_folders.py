"""Packet folders on the disk: what is read, what is told, and what nobody follows or opens."""

import hashlib
import os
import pickle
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from phases.folders import Folder, FolderProblem, Limits, is_work_breakdown, read_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "packet").mkdir()
    return tmp_path / "packet"


def put(root: Path, name: str | bytes, data: bytes = b"text") -> None:
    path = os.path.join(os.fsencode(root), os.fsencode(name))  # noqa: PTH118  # names that are not UTF-8
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    Path(os.fsdecode(path)).write_bytes(data)


def texts(folder: Folder) -> dict[str, str | None]:
    return {file.path: file.text for file in folder.files}


def told(folder: Folder) -> dict[str, str]:
    return {problem.path: problem.message for problem in folder.problems}


def test_files_come_with_size_hash_and_text_in_order(root):
    for name in ("b/a.md", "a.yaml", "b-c.txt", "B.json", "d.MD"):
        put(root, name, b"\xef\xbb\xbfone\r\n")
    folder = read_folder(root)
    assert [file.path for file in folder.files] == ["B.json", "a.yaml", "b/a.md", "b-c.txt", "d.MD"]
    assert (folder.name, folder.problems, folder.files[0].text) == ("packet", (), "one\r\n")
    assert folder.files[0].sha256 == hashlib.sha256(b"\xef\xbb\xbfone\r\n").hexdigest()


def test_other_kinds_are_known_by_hash_and_are_no_problem(root):
    put(root, "look.png", b"\x89PNG\x00")
    (file,) = read_folder(root).files
    assert (file.text, file.size, len(file.sha256)) == (None, 5, 64)
    assert "Not a text" in file.why_not
    assert read_folder(root).problems == ()


def test_an_archive_inside_is_not_opened(root):
    put(root, "old.zip", b"PK\x03\x04")
    assert "not opened" in read_folder(root).files[0].why_not


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"good\xffbad", "Byte 5 (0xff) is not UTF-8"),
        (b"a\xed\xa0\x80", "Byte 2 (0xed) is not UTF-8"),
        (b"ab\x00c", "Byte 3 is NUL"),
        (b"\xff\xfea\x00", "The file is UTF-16"),
        (b"\xef\xbb\xbf\xff", "Byte 4 (0xff) is not UTF-8"),
        (b"x" * 101, "more than 100 bytes"),
    ],
)
def test_a_text_that_cannot_be_read_is_a_problem(root, data, words):
    put(root, "a.md", data)
    put(root, "b.md")
    folder = read_folder(root, Limits(file_bytes=100))
    assert texts(folder) == {"a.md": None, "b.md": "text"}
    assert words in folder.files[0].why_not
    assert told(folder) == {"a.md": folder.files[0].why_not}


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.symlink_to("good.md"), "A link"),
        (lambda path: path.symlink_to("/etc/passwd"), "A link"),
        (lambda path: path.symlink_to("/"), "A link"),
        (lambda path: path.symlink_to("."), "A link"),
        (lambda path: path.symlink_to("nowhere"), "A link"),
        (os.mkfifo, "A pipe"),
        (make_socket, "A socket"),
    ],
)
def test_links_and_pipes_are_never_followed(root, monkeypatch, make: Callable[[Path], None], words):
    put(root, "good.md")
    monkeypatch.chdir(root)
    make(Path("odd.md"))
    folder = read_folder(root)
    assert texts(folder) == {"good.md": "text", "odd.md": None}
    assert words in told(folder)["odd.md"]


def test_a_folder_behind_a_link_is_not_entered(root, tmp_path):
    put(tmp_path, "elsewhere/secret.md")
    (root / "sub").mkdir()
    (root / "sub" / "link").symlink_to(tmp_path / "elsewhere")
    assert texts(read_folder(root)) == {"sub/link": None}


def test_a_folder_swapped_for_a_link_leads_nowhere(root, tmp_path, monkeypatch):
    """As it would be in a race: the kind was looked at before, the link comes after."""
    put(tmp_path, "elsewhere/secret.md")
    (root / "sub").symlink_to(tmp_path / "elsewhere")
    before = tmp_path.stat()
    monkeypatch.setattr(os, "stat", lambda *_, **__: before)
    assert "cannot be read" in told(read_folder(root))["sub"]


def test_the_folder_itself_may_be_reached_by_a_link(root, tmp_path):
    put(root, "a.md")
    (tmp_path / "current").symlink_to(root)
    assert read_folder(tmp_path / "current") == read_folder(root)


@pytest.mark.parametrize(
    ("name", "words", "shown"),
    [
        (b"caf\xe9.md", "not UTF-8", "caf\ufffd.md"),
        ("a\nb.md", "U+000A", "a\ufffdb.md"),
        ("a\x1b[31m.md", "U+001B", "a\ufffd[31m.md"),
        ("a\u202edm.exe", "U+202E", "a\ufffddm.exe"),
        ("a\\b.md", "backslash", "a\\b.md"),
        ("C:x.md", "absolute", "C:x.md"),
    ],
)
def test_names_that_cannot_be_kept_are_told(root, name, words, shown):
    put(root, name)
    put(root, "good.md")
    folder = read_folder(root)
    assert texts(folder) == {"good.md": "text"}
    assert words in told(folder)[shown]


def test_deep_and_long_paths_are_told(root):
    put(root, "a/b/c/d.md")
    put(root, f"{'x' * 60}.md")
    folder = read_folder(root, Limits(depth=2, path_length=50))
    assert "3 folders deep" in told(folder)["a/b/c/d.md"]
    assert "63 characters" in told(folder)[f"{'x' * 60}.md"]


def test_names_alike_are_kept_and_told(root):
    for name in ("Plan.md", "plan.md", "caf\u00e9.md", "cafe\u0301.md"):
        put(root, name)
    folder = read_folder(root)
    assert len(texts(folder)) == 4
    assert sorted(told(folder)) == ["caf\u00e9.md", "plan.md"]


def test_hidden_and_tool_folders_are_left_out_and_told_once(root):
    for name in (".git/config", "web/node_modules/x/a.md", ".env", "a.md"):
        put(root, name)
    folder = read_folder(root)
    assert texts(folder) == {"a.md": "text"}
    assert [each.message for each in folder.problems] == [
        "Left out, being hidden or made by a tool: .env, .git, web/node_modules."
    ]


def as_nobody(read: Callable[[], Folder]) -> Folder:
    """The answer of a process without the superuser's rights, who can read everything."""
    if os.geteuid():
        return read()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setgid(65534)
        os.setuid(65534)
        os.write(writer, pickle.dumps(read()))
        os._exit(0)
    os.waitpid(child, 0)
    answer: Folder = pickle.loads(os.read(reader, 65536))
    return answer


def test_what_may_not_be_read_is_told():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path in ("a.md", "closed/b.md", "good.md"):
            put(root, path)
        root.chmod(0o755)
        (root / "a.md").chmod(0)
        (root / "closed").chmod(0)
        folder = as_nobody(lambda: read_folder(root))
        (root / "closed").chmod(0o755)
    assert texts(folder) == {"a.md": None, "good.md": "text"}
    assert "The file cannot be read: Permission denied" in told(folder)["a.md"]
    assert "The folder cannot be read: Permission denied" in told(folder)["closed"]


@pytest.mark.parametrize("path", ["missing", "a.md", "x\0y", "\ud800"])
def test_no_folder_is_a_problem(root, path):
    put(root, "a.md")
    (problem,) = read_folder(root / path).problems
    assert (problem.path, "cannot be read" in problem.message) == ("", True)


def test_an_empty_folder_says_so(root):
    assert "no file" in read_folder(root).problems[0].message


def test_a_pipe_in_place_of_the_folder_does_not_wait(root):
    os.mkfifo(root / "pipe")
    assert "cannot be read" in read_folder(root / "pipe").problems[0].message


def test_too_many_files_are_refused_as_a_whole(root):
    for at in range(4):
        put(root, f"{at}.md")
    folder = read_folder(root, Limits(files=3))
    assert (folder.files, len(folder.problems)) == ((), 1)
    assert "More than 3 files; nothing is read" in folder.problems[0].message


def test_a_listing_stops_at_the_limit(root, monkeypatch):
    for at in range(50):
        put(root, f"{at}.md")
    opened: list[object] = []
    monkeypatch.setattr(os, "fdopen", lambda *args: opened.append(args))
    folder = read_folder(root, Limits(entries=10))
    assert (folder.files, opened) == ((), [])
    assert "More than 10 files and folders" in folder.problems[0].message


def test_the_total_is_a_limit_and_the_rest_is_listed(root):
    for name in ("a.md", "b.md", "c.md"):
        put(root, name, b"12345678")
    put(root, "d.md", b"1")
    folder = read_folder(root, Limits(total_bytes=17))
    assert list(texts(folder).values()) == ["12345678", "12345678", None, "1"]
    assert "fill the 17 bytes" in told(folder)["c.md"]


def test_a_file_that_grows_while_it_is_read_stays_within_the_limit(root, monkeypatch):
    put(root, "a.md", b"x" * 1000)
    small = os.stat_result((0o100644, 0, 0, 1, 0, 0, 4, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda _: small)
    assert "more than 100 bytes" in told(read_folder(root, Limits(file_bytes=100)))["a.md"]


def test_many_problems_are_told_as_a_number(root):
    for at in range(9):
        put(root, f"{at}.md", b"\xff")
    problems = read_folder(root, Limits(problems=3)).problems
    assert (len(problems), problems[0]) == (4, FolderProblem("", "6 more problems are not shown."))


@pytest.mark.parametrize(
    "name", ["PHASE_D_WORKBREAKDOWN.yaml", "x/phase_workbreakdown.YML", "WORKBREAKDOWN.yml"]
)
def test_work_breakdowns_are_known_by_name(name):
    assert is_work_breakdown(name)


@pytest.mark.parametrize("name", ["WORKBREAKDOWN.yaml/a.md", "WORKBREAKDOWN.json", "PLAN.yaml"])
def test_other_files_are_no_work_breakdowns(name):
    assert not is_work_breakdown(name)
