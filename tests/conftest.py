"""Options and fixtures for every test."""

import itertools
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres

# No test ever touches the drills of whoever runs it.
_PRIVATE = tempfile.TemporaryDirectory(prefix="sevdrill-tests-")
os.environ["SEVDRILL_STORE"] = str(Path(_PRIVATE.name) / "drills.db")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regold",
        action="store_true",
        help="write the golden files in tests/golden anew instead of comparing",
    )


@pytest.fixture
def regold(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regold"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A server of PostgreSQL for the whole run."""
    with postgres.running() as server:
        yield server


_numbers = itertools.count(1)


@pytest.fixture
def postgresql_url(postgresql) -> Iterator[str]:
    """An empty database of its own."""
    name = f"t{next(_numbers)}"
    with postgresql.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql.url(name)
    with postgresql.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path) -> str:
    """Where a new store can be made: the tests that ask for it run on both databases."""
    if request.param == "sqlite":
        return str(tmp_path / "drills.db")
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def nothing_is_swallowed(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A handler that failed fails its test, unless it is about faulty ones: ipywidgets only logs it."""
    yield
    failed = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not failed or "faulty" in request.node.name, failed
