"""YAML into a pydantic model, with every fault reported at its line.

Serves scenarios and playbooks alike. Only the first fault is reported: one clear error, then the next.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarbool import ScalarBoolean

from simulator.errors import InputError, nearest, one_of

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class Document:
    """A parsed YAML file that knows on which line each part stands.

    Args:
        name: what messages call it.
        text: the YAML.
        error: the class of error to raise.
    """

    def __init__(self, name: str, text: str, error: type[InputError]) -> None:
        self.name = name
        self._error = error
        try:
            self._tree = YAML(typ="rt", pure=True).load(text)
        except MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line = mark.line + 1 if mark else 1
            raise error(f"{name}, line {line}", f"not valid YAML: {fault.problem or fault.context}") from None
        except ReaderError as fault:
            line = text.count("\n", 0, fault.position) + 1
            raise error(f"{name}, line {line}", f"not valid YAML: {fault.reason}") from None
        except (ValueError, YAMLError) as fault:
            raise error(f"{name}, line 1", f"not valid YAML: {fault}") from None
        except RecursionError:
            raise error(f"{name}, line 1", "it is nested too deeply", "a mapping a few levels deep") from None
        if not isinstance(self._tree, Mapping):
            raise error(
                f"{name}, line 1", "it is not a YAML mapping", "keys and values, as in the documentation"
            )

    @property
    def content(self) -> dict[str, Any]:
        """The file as plain data; lists are tuples."""
        plain = _plain(self._tree)
        assert isinstance(plain, dict)
        return plain

    def line(self, loc: Loc) -> int:
        """The line of a part, or of the nearest part around it."""
        node, line = self._tree, 1
        for step in loc:
            position = _position(node, step)
            if position is None:
                continue
            line, node = position + 1, node[step]
        return line

    def _written(self, loc: Loc) -> Loc:
        """`loc` without the steps that pydantic adds to name a branch of a union; the last is kept."""
        node, written = self._tree, []
        for number, step in enumerate(loc):
            inside = _position(node, step) is not None
            if inside:
                node = node[step]
            if inside or (number == len(loc) - 1 and isinstance(node, Mapping)):
                written.append(step)
        return tuple(written)

    def fault(self, loc: Loc, what: str, expected: str = "", near: str = "") -> InputError:
        """An error about a part of the file."""
        return self._error(f"{self.name}, line {self.line(loc)}", what, expected, near)

    def check_format(self, known: int) -> None:
        """Refuse a file of a newer format, or one that does not say.

        Raises:
            InputError: of the class given to the document.
        """
        if "format" not in self.content:
            raise self.fault((), "'format' is missing", f"'format: {known}' at the top")
        number = self.content["format"]
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise self.fault(("format",), f"format is {number!r}", f"'format: {known}'")
        if number > known:
            raise self.fault(
                ("format",), f"format {number} is newer than this sevdrill knows", f"format {known}"
            )

    def read(self, model: type[Model]) -> Model:
        """The file as a model.

        Raises:
            InputError: of the class given to the document; unknown keys come with the nearest match.
        """
        try:
            return model.model_validate(self.content)
        except ValidationError as faults:
            raise self._explain(min(faults.errors(), key=self._rank), model) from None

    def _rank(self, fault: Any) -> tuple[bool, int]:
        """Unknown keys first, since a misspelt key is also a missing one; then by line."""
        return fault["type"] != "extra_forbidden", self.line(fault["loc"])

    def _explain(self, fault: Any, model: type[BaseModel]) -> InputError:
        loc: Loc = fault["loc"]
        path = ".".join(str(step) for step in self._written(loc))
        if fault["type"] == "extra_forbidden":
            known = _fields_at(model, loc[:-1])
            return self.fault(loc, f"unknown key '{path}'", one_of(known), nearest(str(loc[-1]), known))
        if fault["type"] == "missing":
            return self.fault(loc[:-1], f"'{path}' is missing")
        expected = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
        given = fault["input"]
        near = nearest(given, _choices(fault)) if isinstance(given, str) else ""
        shown = _kind_of(given) if isinstance(given, Mapping | tuple) else repr(given)
        return self.fault(loc, f"'{path}' is {shown}", expected, near)


def read_file(path: Path, error: type[InputError]) -> str:
    """A file's text; unreadable files are the user's mistake, not a traceback."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error(str(path), "there is no such file") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise error(str(path), f"it cannot be read: {fault}", "a UTF-8 text file") from None


def _plain(node: Any) -> Any:
    """Plain Python data for what ruamel.yaml dresses up to remember comments and positions."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return tuple(_plain(item) for item in node)
    if isinstance(node, bool | ScalarBoolean):  # the latter has an anchor, and is an int
        return bool(node)
    for plain in (int, float):
        if isinstance(node, plain):
            return plain(node)
    return None if node is None else str(node)


def _position(node: Any, step: str | int) -> int | None:
    """The line, from 0, of a key or item of a parsed mapping or sequence; None if it has none."""
    if isinstance(node, CommentedMap) and step in node:
        return int(node.lc.key(step)[0])
    if isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
        return int(node.lc.item(step)[0])
    return None


def _kind_of(given: Any) -> str:
    return "a mapping" if isinstance(given, Mapping) else "a list"


def _choices(fault: Any) -> list[str]:
    if fault["type"] != "literal_error":
        return []
    return [word.strip("' ") for word in fault["ctx"]["expected"].replace(" or ", ", ").split(", ")]


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that are known at a place in the model."""
    here: Any = model
    for step in loc:
        if isinstance(here, type) and issubclass(here, BaseModel) and step in here.model_fields:
            here = _models_in(here.model_fields[str(step)].annotation)
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _models_in(annotation: Any) -> Any:
    """The model inside `dict[str, M]`, `tuple[M, ...]`, `M | None` or an annotation of these."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_models_in(part) for part in getattr(annotation, "__args__", ())]
    return next((part for part in inner if part is not None), None)
