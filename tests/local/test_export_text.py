"""What is written for `eval`, to the letter, with values that a shell would like to misread."""

import os
import shutil
import subprocess

import pytest

from lambada_labs.cloud.local import export
from lambada_labs.errors import BadInput

NASTY = 'it\'s $HOME `id` "x" \\ ;&|'


def test_sh():
    assert export.script({"A": "1", "B": NASTY}, ["AWS_PROFILE", "AWS_X"]).splitlines() == [
        "unset AWS_PROFILE AWS_X",
        "export A=1",
        "export B='it'\"'\"'s $HOME `id` \"x\" \\ ;&|'",
        "hash -r 2>/dev/null || true",
    ]


def test_fish_and_powershell():
    assert export.script(
        {"A": NASTY, "PATH": os.pathsep.join(["/a b", "/c"])}, ["AWS_X"], "fish"
    ).splitlines() == [
        "set -e AWS_X;",
        "set -gx A 'it\\'s $HOME `id` \"x\" \\\\ ;&|';",
        "set -gx PATH '/a b' '/c';",
    ]
    assert export.script({"A": NASTY}, ["AWS_X"], "powershell").splitlines() == [
        "Remove-Item Env:AWS_X -ErrorAction SilentlyContinue;",
        "$Env:A = 'it''s $HOME `id` \"x\" \\ ;&|';",
    ]


@pytest.mark.parametrize(
    "shell", [name for name in ("sh", "bash", "zsh", "dash", "ksh") if shutil.which(name)]
)
def test_a_real_shell_reads_it_as_meant(shell):
    text = export.script({"NASTY": NASTY}, []) + 'printf %s "$NASTY"'
    done = subprocess.run([shell, "-ec", text], capture_output=True, text=True, check=True)
    assert done.stdout == NASTY


def test_an_unknown_shell():
    with pytest.raises(BadInput, match="shell 'tcsh'"):
        export.script({}, [], "tcsh")


def test_what_is_foreign():
    names = ["AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "PATH", "AWS_ENDPOINT_URL_S3", "MY_AWS_X"]
    assert export.foreign(names) == ["AWS_ENDPOINT_URL_S3", "AWS_PROFILE", "AWS_SESSION_TOKEN"]


def test_the_configuration_file_is_one_that_botocore_reads(tmp_path):
    import botocore.session

    path = tmp_path / "config"
    path.write_text(export.config_text("eu-west-1"))
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(path))
    session.set_config_variable("profile", "default")
    assert session.get_scoped_config() == {
        "region": "eu-west-1",
        "cli_pager": "",
        "disable_host_prefix_injection": "true",
        "s3": {"signature_version": "s3v4", "addressing_style": "path"},
    }
