"""The repository itself: small files, nothing left behind, nothing of one machine, commands that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
# By contract one file, which machines download alone; it can import nothing that it could be split into.
# A sixth of it looks for what would make a result one of another commit: owners, changes, submodules, hooks.
ONE_FILE = {"phases/client.py": 770}
CODE = {".py", ".html", ".css", ".js"}
NO_TEXT = {".png", ".jpg", ".ico", ".woff2"}
# In pieces, so that this file does not find itself.
LEFT_BEHIND = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")
ELSEWHERE = re.compile(
    r"(^|[^A-Za-z0-9_.])/(" + "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot/", "ho" + r"me/\w+")) + r")/"
    r"|" + "|".join(("py" + "pi.org", "python" + "hosted", "registry.np" + "mjs", "deb.deb" + "ian"))
)


def tracked() -> list[Path]:
    """Every file that a clone brings, with those about to be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in sorted(set(listed.splitlines())) if (ROOT / name).is_file()]


FILES = tracked() if (ROOT / ".git").exists() and shutil.which("git") else []
TEXTS = [file for file in FILES if file.suffix not in NO_TEXT]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    """`path:line` for each hit in the text files."""
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in TEXTS
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_has_outgrown_itself():
    code = [file for file in FILES if file.suffix in CODE and "migrations" not in file.parts]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in code}
    assert {name: length for name, length in lengths.items() if length > ONE_FILE.get(name, LONGEST)} == {}


def test_nothing_is_left_for_later():
    assert lines_that_match(LEFT_BEHIND) == []


def test_nothing_names_one_machine_or_registry():
    assert lines_that_match(ELSEWHERE) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_name_no_host(name):
    lines = [
        line for line in (ROOT / name).read_text().splitlines() if line and not line.lstrip().startswith("#")
    ]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ;.*)?", line)] == []


def test_every_dependency_of_the_project_is_pinned():
    import tomllib

    ranges = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = (ROOT / "requirements.txt").read_text()
    names = [re.split(r"[\[<>=]", entry)[0].lower() for entry in ranges]
    assert [name for name in names if f"\n{name}==" not in f"\n{pinned}"] == []


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run make at the root of the project."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_make_alone_lists_its_targets():
    shown = make().stdout
    for target in ("demo", "serve", "test", "lint", "format", "schema", "bench", "lock", "clean"):
        assert f"make {target} " in shown


def test_make_names_what_is_missing_when_there_is_no_python(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    command = ["make", "-C", str(tmp_path), "demo", "PYTHON="]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_make_refuses_an_old_python_by_name(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("-C", str(tmp_path), "demo", f"PYTHON={old}")
    assert f"{old} is older than Python 3.11" in done.stderr


def test_commands_of_the_readme_exist():
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)\b", (ROOT / "README.md").read_text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_settings_of_the_readme_are_those_of_the_code():
    code = "".join((ROOT / "tracker" / name).read_text() for name in ("settings.py", "environment.py"))
    read = set(
        re.findall(
            r'\b(?:flag|text|secret|number|choice|hours|host_names|origins|database)\(\s*"([A-Z_]+)"', code
        )
    )
    written = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert read - written == set()


def test_ci_leaves_nothing_to_skip():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "REQUIRE_POSTGRES=1 REQUIRE_BROWSER=1" in script.read_text()
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_postgres_may_be_absent_but_not_where_it_is_required(monkeypatch, capsys):
    from tests import postgres

    monkeypatch.setattr(postgres, "find_binaries", lambda: None)
    monkeypatch.delenv("REQUIRE_POSTGRES", raising=False)
    assert postgres.main(["--", "true"]) == 0
    assert "NOT run" in capsys.readouterr().err
    monkeypatch.setenv("REQUIRE_POSTGRES", "1")
    assert postgres.main(["--", "true"]) == 1
