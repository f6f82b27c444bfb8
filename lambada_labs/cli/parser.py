"""Which words `lambada` understands; what they do stands in the modules beside this one."""

from __future__ import annotations

import argparse
import importlib
from typing import Any

Commands = Any  # argparse has no public name for what add_subparsers returns
_JSON = "print JSON, for programs (docs/commands.md says what is in it)"


def make_parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    parser = argparse.ArgumentParser(
        prog="lambada",
        description="Learn AWS Lambda by running it: labs, a local cloud, and what it costs.",
        epilog="Start with: lambada lab",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_lab, _app, _up, _down, _status, _logs, _doctor, _price, _report, _progress):
        add(commands)
    return parser


def _command(
    commands: Commands, name: str, room: str, text: str, *, json: bool = True
) -> argparse.ArgumentParser:
    """A command whose work is the function `name` of the module `room` beside this one."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: _run(room, name, arguments))
    if json:
        parser.add_argument("--json", action="store_true", help=_JSON)
    return parser


def _run(room: str, name: str, arguments: argparse.Namespace) -> int:
    # Imported when it is run: `lambada up` has no use for what the labs need.
    module = importlib.import_module(f"lambada_labs.cli.{room}")
    return int(getattr(module, name)(arguments))


def _lab(commands: Commands) -> None:
    text = "open the labs in JupyterLab, in a folder of your own"
    parser = _command(commands, "lab", "jupyter", text, json=False)
    parser.add_argument(
        "dir", nargs="?", default="lambada-labs", metavar="DIR", help="default: ./lambada-labs"
    )
    _for_jupyter(parser)


def _app(commands: Commands) -> None:
    _for_jupyter(_command(commands, "app", "jupyter", "open the cost calculator in the browser", json=False))


def _for_jupyter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    parser.add_argument("--port", type=int, help="listen here; default: the first free one")
    parser.add_argument("rest", nargs="*", metavar="-- OPTION", help="options of Jupyter itself, after --")


def _up(commands: Commands) -> None:
    parser = _command(commands, "up", "cloud", "start the local cloud, or find the running one")
    parser.add_argument(
        "--port", type=int, default=0, help="listen on this port of 127.0.0.1; default: any free one"
    )
    parser.add_argument(
        "--export", action="store_true", help='variables for a shell: eval "$(lambada up --export)"'
    )
    parser.add_argument(
        "--shell", default="sh", help="with --export: sh (also bash, zsh), fish or powershell"
    )


def _down(commands: Commands) -> None:
    _command(commands, "down", "cloud", "stop the local cloud; functions and data in it are gone")


def _status(commands: Commands) -> None:
    _command(commands, "status", "cloud", "where the cloud is, and what it holds")


def _logs(commands: Commands) -> None:
    parser = _command(commands, "logs", "cloud", "the log of a function")
    parser.add_argument("function", metavar="FUNCTION")
    parser.add_argument("--follow", "-f", action="store_true", help="go on as lines come, until Ctrl-C")
    parser.add_argument("--since", metavar="AGO", help="only the last 30s, 15m, 2h, 1d")


def _doctor(commands: Commands) -> None:
    _command(commands, "doctor", "learner", "what this machine can do, and what that changes")


def _price(commands: Commands) -> None:
    parser = _command(commands, "price", "price", "what a month of a function costs, in two price books")
    parser.add_argument("--memory", metavar="MB", help="memory of the function")
    parser.add_argument("--duration", metavar="MS", help="milliseconds of one invocation")
    parser.add_argument("--requests", metavar="N", help="invocations in a month")
    parser.add_argument("--architecture", help="x86_64 (the default) or arm64")
    parser.add_argument("--region", help="default: us-east-1")
    parser.add_argument("--no-free-tier", action="store_true", help="as if the free tier were used up")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="anything else, such as cold_share=0.01 or logs.kb_per_request=2",
    )
    parser.add_argument(
        "--input",
        metavar="FILE",
        help="scenarios as JSON, JSON lines or CSV, or an export; - is standard input",
    )
    parser.add_argument(
        "--fail-over", metavar="USD", help="exit with 4 where AWS's total is above this, or incomplete"
    )
    parser.add_argument("--round-like-aws", action="store_true", help="show the invoice's cents too")


def _report(commands: Commands) -> None:
    parser = _command(
        commands, "report", "report", "what the REPORT lines in a log cost, and what they waste"
    )
    parser.add_argument("file", metavar="FILE", help="a log with REPORT lines; - is standard input")
    parser.add_argument(
        "--architecture", default="x86_64", help="x86_64 or arm64: a REPORT line does not say"
    )
    parser.add_argument("--region", default="us-east-1", help="default: us-east-1")
    parser.add_argument("--memory", type=int, metavar="MB", help="what the same traffic costs at this size")
    parser.add_argument(
        "--seconds", type=int, metavar="S", help="the time the log covers, where it prints no timestamps"
    )
    parser.add_argument("--no-lines", action="store_true", help="with --json: the sums only")


def _progress(commands: Commands) -> None:
    parser = _command(commands, "progress", "learner", "how far you are; take it along, bring it back")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--export", metavar="FILE", help="write your progress to one file")
    either.add_argument("--import", metavar="FILE", dest="take_over", help="take over an exported file")
