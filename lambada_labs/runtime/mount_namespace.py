"""Linux mount namespaces: a /var, /opt and /tmp for execution environments while the host's stay as they are.

Only the standard library, and no import of the kit: `python -I -S` runs this file to find out what is permitted.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 1, 32, 4096, 8192, 16384, 1 << 18

PROGRAMS = ("setpriv", "unshare", "mount", "sh")
PROBE_TIMEOUT_S = 20
#: A shell reports a signal n as 128 + n. Only what kills in practice: Node.js ends by itself with 128 and 129.
SIGNAL_STATUS = {
    128 + n: n for n in (signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE)
}
SIGNAL_STATUS |= {128 + n: n for n in (signal.SIGKILL, signal.SIGSEGV, signal.SIGPIPE, signal.SIGTERM)}

#: Folders of the sandbox; a program elsewhere is the interpreter, which moves to /var/lang.
TASK_ROOT, OPT, RUNTIME_DIR, LANG, TMP = "/var/task", "/opt", "/var/runtime", "/var/lang", "/tmp"  # noqa: S108
SANDBOX = (TASK_ROOT, OPT, RUNTIME_DIR, LANG)

#: Flags that a mount in a user namespace may not lose, by their name in `mount -o`.
KEPT_FLAGS = {
    "nosuid": os.ST_NOSUID,
    "nodev": getattr(os, "ST_NODEV", 4),
    "noexec": getattr(os, "ST_NOEXEC", 8),
    "noatime": getattr(os, "ST_NOATIME", 1024),
    "nodiratime": getattr(os, "ST_NODIRATIME", 2048),
    "relatime": getattr(os, "ST_RELATIME", 4096),
}

# The shell stays as process 1, so that the runtime dies of its signals as on AWS and orphans are collected. It
# keeps its own words ("Killed") out of the function's log: its stderr is closed, the runtime's is its stdout.
SCRIPT = """mount -a -T "$0" && mount -o "$1" / && cd /var/task || exit 125
unset OLDPWD
shift
exec 2>/dev/null
(exec "$@" 2>&1)
exit $?"""


def enter(stage: Path, runtime_root: Path, *, as_user: bool) -> None:
    """Give this process a mount namespace whose /var also has `task`, `lang` and `runtime`.

    Must be called while the process has one thread. `as_user` makes a user namespace first,
    in which an ordinary user stays who they are. `stage` is an empty folder before and after: the new /var
    is put together there and moved, for whoever removes `stage` must not reach the host's folders through it.
    Raises OSError where the host refuses.
    """
    uid, gid = os.getuid(), os.getgid()
    _unshare(CLONE_NEWNS | (CLONE_NEWUSER if as_user else 0))
    if as_user:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", "ascii")
    _mount("none", "/", MS_REC | MS_PRIVATE)
    stage.mkdir(parents=True, exist_ok=True)
    _mount("lambada-var", str(stage), 0, kind="tmpfs", options="mode=755,size=64k")
    _furnish(stage)
    _bind(runtime_root, stage / "runtime")
    _mount(str(stage), "/var", MS_MOVE)
    for place in ("/var", "/var/runtime"):
        _mount("none", place, MS_REMOUNT | MS_BIND | MS_RDONLY | os.statvfs(place).f_flag & _KEPT)


def _furnish(stage: Path) -> None:
    """A folder that looks like /var, plus the mount points."""
    for place in Path("/var").iterdir():
        mirror = stage / place.name
        if place.is_symlink():
            mirror.symlink_to(place.readlink())
        elif stat.S_ISDIR(place.lstat().st_mode):
            mirror.mkdir()
            _bind(place, mirror)
    for name in ("task", "lang", "runtime"):
        (stage / name).mkdir(exist_ok=True)  # a host may have one of them already


def _bind(source: Path, target: Path) -> None:
    _mount(str(source), str(target), MS_BIND | MS_REC)


_KEPT = 0
for _flag in KEPT_FLAGS.values():
    _KEPT |= _flag


def _mount(source: str, target: str, flags: int, kind: str = "", options: str = "") -> None:
    import ctypes

    words = [os.fsencode(word) if word else None for word in (source, target, kind, options)]
    code = _libc().mount(*words[:3], ctypes.c_ulong(flags), words[3])
    if code != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount on {target}: {os.strerror(error)}")


def _unshare(flags: int) -> None:
    import ctypes

    if _libc().unshare(flags) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"unshare: {os.strerror(error)}")


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def command(
    argv: Sequence[str], *, task: Path, opt: Path, tmp: Path, as_user: bool, tools: dict[str, str]
) -> list[str]:
    """The command line that runs `argv` with these folders mounted, for a process that has entered.

    The table of mounts is a file beside `tmp`: one `mount` for all of them, and it reads no pipe.
    """
    argv, lang = _moved_interpreter(argv)
    table = tmp.with_name(f"{tmp.name}.mounts")
    table.write_text(mount_table(task=task, opt=opt, tmp=tmp, lang=lang), "utf-8")
    unshare = [tools["unshare"], *(["--user", "--map-root-user"] if as_user else [])]
    return [
        *(tools["setpriv"], "--pdeathsig", "KILL"),
        *(*unshare, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
        *(tools["sh"], "-c", SCRIPT, str(table), _remount_read_only("/"), *argv),
    ]


def _moved_interpreter(argv: Sequence[str]) -> tuple[list[str], Path | None]:
    """The interpreter under /var/lang, as on AWS, and the folder that has to stand there."""
    moved = list(argv)
    for index, word in enumerate(argv):
        program = Path(word)
        if program.is_absolute() and not any(program.is_relative_to(folder) for folder in SANDBOX):
            if program.parent.name == "bin" and program.parent.parent != Path("/"):
                moved[index] = f"{LANG}/bin/{program.name}"
                return moved, program.parent.parent
            break
    return moved, None


def mount_table(*, task: Path, opt: Path, tmp: Path, lang: Path | None) -> str:
    """Lines of an fstab. What covers the folders that others come from is mounted last."""
    lines = [(lang, LANG, True)] if lang else []
    lines.append((task, TASK_ROOT, True))
    covering = [(opt, OPT, True), (tmp, TMP, False)]
    if tmp.is_relative_to(OPT):
        covering.reverse()
    return "\n".join(_line(source, target, read_only=ro) for source, target, ro in [*lines, *covering]) + "\n"


def _remount_read_only(place: str) -> str:
    """As on AWS, where nothing but /tmp can be written; mounts inside of it stay as they are."""
    return ",".join(["remount", "bind", "ro", *_kept(place)])


def _kept(place: str | Path) -> list[str]:
    flags = os.statvfs(place).f_flag
    return [name for name, flag in KEPT_FLAGS.items() if flags & flag]


def _line(source: Path, target: str, *, read_only: bool) -> str:
    # rbind: a user namespace may not take a folder away from under the mounts inside of it.
    options = ["rbind", "ro", *_kept(source)] if read_only else ["rbind"]
    return f"{_escaped(str(source))} {target} none {','.join(options)} 0 0"


def _escaped(path: str) -> str:
    return "".join(f"\\{ord(letter):03o}" if letter in " \t\n\\#" else letter for letter in path)


def exit_status(returncode: int) -> tuple[int | None, int | None]:
    """`(code, None)` or `(None, signal)` of the runtime, from what the shell in between ended with."""
    if returncode < 0:
        return None, -returncode
    if returncode in SIGNAL_STATUS:
        return None, SIGNAL_STATUS[returncode]
    return returncode, None


def find_tools() -> dict[str, str]:
    """The programs of util-linux that a sandbox needs.

    Raises:
        OSError: one is missing.
    """
    found = {name: shutil.which(name) for name in PROGRAMS}
    missing = [name for name, path in found.items() if path is None]
    if missing or not Path(OPT).is_dir():
        raise OSError(f"{' and '.join(missing) or 'the folder /opt'} not found")
    return {name: path for name, path in found.items() if path is not None}


def probe(scratch: Path, *, as_user: bool) -> None:
    """Do all of it once in this process; raises OSError where the host refuses."""
    tools = find_tools()
    places = {name: scratch / name for name in ("task", "opt", "tmp", "runtime")}
    for name, place in places.items():
        place.mkdir()
        (place / f"probe-{name}").touch()
    enter(scratch / "var", places["runtime"], as_user=as_user)
    checks = "test -e /var/task/probe-task -a -e /opt/probe-opt -a -e /tmp/probe-tmp -a -e /var/runtime/probe-runtime"
    wrapped = command(
        ["/bin/sh", "-c", f"{checks} && touch /tmp/written && ! touch /var/task/written"],
        task=places["task"],
        opt=places["opt"],
        tmp=places["tmp"],
        as_user=as_user,
        tools=tools,
    )
    done = subprocess.run(
        wrapped, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False, cwd="/"
    )
    if done.returncode != 0:
        raise OSError(" ".join(done.stderr.split()) or f"exit {done.returncode}")


def try_out(scratch: Path) -> tuple[bool | None, str]:
    """Which way works on this machine, found out in child processes: (as_user or None, why not)."""
    try:
        find_tools()
    except OSError as error:
        return None, str(error)
    reasons = []
    for as_user in [False, True] if os.geteuid() == 0 else [True]:
        folder = scratch / ("user" if as_user else "root")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        argv = [sys.executable, "-I", "-S", __file__, str(folder), "user" if as_user else "root"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)
        if done.returncode == 0:
            return as_user, ""
        reasons.append(done.stdout.strip() or f"exit {done.returncode}")
    return None, "; ".join(reasons)


def _main(words: Iterable[str]) -> int:
    folder, who = words
    try:
        probe(Path(folder), as_user=who == "user")
    except (OSError, subprocess.SubprocessError) as error:
        print(error)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
