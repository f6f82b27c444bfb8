"""Where a learner's cloud keeps its state, who may touch it, what the state file says of a running one."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from lambada_labs.errors import StateFolderError

FOLDER_VARIABLE = "LAMBADA_STATE_DIR"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
_CHOOSE = f"Name a folder of your own in {FOLDER_VARIABLE}"
_POSIX = os.name == "posix"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFolder:
    """A folder that only this user can enter. `note` says, in a sentence, why it is not the usual one."""

    path: Path
    note: str = ""

    @property
    def state_file(self) -> Path:
        """Address and keys of the running cloud."""
        return self.path / "cloud.json"

    @property
    def lock_file(self) -> Path:
        """Held by whoever starts or stops the cloud."""
        return self.path / "cloud.lock"

    @property
    def log_file(self) -> Path:
        """What the cloud itself has to say; older parts beside it as `.1`, `.2`."""
        return self.path / "cloud.log"

    @property
    def run_dir(self) -> Path:
        """Packages and execution environments of the running cloud."""
        return self.path / "run"

    @property
    def shell_dir(self) -> Path:
        """The `aws` in front of the real one, and the clients' configuration file."""
        return self.path / "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudState:
    """How to reach a cloud, and how to tell whether it is still the one that wrote this.

    `born` is the process's start in the system's own ticks, `boot` names this run of this machine.
    """

    endpoint_url: str
    access_key_id: str
    secret_access_key: str
    region: str
    account_id: str
    pid: int
    born: str
    boot: str
    started_at: float
    log_file: str


def state_folder(environ: Mapping[str, str] | None = None) -> StateFolder:
    """The folder named by LAMBADA_STATE_DIR, or `lambada_labs` under XDG's state folder, made private.

    Where the home folder cannot be written, a private folder of this user under the temporary one.

    Raises:
        StateFolderError: it belongs to someone else, or the folder that was named cannot be written.
    """
    environ = os.environ if environ is None else environ
    named = environ.get(FOLDER_VARIABLE)
    if named:
        return StateFolder(path=_private(Path(named).expanduser().absolute()))
    try:
        return StateFolder(path=_private(_usual(environ)))
    except _NotWritableError as problem:
        path = Path(tempfile.gettempdir()) / f"lambada-labs-{_uid()}"
        note = f"{problem.seen}, so the cloud's state is in {path} until this machine empties it."
        return StateFolder(path=_private(path), note=note)


class _NotWritableError(StateFolderError):
    """Nothing can be created there."""


def _usual(environ: Mapping[str, str]) -> Path:
    named = environ.get("XDG_STATE_HOME", "")
    if named.startswith("/"):  # the XDG rule: a relative path is to be ignored
        return Path(named) / "lambada_labs"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or tempfile.gettempdir()) / "lambada_labs"
    try:
        return Path.home() / ".local" / "state" / "lambada_labs"
    except RuntimeError as error:
        raise _NotWritableError("this user has no home folder") from error


def _private(path: Path) -> Path:
    """The folder, created where it is missing, closed to others, and seen to be writable."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    except FileExistsError as error:
        raise StateFolderError(
            f"{path} is not a folder", "a folder for the cloud's state", _CHOOSE
        ) from error
    except OSError as error:
        raise _NotWritableError(_refused(path, error), "a folder that can be written", _CHOOSE) from error
    _refuse_foreign(path)
    _close(path)
    return path


def _refuse_foreign(path: Path) -> None:
    """Keys are written there: a folder that another user made, or a link of his to one of ours, is a trap."""
    if not _POSIX:
        return
    for found in (path.lstat(), path.stat()):
        if found.st_uid != _uid():
            raise StateFolderError(
                f"{path} belongs to user {found.st_uid}", f"a folder of yours (user {_uid()})", _CHOOSE
            )


def _close(path: Path) -> None:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(PRIVATE_FOLDER)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise _NotWritableError(_refused(path, error), "a folder that can be written", _CHOOSE) from error
    if _POSIX and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StateFolderError(f"{path} is open to other users", "a file system with permissions", _CHOOSE)


def _refused(path: Path, error: OSError) -> str:
    return f"{path} cannot be written ({error.strerror or error})"


def _uid() -> int:
    return os.getuid() if _POSIX else 0


_KINDS: Mapping[str, type] = {"pid": int, "endpoint_url": str, "secret_access_key": str, "born": str}


def read_state(folder: StateFolder) -> CloudState | None:
    """What the state file says; None where there is none, or none that can be read as one."""
    try:
        found = json.loads(folder.state_file.read_text("utf-8"))
        state = CloudState(**{field.name: found[field.name] for field in fields(CloudState)})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    sound = all(isinstance(getattr(state, name), kind) for name, kind in _KINDS.items())
    return state if sound else None


def write_state(folder: StateFolder, state: CloudState) -> None:
    """Write the state file whole, or not at all, readable for this user only."""
    descriptor, name = tempfile.mkstemp(dir=folder.path, prefix=".cloud-")  # mkstemp creates with 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, indent=1)
        Path(name).replace(folder.state_file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def remove_state(folder: StateFolder, state: CloudState) -> None:
    """Remove the state file if it is still about this cloud."""
    if read_state(folder) == state:
        folder.state_file.unlink(missing_ok=True)


@contextlib.contextmanager
def starting_lock(folder: StateFolder) -> Iterator[int]:
    """Be the only one who starts or stops this user's cloud; waits for the other. Yields the descriptor.

    A process that inherits the descriptor holds the lock too, until it closes it.
    """
    descriptor = os.open(folder.lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), PRIVATE_FILE)
    try:
        _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def boot_id() -> str:
    """A name for this run of this machine: process numbers mean something only within it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        import platform

        return platform.node()
