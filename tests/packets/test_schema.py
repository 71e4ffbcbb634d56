"""The published JSON Schema is current and describes real packets."""

import jsonschema_rs

from phases.packets.schema import TARGET, schema_text
from tests.packets.examples import EXAMPLES, packet


def test_the_published_schema_is_current():
    assert TARGET.read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_packets_are_valid_by_the_published_schema():
    validator = jsonschema_rs.validator_for(TARGET.read_text(encoding="utf-8"))
    for text in EXAMPLES:
        validator.validate(packet(text).model_dump(mode="json"))
