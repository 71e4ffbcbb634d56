"""Dispositions that were read from a document: which one is said by the row, the entry and the proof."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.errors import Invalid
from phases.models import ArtifactVersion, Disposition, Event
from phases.permissions import OPERATOR
from tests import factories

from .reviews import faults, judge, reviewed_phase


@pytest.fixture
def phase(db):
    return reviewed_phase("F4")


@pytest.fixture
def version(phase):
    return attach_artifact(actor=OPERATOR, phase=phase, path="docs/F4.md", content="approve").version


def test_row_and_entry_say_what_it_was_read_from(phase, version):
    row = judge(phase, "not_ready", document=version.key)
    assert row.document == version.key
    assert Event.objects.get(verb="dispose").after["document"] == version.key
    assert faults() == []


def test_another_document_than_the_ledger_says_is_a_fault(phase, version):
    judge(phase, "not_ready", document=version.key)
    Disposition.objects.update(document="")
    assert faults()


@pytest.mark.parametrize("key", ["version:999", "version:0", "run:1", "version:1x", "docs/F4.md"])
def test_what_is_no_version_is_refused(phase, version, key):
    with pytest.raises(Invalid) as refused:
        judge(phase, "not_ready", document=key)
    assert "document" in refused.value.fields
    assert not Disposition.objects.exists()


def test_version_of_another_phase_is_refused(phase, version):
    other = factories.make_phase("G", slug="observatory")
    ArtifactVersion.objects.update(phase=other)
    with pytest.raises(Invalid):
        judge(phase, "not_ready", document=version.key)


def test_redacted_version_is_refused(phase, version):
    ArtifactVersion.objects.update(redacted=True)
    with pytest.raises(Invalid):
        judge(phase, "not_ready", document=version.key)
