"""What the kit costs the machine: memory of the cloud and of a kernel, processor time of the import."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from ours import lambada

ROOT = Path(__file__).parent.parent
MB = 1 << 20
Figure = tuple[str, float, float, str]


def import_seconds() -> float:
    """Processor seconds of `import lambada_labs` beyond a bare interpreter; the median of five."""

    def cpu(code: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return sorted(cpu("import lambada_labs") - cpu("pass") for _ in range(5))[2]


def kernel_mb(code: str) -> float:
    """The memory (USS, MB) of a kernel after running this code."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        reply = client.execute_interactive(code, timeout=120, output_hook=len)
        assert reply["content"]["status"] == "ok", reply["content"]
        pid = manager.provisioner.process.pid
        return float(psutil.Process(pid).memory_full_info().uss / MB)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def cloud_after_lab_01_mb(state: str) -> float:
    """The memory (RSS, MB) of the cloud's process when the solved lab 01 has run on it."""
    name = "01_first_function.ipynb"
    notebook = nbformat.read(ROOT / "notebooks/solutions" / name, as_version=4)
    folder = tempfile.mkdtemp(prefix="bench-lab-")
    NotebookClient(notebook, timeout=180, resources={"metadata": {"path": folder}}).execute()
    return float(
        psutil.Process(json.loads(lambada("up", "--json", state=state))["pid"]).memory_info().rss / MB
    )


def measure() -> list[Figure]:
    """Rows of (name, value, limit, unit)."""
    with tempfile.TemporaryDirectory(prefix="lambada-bench-") as state:
        os.environ["LAMBADA_STATE_DIR"] = state
        try:
            bare = kernel_mb("1")
            opened = kernel_mb("from lambada_labs import open_lab\nlab = open_lab('01_first_function')\nlab")
            cloud = cloud_after_lab_01_mb(state)
        finally:
            lambada("down", state=state)
            del os.environ["LAMBADA_STATE_DIR"]
    return [
        ("cloud after lab 01", cloud, 150, "MB"),
        ("import lambada_labs, processor", import_seconds(), 0.2, "s"),
        ("kernel that opened a lab, over a bare one", opened - bare, 60, "MB"),
    ]


if __name__ == "__main__":
    for row in measure():
        print(*row)
