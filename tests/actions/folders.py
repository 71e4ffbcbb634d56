"""Packet folders for tests: two phases of a lighthouse with their inventory, register and documents."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phases.actions.folder_packets import packets_of
from phases.actions.folders import FolderReport, import_folder
from phases.actions.imports import import_packet
from phases.actions.inventories import data_of
from phases.folders import Folder, read_folder
from phases.models import Inventory
from phases.permissions import OPERATOR

PASS = "_phase-k-runtime-execution-pass-01-2026-05-01"
PACKET = f"""\
phase: K
entrypoint: docs/lighthouse/PHASE_K_EXECUTION_PACKET.md
slices:
  - id: K1
    title: Grind the lens
    owner: '@optics'
    objective: As D-002 has it.
    gates:
      quick: [make lens]
  - id: K2
    title: Independent review
    owner: '@review'
    depends_on: [K1]
    requires_artifacts:
      - path: docs/lighthouse/{PASS}/K2_REVIEW_DISPOSITION.md
      - path: docs/lighthouse/PHASE_K_NOTES.md
"""
README = f"""\
# Lighthouse

1. `README.md` — where to begin
2. `PHASE_K_WORKBREAKDOWN.yaml` — the slices of K
3. `{PASS}/*` — closure documents
4. `PHASE_L_EXECUTION_PACKET.md` — how L goes

## If you need X, read Y
- What the review found: `{PASS}/K2_REVIEW_DISPOSITION.md`
"""
DECISIONS = """\
# Decisions

| ID | Title | Status |
| --- | --- | --- |
| D-001 | One lamp | closed |
| D-002 | A lens of glass | locked |
| D-003 | Who keeps the keys | open |
"""
REVIEW = "# K2\n\n## Disposition\n\n`approve`\n\nD-003 was not looked at.\n"
FILES: Mapping[str, str] = {
    "PHASE_K_WORKBREAKDOWN.yaml": PACKET,
    "PHASE_L_WORKBREAKDOWN.yaml": "phase: L\nslices:\n  - {id: L1, title: Light it, owner: '@optics'}\n",
    "README.md": README,
    "DECISIONS.md": DECISIONS,
    f"{PASS}/K2_REVIEW_DISPOSITION.md": REVIEW,
    f"{PASS}/SCRATCHPAD.md": "Nothing yet.\n",
    "PHASE_K_NOTES.md": "Bring gloves.\n",
    "axes/01-light.md": "How far it shines.\n",
}
REVIEWED = f"docs/lighthouse/{PASS}/K2_REVIEW_DISPOSITION.md"


def make_folder(place: Path, files: Mapping[str, str | bytes] = FILES, **more: str | bytes) -> Path:
    """The folder `lighthouse` in `place`; `more` by names whose dots are written `__`."""
    folder = place / "lighthouse"
    for name, text in {**files, **{name.replace("__", "."): text for name, text in more.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def make_zip(files: Mapping[str, str | bytes] = FILES, top: str = "lighthouse/") -> bytes:
    """The same as the bytes of a zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{top}{name}", text)
    return data.getvalue()


def bring_packets(folder: Folder) -> None:
    """Import the work breakdowns of a folder."""
    for one in packets_of(folder, given="", max_bytes=2**20):
        import_packet(actor=OPERATOR, reading=one.reading, initiative=one.initiative, file_name=one.path)


def bring(path: Path) -> FolderReport:
    """Import a folder with all that is in it."""
    folder = read_folder(path)
    bring_packets(folder)
    return import_folder(actor=OPERATOR, folder=folder, initiative="lighthouse")


def held() -> dict[str, Any]:
    """What the last inventory holds."""
    return data_of(Inventory.objects.all()[0])


def of(report: FolderReport | Mapping[str, Any], outcome: str) -> list[str]:
    """Paths of the versions with this outcome."""
    rows = json.loads(json.dumps(report.as_json() if isinstance(report, FolderReport) else report))
    return [one["path"] for one in rows["versions"] if one["outcome"] == outcome]
