"""Custom runtimes: any executable bootstrap, in bash, C++ and Rust, and what is said when there is none to execute."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lambada_labs.runtime.launch import InvalidEntrypoint, RuntimeUnavailable

PROGRAMS = Path(__file__).parent / "programs"
GREET = 'function hello() { echo "{\\"said\\": $1, \\"in\\": \\"$(pwd)\\"}"; }'


def needs(tool):
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"no {tool} on this machine")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")

    def compile_with(*command, source):
        target = folder / "bootstrap"
        subprocess.run([*command, str(PROGRAMS / source), "-o", str(target)], check=True, cwd=folder)
        return target.read_bytes()

    return compile_with


@needs("curl")
@pytest.mark.parametrize("layered", [False, True])
def test_a_bootstrap_in_bash(bench, isolation, layered):
    bootstrap = {"bootstrap": (PROGRAMS / "bootstrap.sh").read_bytes()}
    files = {"greet.sh": GREET} | ({} if layered else bootstrap)
    layers = [bootstrap] if layered else []
    environment = bench.start(files, runtime="provided.al2023", handler="greet.hello", layers=layers)
    root = "/var/task" if isolation.name == "namespaces" else environment.plan.env["LAMBDA_TASK_ROOT"]
    assert environment.invoke("you").json == {"said": "you", "in": root}
    assert environment.invoke(3).json == {"said": 3, "in": root}


@needs("g++")
def test_a_bootstrap_in_cpp(bench, compiled):
    program = compiled("g++", "-O1", "-static-libstdc++", source="bootstrap.cpp")
    _answers(bench, program, "C++")


@needs("rustc")
def test_a_bootstrap_in_rust(bench, compiled):
    _answers(bench, compiled("rustc", "-O", source="bootstrap.rs"), "Rust")


def _answers(bench, program, language):
    environment = bench.start({"bootstrap": program}, runtime="provided.al2023", handler="any.name")
    assert environment.invoke({"n": 1}).json == {"language": language, "bytes": 8}
    assert environment.invoke("").json == {"language": language, "bytes": 2}
    assert environment.output() == "handling any.name\nhandling any.name\n"


def test_only_what_an_os_only_runtime_has_is_set(bench, isolation):
    environment = bench.start({"bootstrap": "#!/bin/sh\nexec env"}, runtime="provided.al2023")
    assert environment.ended() == (0, None)
    seen = dict(line.split("=", 1) for line in environment.output().splitlines())
    opt = (
        "/opt"
        if isolation.name == "namespaces"
        else environment.plan.env["PATH"].split(":")[-1].removesuffix("/bin")
    )
    assert seen["PATH"] == f"/usr/local/bin:/usr/bin/:/bin:{opt}/bin"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert "AWS_EXECUTION_ENV" not in seen
    assert not {"USER", "LOGNAME", "VIRTUAL_ENV"} & set(seen)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"app.py": ""}, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
        ({"bootstrap": "echo no shebang"}, "fork/exec /var/task/bootstrap: exec format error"),
        (
            {"bootstrap": "#!/bin/sh\r\necho windows"},
            "fork/exec /var/task/bootstrap: no such file or directory",
        ),
        ({"bootstrap": "#!/no/such/shell\n"}, "fork/exec /var/task/bootstrap: no such file or directory"),
        ({"bootstrap": b"\x7fELF" + bytes(300)}, "fork/exec /var/task/bootstrap: exec format error"),
    ],
)
def test_nothing_to_execute_gets_awss_words(bench, files, message):
    with pytest.raises(InvalidEntrypoint) as caught:
        bench.start(files, runtime="provided.al2023")
    assert str(caught.value) == message
    assert caught.value.error_type == "Runtime.InvalidEntrypoint"


def test_a_bootstrap_that_may_not_be_executed(bench):
    with pytest.raises(InvalidEntrypoint, match="permission denied"):
        bench.start({"bootstrap": "#!/bin/sh"}, runtime="provided.al2023", mode=0o644)


@pytest.mark.parametrize("runtime", ["java21", "java8.al2", "dotnet8", "ruby3.4", "go1.x"])
def test_another_language_says_what_it_takes(bench, runtime):
    with pytest.raises(RuntimeUnavailable) as caught:
        bench.start({"x": ""}, runtime=runtime)
    assert str(caught.value).startswith(f"Runtime {runtime} cannot run on this machine. ")
    assert len(str(caught.value)) > 80
    assert caught.value.error_type == "Runtime.Unavailable"


@needs("curl")
def test_another_language_runs_by_a_bootstrap_that_it_brings(bench):
    files = {"bootstrap": (PROGRAMS / "bootstrap.sh").read_bytes(), "greet.sh": GREET}
    environment = bench.start(files, runtime="ruby3.4", handler="greet.hello")
    assert environment.invoke("you").json["said"] == "you"
    assert environment.plan.note == "ruby3.4 ran by the bootstrap that the function brings."


JAVA_CLIENT = """
package com.amazonaws.services.lambda.runtime.api.client;
public class AWSLambda {
  public static void main(String[] words) {
    System.out.println(words[0] + " " + Runtime.getRuntime().maxMemory() / 1048576);
  }
}
"""


@needs("javac")
def test_java_starts_the_client_that_the_package_brings(bench, tmp_path):
    """AWS's client is not on this machine: one of the same name shows the command line, no more."""
    source = tmp_path / "AWSLambda.java"
    source.write_text(JAVA_CLIENT)
    jar = tmp_path / "client.jar"
    subprocess.run(["javac", "-d", str(tmp_path / "classes"), str(source)], check=True)
    subprocess.run(["jar", "cf", str(jar), "-C", str(tmp_path / "classes"), "."], check=True)
    files = {"lib/aws-lambda-java-runtime-interface-client-2.6.0.jar": jar.read_bytes()}
    environment = bench.start(files, runtime="java17", handler="example.Handler::run", memory_mb=512)
    assert environment.ended() == (0, None)
    handler, heap = environment.output().split()
    assert (handler, 380 < int(heap) < 420) == ("example.Handler::run", True)
