"""A Spark cluster of one master and some workers on loopback, from the package `pyspark` alone: started and stopped by tests and benchmarks."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START = 120.0  # seconds a cluster may take to start


def missing() -> str:
    """Why there can be no cluster here; empty if there can."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        return "Spark needs pyspark and Java; `make spark` fetches the first"
    return ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A standalone cluster; `workers` are processes with one core each."""

    def __init__(self, workers: int, memory: str = "1g") -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = Path(tempfile.mkdtemp(prefix="spark-"))
        self.memory = memory
        port, self._web = _free_port(), _free_port()
        self.url = f"spark://127.0.0.1:{port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self._start("master.Master", "--port", f"{port}", "--webui-port", f"{self._web}")
            self._until(lambda: bool(self.alive() or True))
            for _ in range(workers):
                self.add_worker()
        except BaseException:
            self.stop()
            raise

    def add_worker(self) -> None:
        """One more worker; waits until the master knows it."""
        number = len(self.workers)
        options = ["--cores", "1", "--memory", self.memory, "--webui-port", f"{_free_port()}"]
        options += ["--work-dir", f"{self.folder / f'work-{number}'}", self.url]
        before = len(self.alive())
        self.workers.append(self._start("worker.Worker", *options))
        self._until(lambda: len(self.alive()) > before)

    def alive(self) -> list[dict[str, Any]]:
        """The workers the master knows."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._web}/json/", timeout=5) as answer:
            return [one for one in json.load(answer)["workers"] if one["state"] == "ALIVE"]

    def kill(self, number: int) -> None:
        """End a worker at once, without a word; its executor goes with it."""
        self.workers[number].kill()
        self.workers[number].wait(START)

    def stop(self) -> None:
        """Stop everything that was started, and remove its files."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        program = [f"{self.home / 'bin' / 'spark-class'}", f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1"]
        environment = {
            **os.environ,
            "SPARK_HOME": f"{self.home}",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
        }
        with (self.folder / f"{name}-{len(self._processes)}.log").open("wb") as log:
            process = subprocess.Popen([*program, *options], stdout=log, stderr=log, env=environment, cwd=self.folder)
        self._processes.append(process)
        return process

    def _until(self, ready: Any) -> None:
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                if ready():
                    return
            except (OSError, ValueError):
                pass
            if any(process.poll() is not None for process in self._processes):
                break
            time.sleep(0.2)
        raise OSError("the cluster did not start")
