"""A PostgreSQL server for one run of the suite: made in a temporary folder, reached by socket, always removed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 30
SETTINGS = (
    "fsync=off",  # nothing needs to outlive the run
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "autovacuum=off",  # it would count the rows that tests roll back as none, and plan the next test for empty tables
)


def find_programs() -> Path | None:
    """The folder of ``initdb`` and its siblings, on the PATH or where Debian keeps them; the newest version wins."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parent.parent.name), default=None)
    return newest and newest.parent


def _account() -> dict:
    """PostgreSQL refuses to run as root: the arguments that start a process as somebody else, if we are."""
    if os.geteuid() != 0:
        return {}
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = accounts.get("postgres") or accounts["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Server:
    """A server in ``folder``, which can be stopped and started again at the same address, its data kept."""

    def __init__(self, programs: Path, folder: Path):
        self.programs, self.folder, self.account, self.process = programs, folder, _account(), None
        self.url = f"postgresql://waypoint@{quote(str(folder), safe='')}/postgres"  # the database that initdb makes
        if self.account:
            os.chown(folder, self.account["user"], self.account["group"])
        initdb = [programs / "initdb", "-D", folder / "data", "-U", "waypoint", "--auth=trust", "--no-sync"]
        initdb += ["--encoding=UTF8", "--locale=C"]
        made = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, **self.account)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")

    def start(self) -> None:
        postgres = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        postgres += ["-c", "listen_addresses="]
        for option in SETTINGS:
            postgres += ["-c", option]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                postgres, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self.account
            )
        _wait_until_ready(self.programs, self.folder, self.process)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, unless told otherwise: there is nothing to save."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Run a server of our own.

    It trusts whoever reaches its socket, in a folder that only its account can open, and listens on no port. Nothing
    is synced to disk. Raises RuntimeError with the server's own words when it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="waypoint-pg-"))
    server = None
    try:
        server = Server(programs, folder)
        server.start()
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throwaway_server(programs: Path) -> Iterator[str]:
    """``running_server`` by its DATABASE_URL."""
    with running_server(programs) as server:
        yield server.url


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen) -> None:
    ask = [programs / "pg_isready", "--quiet", "-h", folder, "-d", "postgres"]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ask, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text().strip()}")
        time.sleep(0.1)
