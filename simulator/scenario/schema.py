"""The scenario format as a JSON schema, for editors that complete, explain and check YAML.

`python -m simulator.scenario.schema > scenarios/scenario.schema.json` writes the shipped copy anew.
"""

import ast
import inspect
import json
import sys
from itertools import pairwise
from typing import Any

from simulator.scenario import model


def schema_text() -> str:
    """The schema as JSON text, with each field's docstring as its description."""
    schema = model.Scenario.model_json_schema()
    parts = {**schema["$defs"], "Scenario": schema}
    for name, docstrings in _docstrings().items():
        _describe(parts.get(name, {}).get("properties", {}), docstrings)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _describe(properties: dict[str, Any], docstrings: dict[str, str]) -> None:
    for field, text in docstrings.items():
        if field in properties:
            properties[field]["description"] = text


def _docstrings() -> dict[str, dict[str, str]]:
    """The strings under the fields, by class and field.

    Read here rather than by pydantic on import, where it takes three quarters of the time.
    """
    classes = [node for node in ast.parse(inspect.getsource(model)).body if isinstance(node, ast.ClassDef)]
    return {node.name: dict(_fields(node.body)) for node in classes}


def _fields(body: list[ast.stmt]) -> list[tuple[str, str]]:
    found = []
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match after:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    found.append((field.target.id, inspect.cleandoc(text)))
    return found


if __name__ == "__main__":
    sys.stdout.write(schema_text())
