"""What stands in /var/runtime: the clients, awslambdaric and boto3 for one interpreter, and nothing else of the kit."""

from __future__ import annotations

import compileall
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
#: Where the distribution is not called like its module.
DISTRIBUTIONS = {"dateutil": "python_dateutil"}
NATIVE_CLIENT = "runtime_client"
#: botocore's service models: thousands of files without code, linked as one folder where it can be seen.
DATA = "data"
COVERED = ("/tmp", "/opt", "/var/task", "/var/lang", "/var/runtime")  # noqa: S108


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
        new = _new_folder(runtime_root)
        for source in (CLIENTS / "node").glob("*.?js"):
            same_file(source, new / source.name)
        _publish(new, home)
    return home.name


def _build(runtime_root: Path, interpreter: PythonInterpreter) -> Path:
    new = _new_folder(runtime_root)
    for place in _module_places((*CLIENT_MODULES, *SDK_MODULES)):
        _same_tree(place, new / place.name, own=interpreter.own)
        for metadata in place.parent.glob(f"{DISTRIBUTIONS.get(place.stem, place.stem)}-*.dist-info"):
            _same_tree(metadata, new / metadata.name, own=interpreter.own)
    for source in (CLIENTS / "python").glob("*.py"):
        same_file(source, new / source.name)
    if interpreter.own:
        for place in _module_places((NATIVE_CLIENT,)):
            same_file(place, new / place.name)
    _compile(new, interpreter)
    return new


def _new_folder(runtime_root: Path) -> Path:
    runtime_root.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=runtime_root))
    new.chmod(0o755)
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
        if DATA in subfolders and not _is_covered(source):
            (target / DATA).symlink_to(Path(folder, DATA))
            subfolders.remove(DATA)
        for file in files:
            if own or not file.endswith((".so", ".pyd")):
                same_file(Path(folder, file), target / file)


def _is_covered(place: Path) -> bool:
    """Whether an environment's own folders hide this one of the machine."""
    return any(place.resolve().is_relative_to(folder) for folder in COVERED)


def _publish(new: Path, home: Path) -> None:
    try:
        new.rename(home)
    except OSError:  # someone else was faster
        shutil.rmtree(new, ignore_errors=True)


def _compile(folder: Path, interpreter: PythonInterpreter) -> None:
    """Byte code, which handlers cannot write: at once for the client, in the background for the large SDK."""
    first = [
        *folder.glob("*.py"),
        *(folder / "awslambdaric").glob("*.py"),
        *(folder / "simplejson").glob("*.py"),
    ]
    if interpreter.own:
        for file in first:
            compileall.compile_file(file, quiet=2)
    else:
        _run_compiler(interpreter, first)
    if not any(folder.glob(f"botocore/__pycache__/*.{interpreter.cache_tag}.pyc")):
        sdk = [folder / name for name in SDK_MODULES]
        threading.Thread(target=_run_compiler, args=(interpreter, sdk), daemon=True).start()


def _run_compiler(interpreter: PythonInterpreter, places: list[Path]) -> None:
    nice = shutil.which("nice")
    argv = [interpreter.executable, "-I", "-S", "-m", "compileall", "-q", *map(str, places)]
    command = [nice, "-n", "15", *argv] if nice else argv
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
