"""What stands in /var/runtime: the clients, awslambdaric and boto3 for one interpreter, and nothing else of the kit."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from lambada_labs.runtime.interpreters import PythonInterpreter
from lambada_labs.runtime.package import same_file

CLIENTS = Path(__file__).parent / "clients"

#: What AWS's Python runtimes bring along: the runtime client, and boto3 with what it needs.
CLIENT_MODULES = ("awslambdaric", "simplejson", "snapshot_restore_py")
SDK_MODULES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
NATIVE_CLIENT = "runtime_client"


def python_libraries(runtime_root: Path, interpreter: PythonInterpreter) -> str:
    """The name of the folder in `runtime_root` with this interpreter's libraries; built when it is not there."""
    name = f"python{interpreter.label}"
    home = runtime_root / name
    if not home.exists():
        _publish(_build(runtime_root, interpreter), home)
    return name


def node_clients(runtime_root: Path) -> str:
    """The name of the folder in `runtime_root` with the Node client; built when it is not there."""
    home = runtime_root / "node"
    if not home.exists():
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=runtime_root))
        new.chmod(0o755)
        for source in (CLIENTS / "node").glob("*.?js"):
            same_file(source, new / source.name)
        _publish(new, home)
    return home.name


def _build(runtime_root: Path, interpreter: PythonInterpreter) -> Path:
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=runtime_root))
    new.chmod(0o755)
    for place in _module_places((*CLIENT_MODULES, *SDK_MODULES)):
        _same_tree(place, new / place.name, own=interpreter.own)
    for source in (CLIENTS / "python").glob("*.py"):
        same_file(source, new / source.name)
    if interpreter.own:
        for place in _module_places((NATIVE_CLIENT,)):
            same_file(place, new / place.name)
    _compile(new, interpreter)
    return new


def _module_places(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            yield origin.parent if origin.name == "__init__.py" else origin


def _same_tree(source: Path, place: Path, *, own: bool) -> None:
    """The same files under another name: links where the file system can, byte code of another version left out."""
    if not source.is_dir():
        same_file(source, place)
        return
    for folder, subfolders, files in os.walk(source):
        subfolders[:] = [name for name in subfolders if own or name != "__pycache__"]
        target = place / Path(folder).relative_to(source)
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            if own or not file.endswith((".so", ".pyd")):
                same_file(Path(folder, file), target / file)


def _publish(new: Path, home: Path) -> None:
    try:
        new.rename(home)
    except OSError:  # someone else was faster
        shutil.rmtree(new, ignore_errors=True)


def _compile(folder: Path, interpreter: PythonInterpreter) -> None:
    """Byte code for the client at once, for the SDK in the background: it is large and not always imported."""
    first = [str(folder / name) for name in ("awslambdaric", "simplejson", "snapshot_restore_py.py")]
    own = [str(path) for path in folder.glob("*.py")]
    argv = [interpreter.executable, "-I", "-S", "-m", "compileall", "-q", "-l"]
    subprocess.run([*argv, *first, *own], check=False, stdin=subprocess.DEVNULL, capture_output=True)
    if not interpreter.own:
        rest = [str(folder / name) for name in SDK_MODULES]
        _in_background([interpreter.executable, "-I", "-S", "-m", "compileall", "-q", *rest])


def _in_background(argv: list[str]) -> None:
    nice = shutil.which("nice")
    command = [nice, "-n", "15", *argv] if nice else argv
    options = {"check": False, "stdin": subprocess.DEVNULL, "capture_output": True}
    threading.Thread(target=subprocess.run, args=(command,), kwargs=options, daemon=True).start()
