"""The JSON schema that editors use is the one that the code reads."""

import json
from importlib import resources

from simulator.scenario.schema import schema_text

SHIPPED = resources.files("scenarios") / "scenario.schema.json"


def test_the_shipped_schema_is_up_to_date():
    """If not: python -m simulator.scenario.schema > scenarios/scenario.schema.json."""
    assert SHIPPED.read_text(encoding="utf-8") == schema_text()


def test_fields_are_explained_to_the_author():
    schema = json.loads(schema_text())
    change = schema["$defs"]["Change"]["properties"]
    assert change["by"]["description"] == "The team that made it (never a person)."
    assert schema["properties"]["length_s"]["minimum"] == 300
