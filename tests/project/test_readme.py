"""README.md and the pages beside it: what they say of permissions, scopes and each other."""

import re
from pathlib import Path

import pytest

from phases.permissions import ROLES, SCOPES, VERBS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "phases" / "demo" / "README.md"]


@pytest.mark.parametrize("role", ROLES)
def test_roles_may_what_the_table_of_verbs_says(role):
    (row,) = re.findall(rf"^\| {role} \| (.*) \|$", README, re.MULTILINE)
    is_theirs = {verb.does: role in verb.roles for verb in VERBS.values()}
    if role == "admin":
        is_theirs = {verb.does: verb.roles == ("admin",) for verb in VERBS.values()}
        is_theirs[VERBS["see"].does] = False
    if role in ("lead", "reviewer"):
        is_theirs[VERBS["see"].does] = False
    assert {does: does in row for does in is_theirs} == is_theirs


def test_all_scopes_are_named():
    assert f"--scope {','.join(SCOPES)}" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_commands_on_the_demo_are_told_where_commands_are_listed():
    line = "export ENV_FILE=.demo/env"
    before = README.partition("| command | does |")[0]
    assert line in "".join(before.splitlines()[-4:])
    assert line in (ROOT / "Makefile").read_text()
    assert line in (ROOT / "docs" / "ci.md").read_text()
