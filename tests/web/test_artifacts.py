"""Documents on the slice page: there or missing, attached as file, text or address, and taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phases.actions.artifacts import MAX_CONTENT
from phases.models import ArtifactVersion, Phase

from .reviewed import F, lena, reviewed_phase, slice_url, someone, text

F3 = slice_url("F3")


@pytest.fixture
def phase(db) -> Phase:
    return reviewed_phase("F3")


@pytest.fixture
def client(phase):
    return lena(phase)


def attach(client, **sent):
    return client.post(f"{F}artifacts/attach/", {"path": "docs/HEAT.md", "code": "F3", **sent})


def test_missing_document_says_when_it_is_due(client):
    page = text(client, F3)
    assert '<span class="badge is-missing">missing</span>' in page
    assert "It has not been attached: F3 needs it before it lands or is deferred." in page


def test_attached_text_is_shown_with_version_and_author(client):
    assert attach(client, content="Warm.\r\nVery.")["Location"] == F3
    page = text(client, F3)
    assert '<span class="badge is-passed">present</span>' in page
    assert f'href="{F}artifacts/{ArtifactVersion.objects.get().pk}/">version 1</a> · lena' in page
    assert ArtifactVersion.objects.get().content == "Warm.\nVery.", "as a document ends its lines"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_file_is_kept_byte_for_byte_but_for_its_mark(client, mark):
    attach(client, file=SimpleUploadedFile("HEAT.md", mark + b"# Heat\r\n"))
    assert ArtifactVersion.objects.get().content == "# Heat\r\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"one\ntwo \xe9", "no text in UTF-8 (byte 9 is 0xe9, on line 2)"),
        (b"\xff\xfeo\0n\0e\0", "but in UTF-16: save it as UTF-8"),
        (b"PK\x03\x04\0", "binary (byte 5 is NUL), and no text: keep it where it is, and attach its address"),
        (b"x" * (MAX_CONTENT + 1), "more than 2 MiB, too long to be kept here"),
    ],
)
def test_file_that_cannot_be_kept_is_refused_with_a_way_on(client, content, said):
    answer = attach(client, file=SimpleUploadedFile("HEAT.md", content))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ArtifactVersion.objects.exists()


def test_file_of_the_greatest_size_is_kept(client):
    attach(client, file=SimpleUploadedFile("HEAT.md", b"x" * MAX_CONTENT))
    assert ArtifactVersion.objects.get().size == MAX_CONTENT


def test_same_text_again_adds_nothing(client):
    attach(client, content="Warm.")
    answer = attach(client, content="Warm.")
    assert ArtifactVersion.objects.count() == 1
    assert "Nothing changed" in client.get(answer["Location"]).content.decode()


def test_text_and_address_at_once_are_asked_about_and_kept(client):
    answer = attach(client, content="Warm.", url="https://example.org/heat")
    assert answer.status_code == 422
    assert "Warm.</textarea>" in answer.content.decode()


def test_stranger_among_the_leads_is_offered_nothing(phase, client):
    olaf = someone(phase, "olaf", "lead", member_of=("@shape",))
    assert "Attach it" in text(client, F3)
    assert "Attach it" not in text(olaf, F3)
    assert attach(olaf, content="Cold.").status_code == 403


def test_author_retracts_a_version_and_the_one_before_counts(client):
    attach(client, content="Warm.")
    attach(client, content="Cold.")
    last = ArtifactVersion.objects.latest("pk")
    assert f'name="evidence" value="{last.key}"' in text(client, F3)
    client.post(f"{F}retract/", {"evidence": last.key, "code": "F3", "reason": "Measured wrongly"})
    assert ">version 1</a>" in text(client, F3)


def test_unknown_slice_of_the_form_is_404(client):
    assert attach(client, content="Warm.", code="F99").status_code == 404
