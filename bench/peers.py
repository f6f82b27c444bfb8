"""The peers we compare with, each installed by the bench into an environment of its own."""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".bench"
PINS = {"sam": "aws-sam-cli==1.170.0", "ministack": "ministack==1.5.33"}


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
    python, port = python_of("ministack"), free_port()
    variables = {**os.environ, "GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "MINISTACK_PORT": str(port)}
    with running([python.parent / "ministack"], port, env=variables):
        yield port


@contextlib.contextmanager
def constant_server(body: bytes = b'{"ok": true}') -> Iterator[int]:
    """A server that answers every request with the same bytes: the floor for any HTTP client."""
    port = free_port()
    code = Path(__file__).with_name("constant_server.py")
    with running([sys.executable, code, str(port), body.decode()], port):
        yield port
