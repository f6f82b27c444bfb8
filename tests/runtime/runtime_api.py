"""A tiny Runtime API for the tests of the clients: one function, one runtime, events handed over one by one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lambada_labs.errors import ToolMissing
from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.isolation import Isolation, Mounts, RemapIsolation, choose
from lambada_labs.runtime.launch import LaunchPlan, launch
from lambada_labs.runtime.package import PackageStore

DEADLINE_S = 30
TOKEN = "secret-token"
PREFIX = f"/{TOKEN}/2018-06-01/runtime/"


@dataclass
class Answer:
    kind: str  # "response", "error", "init/error"
    body: bytes
    headers: dict[str, str]
    trailers: dict[str, str]
    chunks: list[bytes]

    @property
    def json(self):
        return json.loads(self.body)


class RuntimeApi:
    """What a runtime asks for, and what it says."""

    def __init__(self):
        self.events: queue.Queue = queue.Queue()
        self.said: queue.Queue[Answer] = queue.Queue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                assert self.path == PREFIX + "invocation/next", self.path
                api.said.put(Answer("next", b"", dict(self.headers), {}, []))
                event = api.events.get()
                if event is None:
                    self.close_connection = True
                    return
                body, headers = event
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                chunks, trailers = self._chunks()
                kind = self.path.removeprefix(PREFIX)
                kind = kind if kind == "init/error" else kind.rpartition("/")[2]
                api.said.put(Answer(kind, b"".join(chunks), dict(self.headers), trailers, chunks))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _chunks(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return [self.rfile.read(int(self.headers["Content-Length"]))], {}
                chunks = []
                while size := int(self.rfile.readline(), 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                lines = iter(lambda: self.rfile.readline().strip().decode(), "")
                return chunks, {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines)}

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a runtime that was killed in the middle of a call
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.address = f"127.0.0.1:{self.server.server_port}/{TOKEN}"

    def close(self):
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Environment:
    """A runtime that was started as the engine would."""

    def __init__(self, isolation: Isolation, plan: LaunchPlan, argv: list[str], api: RuntimeApi):
        self.isolation, self.api, self.plan = isolation, api, plan
        self.process = subprocess.Popen(
            entered(isolation, argv),
            env=dict(plan.env),
            cwd=plan.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> Answer:
        """The next thing it said; a runtime that ended instead fails the test with its output."""
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            try:
                return self.api.said.get(timeout=0.05)
            except queue.Empty:
                assert self.process.poll() is None or not self.api.said.empty(), self.output()
        raise AssertionError("the runtime said nothing")

    def invoke(self, event=None, *, deadline_ms=None, **headers) -> Answer:
        self.ready()
        return self.send(event, deadline_ms=deadline_ms, **headers)

    def ready(self) -> None:
        answer = self.said()
        assert answer.kind == "next", (answer, self.output())

    def send(self, event=None, **settings) -> Answer:
        self.post(event, **settings)
        return self.said()

    def post(self, event=None, *, raw=None, deadline_ms=None, **headers) -> None:
        self.api.events.put(
            (
                json.dumps(event).encode() if raw is None else raw,
                {
                    "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                    "Lambda-Runtime-Deadline-Ms": str(deadline_ms or int(time.time() * 1000) + 3000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
                    **headers,
                },
            )
        )

    def ended(self) -> tuple[int | None, int | None]:
        return self.isolation.exit_status(self.process.wait(DEADLINE_S))

    def output(self) -> str:
        """Everything it printed; ends it."""
        self.stop()
        return self.printed.decode("utf-8", "replace")

    printed = b""

    def stop(self):
        if self.process.stdout.closed:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.printed = self.process.communicate()[0]


def isolation_for_tests(run_dir: Path, name: str) -> Isolation:
    """Skips, with the host's reason, where namespaces are refused."""
    try:
        chosen = choose(run_dir, name)
    except ToolMissing as refused:
        pytest.skip(str(refused))
    # Namespaces are entered by each started process; the folders are the same in both.
    RemapIsolation(run_dir, reason="").prepare()
    return chosen


def entered(isolation: Isolation, argv: list[str]) -> list[str]:
    """Started by a process that has prepared the isolation, as the cloud has; pytest stays where it is."""
    if isolation.name == "remap":
        return argv
    return [
        sys.executable,
        str(Path(__file__).with_name("entered.py")),
        str(isolation._run_dir),
        (isolation._as_user and "user") or "root",
        *argv,
    ]


class Bench:
    """Makes packages and starts runtimes; ends what it started."""

    def __init__(self, isolation: Isolation, folder: Path):
        self.isolation, self.folder = isolation, folder
        self.store = PackageStore(folder / "packages")
        self.started: list[Environment] = []

    def function(
        self, files, *, runtime, handler="app.handler", layers=(), mode=0o755, **settings
    ) -> FunctionConfig:
        return FunctionConfig(
            account_id="123456789012",
            region="us-east-1",
            name="f",
            handler=handler,
            runtime=runtime,
            role_arn="arn:aws:iam::123456789012:role/r",
            code_sha256=self.package(files, mode),
            layers=tuple(self.package(layer) for layer in layers),
            **settings,
        )

    def package(self, files, mode=0o755) -> str:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in files.items():
                info = zipfile.ZipInfo(name)
                info.external_attr = (0o100000 | mode) << 16
                archive.writestr(info, content)
        return self.store.put(buffer.getvalue()).sha256

    def start(self, files, *, variables=None, tmp=None, **settings) -> Environment:
        function = self.function(files, **settings)
        tmp = tmp or self.folder / f"tmp{len(self.started)}"
        tmp.mkdir(exist_ok=True)
        mounts = Mounts(
            task_root=self.store.get(function.code_sha256).root,
            opt_root=self.store.opt_root(function.layers),
            tmp=tmp,
        )
        api = RuntimeApi()
        plan = launch(
            function,
            self.isolation.paths(mounts),
            runtime_api=api.address,
            log_stream="2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
            variables=variables or {},
        )
        environment = Environment(self.isolation, plan, self.isolation.command(plan.argv, mounts), api)
        self.started.append(environment)
        return environment

    def close(self):
        for environment in self.started:
            environment.stop()
            environment.api.close()


@dataclass
class Frame:
    """One record of the log channel: type, seconds since the epoch, text."""

    kind: int
    at: float
    text: str


def frames(data: bytes) -> list[Frame]:
    """What a runtime wrote to its log channel."""
    found = []
    while data:
        length = int.from_bytes(data[4:8], "big")
        at = int.from_bytes(data[8:16], "big") / 1e6
        found.append(Frame(int.from_bytes(data[:4], "big"), at, data[16 : 16 + length].decode()))
        data = data[16 + length :]
    return found
