"""How anything else on this machine reaches the cloud: environment variables, a configuration file, an `aws`.

The AWS CLI (version 1) sends `aws sqs …` and a few others to a fixed public address whatever the variables
say; only `--endpoint-url` moves it. So an `aws` of four lines stands first on PATH and passes that option.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from lambada_labs.cloud.local.state import CloudState, StateFolder
from lambada_labs.errors import BadInput

SHELLS = ("sh", "fish", "powershell")
_OWN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_PAGER",
)
_MODELS, _RULES = "models", Path("s3control", "2018-08-20", "endpoint-rule-set-1.json")
_NEAR = ("127.0.0.1", "localhost", ".localhost")


def variables(folder: StateFolder, state: CloudState, environ: Mapping[str, str]) -> dict[str, str]:
    """What to set so that AWS clients reach this cloud; the files it names are written."""
    write_files(folder, state.region)
    near = _without_proxy(environ)
    return {
        "AWS_ACCESS_KEY_ID": state.access_key_id,
        "AWS_SECRET_ACCESS_KEY": state.secret_access_key,
        "AWS_REGION": state.region,
        "AWS_DEFAULT_REGION": state.region,
        "AWS_ENDPOINT_URL": state.endpoint_url,
        "AWS_CONFIG_FILE": str(folder.shell_dir / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder.shell_dir / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NO_PROXY": near,
        "no_proxy": near,
        "PATH": _path(folder, environ),
    }


def foreign(environ: Iterable[str]) -> list[str]:
    """The variables that would lead AWS clients elsewhere: a profile, a session token, another endpoint."""
    return sorted(name for name in environ if name.startswith("AWS_") and name not in _OWN)


def script(values: Mapping[str, str], foreign_names: Iterable[str], shell: str = "sh") -> str:
    """Text for `eval`: unset what is foreign, set what is ours.

    Raises:
        BadInput: a shell we cannot write for.
    """
    writers = {"sh": _for_sh, "fish": _for_fish, "powershell": _for_powershell}
    if shell not in writers:
        raise unknown_shell(shell)
    return "\n".join(writers[shell](values, list(foreign_names))) + "\n"


def unknown_shell(shell: str) -> BadInput:
    """The refusal of a shell we cannot write for."""
    return BadInput(f"shell {shell!r}", " or ".join(SHELLS), "sh is right for bash and zsh too")


def _for_sh(values: Mapping[str, str], foreign_names: list[str]) -> list[str]:
    lines = [f"unset {' '.join(foreign_names)}"] if foreign_names else []
    lines += [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    return [*lines, "hash -r 2>/dev/null || true"]  # the shell may remember where aws was


def _for_fish(values: Mapping[str, str], foreign_names: list[str]) -> list[str]:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = [f"set -e {name};" for name in foreign_names]
    for name, value in values.items():
        parts = value.split(os.pathsep) if name == "PATH" else [value]
        lines.append(f"set -gx {name} {' '.join(quoted(part) for part in parts)};")
    return lines


def _for_powershell(values: Mapping[str, str], foreign_names: list[str]) -> list[str]:
    lines = [f"Remove-Item Env:{name} -ErrorAction SilentlyContinue;" for name in foreign_names]
    return lines + [
        "$Env:{} = '{}';".format(name, value.replace("'", "''")) for name, value in values.items()
    ]


def config_text(region: str, models: str = "") -> str:
    """The AWS configuration file of clients of this cloud, handlers included.

    `models` is a folder whose endpoint rules go before those that clients bring along.
    """
    return (
        "[default]\n"
        f"region = {region}\n" + (f"data_path = {models}\n" if models else "") + "cli_pager =\n"
        "disable_host_prefix_injection = true\n"
        "s3 =\n"
        "    signature_version = s3v4\n"
        "    addressing_style = path\n"
    )


def write_files(folder: StateFolder, region: str) -> None:
    """The configuration file, an empty credentials file, and the `aws` that goes first on PATH."""
    bin_dir = folder.shell_dir / "bin"
    bin_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_endpoint_rules(folder)
    _write(folder.shell_dir / "config", config_text(region, str(folder.shell_dir / _MODELS)), 0o600)
    _write(folder.shell_dir / "credentials", "", 0o600)
    models = str(folder.shell_dir / _MODELS)
    _write(bin_dir / "aws", _shim(models), 0o700)
    if os.name == "nt":
        _write(bin_dir / "aws.cmd", _windows_shim(models), 0o700)


def _write_endpoint_rules(folder: StateFolder) -> None:
    """S3's control API without the account in front of the host: no machine finds `ACCOUNT.127.0.0.1`.

    AWS's clients put it there by the rules they bring along, whatever the settings; so they get their own rules
    with that one part left out.
    """
    found = folder.shell_dir / _MODELS / _RULES
    shipped = importlib.util.find_spec("botocore")
    if found.is_file() or shipped is None or shipped.origin is None:
        return
    packed = (Path(shipped.origin).parent / "data" / _RULES).with_suffix(".json.gz")
    if packed.is_file():
        rules = gzip.decompress(packed.read_bytes()).decode()
        found.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(found, rules.replace("{AccountId}.{url#authority}", "{url#authority}"), 0o600)


def _write(path: Path, text: str, mode: int) -> None:
    """Whole or not at all: a shell may be running it."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    fresh.write_text(text, "utf-8")
    fresh.chmod(mode)
    fresh.replace(path)


def _shim(models: str) -> str:
    """The CLI takes the folder of endpoint rules from a variable only, never from its configuration file."""
    command = f"{shlex.quote(sys.executable)} -m awscli"
    return (
        "#!/bin/sh\n"
        "# The AWS CLI, sent to the local cloud: `aws sqs` and some others look at nothing but this option.\n"
        f"AWS_DATA_PATH={shlex.quote(models)}; export AWS_DATA_PATH\n"
        '[ -n "$AWS_ENDPOINT_URL" ] && set -- --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n'
        f'exec {command} "$@"\n'
    )


def _windows_shim(models: str) -> str:
    command = f'"{sys.executable}" -m awscli --endpoint-url "%AWS_ENDPOINT_URL%" %*'
    return f"@set AWS_DATA_PATH={models}\r\n@{command}\r\n"


def _path(folder: StateFolder, environ: Mapping[str, str]) -> str:
    first = str(folder.shell_dir / "bin")
    rest = [part for part in environ.get("PATH", os.defpath).split(os.pathsep) if part != first]
    return os.pathsep.join([first, *rest])


def _without_proxy(environ: Mapping[str, str]) -> str:
    """What is already there, and this machine: a proxy cannot reach its loopback."""
    there = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    parts = [part.strip() for part in there.split(",") if part.strip()]
    return ",".join(dict.fromkeys([*parts, *_NEAR]))


def forget_default_session() -> None:
    """A boto3 session made before the variables changed would keep the old ones."""
    boto3 = sys.modules.get("boto3")
    if boto3 is not None:
        boto3.DEFAULT_SESSION = None  # type: ignore[attr-defined]
