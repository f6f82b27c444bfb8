"""`lambada lab` and `lambada app`: this process becomes JupyterLab or Voilà, set up for the kit."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from lambada_labs import files
from lambada_labs.cli.working_folder import prepare
from lambada_labs.cloud.local.machine import has_display
from lambada_labs.cloud.local.state import state_folder

FIRST_NOTEBOOK = "notebooks/00_start.ipynb"
CALCULATOR = "calculator.ipynb"
#: JupyterLab asks at its first start whether it may fetch news: a question that no learner should meet first.
_PAGE = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def lab(arguments: argparse.Namespace) -> int:
    """Copy the notebooks into DIR, then become JupyterLab on lab 00."""
    folder = Path(arguments.dir).absolute()
    for sentence in prepare(folder):
        print(f"lambada: {sentence}", file=sys.stderr)
    print(f"Your notebooks are in {folder}. Ctrl-C ends JupyterLab; lambada down ends the local cloud.")
    words = ["jupyterlab", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1"]
    words += [
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
    ]
    words += _browser_words(arguments, "--ServerApp.port")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    _become([*words, *arguments.rest], folder)


def app(arguments: argparse.Namespace) -> int:
    """Become Voilà on the calculator."""
    notebook = files.apps(CALCULATOR)
    words = ["voila", notebook.name, "--Voila.ip=127.0.0.1"]
    words += _browser_words(arguments, "--Voila.port")
    _become([*words, *arguments.rest], notebook.parent)


def _browser_words(arguments: argparse.Namespace, port: str) -> list[str]:
    quiet = ["--no-browser"] if arguments.no_browser or not has_display() else []
    if arguments.port is None:
        return quiet
    return [*quiet, f"{port}={arguments.port or _free_port()}"]


def _free_port() -> int:
    """A port nobody listens on: Voilà would print the 0 that it was given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _become(words: list[str], folder: Path) -> NoReturn:
    """Run `python -m words…` in `folder` in place of this process."""
    # -P: a learner's file named json.py must not be imported by the server.
    argv = [sys.executable, "-P", "-m", *words]
    os.chdir(folder)
    sys.stdout.flush()
    if os.name == "nt":  # exec there gives the terminal back at once
        sys.exit(subprocess.run(argv, env=_environ(), check=False).returncode)
    os.execve(sys.executable, argv, _environ())  # noqa: S606 - no shell is wanted


def _environ() -> dict[str, str]:
    """This environment, with the kit's programs first on PATH and its Jupyter files in reach."""
    own = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([own, os.environ.get("PATH", os.defpath)]),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PATH": _with("JUPYTER_PATH", files.home() / "share" / "jupyter"),
        "JUPYTER_CONFIG_PATH": _with("JUPYTER_CONFIG_PATH", _page_settings()),
    }


def _with(variable: str, path: Path) -> str:
    there = os.environ.get(variable)
    return os.pathsep.join([str(path), *([there] if there else [])])


def _page_settings() -> Path:
    folder = state_folder().path / "jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    (folder / "labconfig" / "page_config.json").write_text(json.dumps(_PAGE), "utf-8")
    return folder
