"""The peers we compare with, each installed by the bench into an environment of its own."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".bench"
PINS = {"sam": "aws-sam-cli==1.170.0", "ministack": "ministack==1.5.33"}
#: The last serverless that needs no account, and the last plugin for it.
NODE_PINS = ("serverless@3.40.0", "serverless-offline@13.9.0")
OFFLINE_SERVICE = Path(__file__).with_name("offline_service.yml")
OFFLINE_HANDLER = "exports.handler = async () => ({ statusCode: 200, body: 'ok' });\n"


def python_of(peer: str) -> Path:
    """The interpreter of this peer's environment, made and filled at first use."""
    home = FOLDER / peer
    python = home / "bin" / "python"
    done = home / ".installed"
    if not done.exists():
        venv.create(home, with_pip=True)
        alone = ["--no-deps"] if peer == "sam" else []
        subprocess.run([python, "-m", "pip", "install", "-q", *alone, PINS[peer]], check=True)
        done.touch()
    return python


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 30) -> None:
    """Until somebody listens there; TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port} after {seconds} s")


@contextlib.contextmanager
def running(argv: list[str | Path], port: int, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, ready on `port`, surely ended."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    process = subprocess.Popen([str(a) for a in argv], **{**quiet, **options})
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


@contextlib.contextmanager
def runtime_interface_emulator(folder: Path, handler: str = "handler.handler") -> Iterator[int]:
    """AWS's own emulator running the real awslambdaric; yields its port."""
    machine = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    library = next((python_of("sam").parent.parent / "lib").iterdir())
    binary = library / "site-packages/samcli/local/rapid" / f"aws-lambda-rie-{machine}"
    binary.chmod(0o755)
    port, runtime_port = free_port(), free_port()
    argv = [
        binary, "--log-level", "error",
        "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
        "--runtime-api-address", f"127.0.0.1:{runtime_port}",
        sys.executable, "-m", "awslambdaric", handler,
    ]  # fmt: skip
    variables = {**os.environ, "PYTHONPATH": str(folder), "LAMBDA_TASK_ROOT": str(folder)}
    with running(argv, port, cwd=folder, env=variables):
        yield port


@contextlib.contextmanager
def ministack() -> Iterator[int]:
    """The one rival that runs handlers without Docker; yields its port."""
    with ministack_process() as (port, _):
        yield port


@contextlib.contextmanager
def ministack_process() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The same; its port and its process."""
    python, port = python_of("ministack"), free_port()
    variables = {**os.environ, "GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "MINISTACK_PORT": str(port)}
    with running([python.parent / "ministack"], port, env=variables) as process:
        yield port, process


@dataclass(frozen=True, kw_only=True)
class Offline:
    """Where serverless-offline listens: for Invoke, as an HTTP API, as a load balancer."""

    invoke: int
    http: int
    balancer: int
    process: subprocess.Popen[bytes]


def offline_folder() -> Path:
    """The folder with serverless-offline and its service, made and filled at first use."""
    home = FOLDER / "serverless-offline"
    done = home / ".installed"
    if not done.exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        subprocess.run(["npm", "install", *quiet, *NODE_PINS], cwd=home, check=True)
        (home / "handler.js").write_text(OFFLINE_HANDLER)
        done.touch()
    shutil.copy(OFFLINE_SERVICE, home / "serverless.yml")
    return home


def has_node() -> bool:
    """Whether Node.js and npm are here."""
    return bool(shutil.which("node") and shutil.which("npm"))


@contextlib.contextmanager
def serverless_offline() -> Iterator[Offline]:
    """The one that web developers use; its function is `bench-dev-door`."""
    home, ports = offline_folder(), [free_port() for _ in range(3)]
    named = zip(("--lambdaPort", "--httpPort", "--albPort"), ports, strict=True)
    argv = [
        "node", home / "node_modules/serverless/bin/serverless.js", "offline", "start",
        "--host", "127.0.0.1", *(str(word) for pair in named for word in pair),
    ]  # fmt: skip
    silent = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "SLS_TRACKING_DISABLED": "1"}
    with running(argv, ports[0], cwd=home, env={**os.environ, **silent}) as process:
        for port in ports[1:]:
            wait_for(port)
        yield Offline(invoke=ports[0], http=ports[1], balancer=ports[2], process=process)


@contextlib.contextmanager
def constant_server(body: bytes = b'{"ok": true}') -> Iterator[int]:
    """A server that answers every request with the same bytes: the floor for any HTTP client."""
    port = free_port()
    code = Path(__file__).with_name("constant_server.py")
    with running([sys.executable, code, str(port), body.decode()], port):
        yield port
