"""Managed runtimes of other languages: what runs them where their tools are here, and what to install otherwise."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.isolation import SandboxPaths

JAVA_CLIENT = "aws-lambda-java-runtime-interface-client*.jar"
JAVA_MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
#: What the Java virtual machine's heap gets of the function's memory.
JAVA_HEAP_SHARE = 0.8
DOTNET_CLIENT = "Amazon.Lambda.RuntimeSupport.dll"
PROBE_TIMEOUT_S = 20

_OR_BOOTSTRAP = "or bring an executable bootstrap in the zip or a layer"
_HINTS = {
    "java": f"Install Java and put {JAVA_CLIENT} into lib/ of the zip, {_OR_BOOTSTRAP}",
    "ruby": f"Install Ruby and `gem install aws_lambda_ric`, {_OR_BOOTSTRAP}",
    "dotnet": f"Install .NET and publish an executable assembly with Amazon.Lambda.RuntimeSupport, {_OR_BOOTSTRAP}",
    "go": "Compile for provided.al2023 and name the program bootstrap: AWS retired go1.x",
}


def command(function: FunctionConfig, paths: SandboxPaths) -> tuple[str, ...] | None:
    """The command line of a runtime that is neither Python, Node nor custom; None where this machine has no way."""
    starts = {"java": _java, "ruby": _ruby, "dotnet": _dotnet}
    found = (start for family, start in starts.items() if function.runtime.startswith(family))
    start = next(found, None)
    return start(function, paths) if start else None


def hint(runtime: str) -> str:
    """What to install, in one clause."""
    found = (text for family, text in _HINTS.items() if runtime.startswith(family))
    return next(found, f"Bring {_OR_BOOTSTRAP.removeprefix('or bring ')}")


def _java(function: FunctionConfig, paths: SandboxPaths) -> tuple[str, ...] | None:
    java = shutil.which("java")
    jars = [
        *(paths.task_source / "lib").glob(JAVA_CLIENT),
        *(paths.opt_source / "java/lib").glob(JAVA_CLIENT),
    ]
    if java is None or not jars:
        return None
    heap_mb = int(function.memory_mb * JAVA_HEAP_SHARE)
    places = (paths.task_root, f"{paths.task_root}/lib/*", f"{paths.opt_root}/java/lib/*")
    return (java, f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", "-cp", ":".join(places), JAVA_MAIN, function.handler)


def _ruby(function: FunctionConfig, paths: SandboxPaths) -> tuple[str, ...] | None:  # noqa: ARG001
    ruby = shutil.which("ruby")
    if ruby is None or not _ruby_has_client(ruby):
        return None
    return (ruby, "-S", "aws_lambda_ric", function.handler)


@cache
def _ruby_has_client(ruby: str) -> bool:
    words = [ruby, "-e", "Gem::Specification.find_by_name('aws_lambda_ric')"]
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=PROBE_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _dotnet(function: FunctionConfig, paths: SandboxPaths) -> tuple[str, ...] | None:
    """An executable assembly, whose handler is its name, brings its own client."""
    dotnet = shutil.which("dotnet")
    name = function.handler.split("::")[0]
    executable = (paths.task_source / f"{name}.runtimeconfig.json").is_file()
    if dotnet is None or not executable or not (paths.task_source / DOTNET_CLIENT).is_file():
        return None
    return (dotnet, "exec", f"{paths.task_root}/{name}.dll", function.handler)
