"""The doctor's rows about languages: which runtimes of Lambda run here, on what, and what to install."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil

from lambada_labs import facts
from lambada_labs.cloud.local.doctor import Row
from lambada_labs.runtime import interpreters
from lambada_labs.runtime.toolchains import hint


def python_runtimes() -> Row:
    """Interpreters for python3.x functions."""
    wanted = [one.identifier.removeprefix("python") for one in facts.runtimes() if _current(one, "python")]
    found = [version for version in wanted if interpreters.python(version)]
    missing = [version for version in wanted if version not in found]
    own = interpreters.own_python().label
    seen = f"Python {', '.join(found) or 'none'} (the kit's own is {own})"
    if not missing:
        return Row(name="python functions", state="ok", seen=seen, effect="each runs on its own version")
    effect = f"functions for Python {', '.join(missing)} run on {own}, and the cloud's log says so"
    return Row(
        name="python functions", state="note", seen=seen, effect=effect, todo="Install them if it matters"
    )


def _current(runtime: facts.Runtime, family: str) -> bool:
    return runtime.family == family and runtime.status in ("supported", "deprecated")


def node() -> Row:
    """Node.js for nodejs functions."""
    found = interpreters.nodes()
    if not found:
        return Row(
            name="node.js functions",
            state="note",
            seen="no Node.js",
            effect="Node.js functions can be created, not run",
            todo="Install Node.js, or `pip install 'lambada-labs[node]'`",
        )
    seen = ", ".join(f"Node.js {one.major} at {one.executable}" for one in found)
    wanted = {
        int(one.identifier.removeprefix("nodejs").removesuffix(".x"))
        for one in facts.runtimes()
        if _current(one, "nodejs")
    }
    missing = sorted(wanted - {one.major for one in found})
    newest = max(one.major for one in found)
    if not missing:
        return Row(name="node.js functions", state="ok", seen=seen, effect="each runs on its own version")
    effect = f"functions for Node.js {', '.join(map(str, missing))} run on {newest}"
    return Row(name="node.js functions", state="note", seen=seen, effect=effect)


def java() -> Row:
    """A Java virtual machine."""
    return _language("java functions", "java", "java", "with the runtime interface client in the zip")


def dotnet() -> Row:
    """.NET."""
    return _language(".net functions", "dotnet", "dotnet", "with Amazon.Lambda.RuntimeSupport in the zip")


def ruby() -> Row:
    """Ruby."""
    return _language("ruby functions", "ruby", "ruby", "with the gem aws_lambda_ric")


def _language(name: str, program: str, runtime: str, condition: str) -> Row:
    found = shutil.which(program)
    if found:
        return Row(name=name, state="ok", seen=found, effect=f"they run here {condition}")
    effect = "they can be created, not run; no lab of today needs them"
    return Row(name=name, state="ok", seen=f"no {program}", effect=effect, todo=hint(runtime))


def compilers() -> Row:
    """What can compile a custom runtime."""
    found = {name: shutil.which(name) for name in ("g++", "clang++", "cargo", "go")}
    there = [name for name, path in found.items() if path]
    if there:
        effect = "compiled programs can be made here; a bash bootstrap runs anyway"
        return Row(name="custom runtimes", state="ok", seen=", ".join(there), effect=effect)
    return Row(
        name="custom runtimes",
        state="ok",
        seen="no C++, Rust or Go compiler",
        effect="a bash bootstrap runs; nothing can be compiled here",
    )


def aws_cli() -> Row:
    """The AWS CLI that `!aws` and exported shells run."""
    if importlib.util.find_spec("awscli") is None:
        todo = "Install lambada-labs anew: the AWS CLI comes with it"
        return Row(
            name="aws cli", state="problem", seen="not installed", effect="`!aws` cells fail", todo=todo
        )
    version = importlib.metadata.version("awscli")
    return Row(
        name="aws cli", state="ok", seen=version, effect="`!aws` and exported shells reach the local cloud"
    )
