"""A packet for the tests of pages, and a way to have it uploaded."""

from collections.abc import Mapping
from typing import Any

from django.test import Client

from phases.models import Import

PACKET = """\
phase: D
entrypoint: docs/harbour/PHASE_D.md
as_landed_through: D1
slices:
  - id: D1
    title: Rebuild the quay
    owner: "@quay"
    gates:
      quick: [make check]
  - id: D2
    title: Move the cranes
    owner: "@crane"
    depends_on: [D1]
"""

BROKEN = """\
phase: E
entrypoint: docs/harbour/PHASE_E.md
slices:
  - id: E1
    title: Drain the dock
    owner: "@quay"
    depends_on: [E7]
"""


def upload(client: Client, text: str = PACKET, name: str = "PHASE_D.yaml", **fields: Any) -> Import:
    """Paste `text` into the form and answer the upload that it made."""
    answer = client.post("/imports/upload/", {"text": text, "name": name, **fields})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def apply(
    client: Client,
    batch: Import,
    *,
    declared: bool = True,
    htmx: bool = False,
    more: Mapping[str, str] | None = None,
) -> Any:
    """Send the form of the upload's page with every waiting file chosen; answer the response."""
    files = list(batch.files.filter(outcome="pending"))
    form: dict[str, object] = {f"seen-{file.pk}": file.base for file in files}
    form["file"] = [file.pk for file in files]
    form["declared"] = [file.pk for file in files] if declared else []
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"{batch.get_absolute_url()}apply/", form | dict(more or {}), headers=headers)
