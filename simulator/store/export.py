"""Tables of the store written to files, and read back as the same frames."""

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from simulator.errors import MissingExtraError, UnknownNameError, nearest, one_of
from simulator.store.faults import StoreError
from simulator.store.frames import COLUMNS, frame, typed
from simulator.store.store import Store


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    _dated(table).to_csv(path, index=False, lineterminator="\n")


def _write_lines(table: pd.DataFrame, path: Path) -> None:
    plain = _dated(table).astype(object)
    records = plain.where(plain.notna(), None).to_dict("records")
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])


def _read_lines(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8") as file:
        return pd.DataFrame([json.loads(line) for line in file], columns=list(COLUMNS[path.stem]))


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """Moments as text with every digit, for formats that know no moments."""
    moments = table.select_dtypes("datetimetz").columns
    return table.assign(**{name: table[name].dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for name in moments})


WRITERS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = MappingProxyType(
    {"parquet": _write_parquet, "csv": _write_csv, "jsonl": _write_lines}
)
READERS: Mapping[str, Callable[[Path], pd.DataFrame]] = MappingProxyType(
    {"parquet": pd.read_parquet, "csv": _read_csv, "jsonl": _read_lines}
)


def export_tables(store: Store, folder: Path, kind: str) -> list[Path]:
    """Write every table to a folder, one file each, and what their columns hold to `columns.csv`.

    Args:
        store: where from.
        folder: made if it is not there.
        kind: `parquet`, `csv` or `jsonl`.

    Raises:
        UnknownNameError: another kind.
        MissingExtraError: Parquet without its packages.
        StoreError: the store cannot be read, or the folder not be written.
    """
    if kind not in WRITERS:
        raise UnknownNameError("--as", f"there is no '{kind}'", one_of(WRITERS), nearest(kind, WRITERS))
    if kind == "parquet" and find_spec("pyarrow") is None:
        what = "Parquet needs more packages"
        raise MissingExtraError("--as", what, "them installed: pip install 'sevdrill[parquet]'")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = [folder / f"{table}.{kind}" for table in COLUMNS]
        for table, path in zip(COLUMNS, made, strict=True):
            WRITERS[kind](frame(store, table), path)
        _write_csv(_columns(), folder / "columns.csv")
    except OSError as fault:
        raise StoreError(str(folder), f"cannot be written: {fault.strerror}", "a folder of yours") from None
    return [*made, folder / "columns.csv"]


def read_table(path: Path) -> pd.DataFrame:
    """A table that `export_tables` wrote, with the same columns and types.

    Raises:
        UnknownNameError: its name is not that of a table and a kind of file.
    """
    kind = path.suffix.removeprefix(".")
    if path.stem not in COLUMNS or kind not in READERS:
        raise UnknownNameError(str(path), "it is no exported table", f"{one_of(COLUMNS)}, as {list(READERS)}")
    return typed(READERS[kind](path), path.stem)


def _columns() -> pd.DataFrame:
    rows: list[Any] = [(t, name, holds) for t, columns in COLUMNS.items() for name, holds in columns.items()]
    return pd.DataFrame(rows, columns=["table", "column", "holds"])
