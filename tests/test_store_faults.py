"""What can be wrong with a database: one clear error, what to do next, and the data untouched."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.store import StoreError, begin, open_store, resume
from tests.stores import SCENARIO, TOLD, played, tell

as_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "drills.db"


def test_another_program_writes_and_does_not_stop(path):
    store = open_store(path, busy_s=0.05)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match=r"another program is writing to it.*; expected close that program"):
        session.decide("look", {"source": "changes"})
    with pytest.raises(StoreError, match="another program is writing"):
        session.advance(session.now_ms + 5000)
    other.execute("ROLLBACK")
    tell(session)
    assert store.decisions(session.drill) == session.decisions


def test_a_row_that_another_session_holds_on_postgresql(postgresql_url):
    store = open_store(postgresql_url, busy_s=0.05)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    with open_store(postgresql_url).database.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM drills FOR UPDATE")
        with pytest.raises(StoreError, match="another program is writing to it"):
            session.decide("look", {"source": "changes"})
    assert tell(session).decisions == store.decisions(session.drill)


READ_ONLY = """
import os, sys
from simulator.store import StoreError, open_store
os.setuid({uid})  # after the imports: that user may be kept from them
try:
    store = open_store({path!r})
    store.me()
except StoreError as fault:
    sys.exit(str(fault))
"""


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_a_store_that_cannot_be_written(path, locked):
    store = open_store(path)
    session = played(store)
    store.close()
    (path if locked == "file" else path.parent).chmod(0o444 if locked == "file" else 0o555)
    for folder in (path.parent, *path.parent.parents):
        if as_root and folder.name.startswith(("pytest", "popen")):
            folder.chmod(folder.stat().st_mode | 0o055)
    try:
        code = READ_ONLY.format(uid=65534 if as_root else os.getuid(), path=str(path))
        said = _run(code).stderr
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    assert said.startswith(f"{path}: it cannot be ")
    assert "; expected a file" in said
    assert resume(open_store(path), session.drill.id).decisions == session.decisions


def _run(code: str, *arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run a program that is to end with one clear error."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done
    return done


FILL = """
import sys
from simulator.store import StoreError, open_store, resume
from tests.stores import tell
session = resume(open_store(sys.argv[1]), sys.argv[2])
try:
    for n in range(100_000):
        print(len(session.decisions), flush=True)
        session.decide("post_update", {"channel": "status_page", "text": "x" * 4000})
except StoreError as fault:
    sys.exit(str(fault))
"""


def test_a_disk_that_fills_up(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    limits = {}
    mounted = (
        as_root
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "sevdrill", disk], check=False, capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        limits = {"preexec_fn": _limit_files}
    try:
        _fill(disk / "drills.db", limits, tmp_path / "more-space")
    finally:
        if mounted:
            subprocess.run(["umount", disk], check=True)


def test_files_that_may_grow_no_longer(tmp_path):
    (tmp_path / "disk").mkdir()
    _fill(tmp_path / "disk" / "drills.db", {"preexec_fn": _limit_files}, tmp_path / "more-space")


def _limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))


def _fill(path: Path, limits: dict, more_space: Path) -> None:
    """Decide until the store takes no more; every acknowledged decision must be there, and readable."""
    store = open_store(path)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    store.close()
    done = _run(FILL, path, session.drill.id, **limits)
    assert "free space, then try again" in done.stderr, done.stderr
    acknowledged = int(done.stdout.split()[-1])
    assert acknowledged > 20
    shutil.copytree(path.parent, more_space)
    again = resume(open_store(more_space / path.name), session.drill.id)
    assert again.decide("look", {"source": "changes"}).refused is None
    assert len(again.decisions) == acknowledged + 1


def test_a_file_that_is_no_store(path):
    path.write_bytes(b"not a database, and quite long enough to see that" * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="it is damaged, or no store at all; expected a backup, or another"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_database_of_something_else(path):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE drills (a)")
    with pytest.raises(StoreError, match="table drills already exists"):
        open_store(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("drills",)]


def test_a_damaged_page(path):
    store = open_store(path)
    for seed in range(12):
        played(store, seed)
    store.close()
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(content)
    with pytest.raises(StoreError, match="it is damaged, or no store at all"):
        _read_all(path)
    assert path.read_bytes() == bytes(content)


def _read_all(path: Path) -> None:
    store = open_store(path)
    for drill in store.drills():
        store.decisions(drill)
        store.scenario(drill)


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="its folder cannot be made"):
        open_store(tmp_path / "file" / "drills.db")
    with pytest.raises(StoreError, match="it cannot be opened"):
        open_store(tmp_path)


def test_wrong_addresses_and_passwords(postgresql):
    good = postgresql.url("postgres")
    cases = {
        postgresql.url("postgres", password="wrong"): "user or password are wrong",
        postgresql.url("postgres", user="nobody-of-the-kind"): "user or password are wrong",
        postgresql.url("no-such-database"): "there is no such database",
        good.replace("/socket", "/nowhere"): "the database does not answer",
        "postgresql://127.0.0.1:1/x": "the database does not answer",
    }
    for url, words in cases.items():
        with pytest.raises(StoreError, match=words) as caught:
            open_store(url)
        assert "wrong@" not in str(caught.value)
        assert "s3cret" not in str(caught.value)
        assert "%73" not in str(caught.value)


def test_a_driver_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"PostgreSQL needs a driver; expected .*'sevdrill\[postgres\]'"):
        open_store("postgresql://db/drills")
