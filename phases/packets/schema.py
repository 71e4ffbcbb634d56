"""The JSON Schema of a Packet: `python -m phases.packets.schema [FILE]` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from phases.packets.packet import Packet

TARGET = Path(__file__).resolve().parents[2] / "schema" / "packet.schema.json"


def schema_text() -> str:
    """The schema as indented JSON with a closing line end."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Packet.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
