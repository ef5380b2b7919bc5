"""The scenario format as a JSON schema, for editors that complete and check YAML.

`python -m simulator.scenario.schema > scenarios/scenario.schema.json` writes the shipped copy anew.
"""

import json
import sys

from simulator.scenario.model import Scenario


def schema_text() -> str:
    """The schema as JSON text."""
    return json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
