"""Lab 02: its two notebooks run from top to bottom, nobody sees a traceback, and its numbers are the command's."""

import json
import subprocess
import sys

import pytest
from notebook_runs import executed, learner, learner_then_solved, nbval, solved, tasks, variables, verdicts

LAB = "02_pricing"
PRICE = ["price", "--memory", "1536", "--duration", "120", "--requests", "3000000", "--json"]


def test_the_solved_notebook_under_nbval(room):
    done = nbval(room, solved(LAB))
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_learner_notebook_under_nbval(room):
    done = nbval(room, learner(LAB))
    assert done.returncode == 0, done.stdout[-4000:]


def test_untouched_every_check_says_not_yet_and_solved_every_check_passes(room):
    seen = verdicts(executed(room, learner_then_solved(LAB)))
    assert seen == [(task, verdict) for verdict in ("not yet", "passed") for task in tasks(LAB)]


def output(notebook, name):
    """What the cell of this name showed, as plain text."""
    cell = next(cell for cell in notebook["cells"] if cell["metadata"]["name"] == name)
    return "\n".join(
        "".join(each.get("text", each.get("data", {}).get("text/plain", ""))) for each in cell["outputs"]
    )


@pytest.fixture
def priced(room):
    """What `lambada price --json` says of the lab's service."""
    command = [sys.executable, "-m", "lambada_labs.cli", *PRICE]
    done = subprocess.run(command, env=variables(room), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_labs_bill_is_the_commands_bill_to_the_last_digit(room, priced):
    notebook = json.loads(solved(LAB).read_text())
    names = [cell["metadata"]["name"] for cell in notebook["cells"]]
    notebook["cells"] = notebook["cells"][: names.index("by-code") + 1]
    extra = dict(notebook["cells"][-1], id="probe", outputs=[], execution_count=None)
    extra["metadata"] = {"name": "probe"}
    extra["source"] = "print(json.dumps(pricing.price_json(service)))"
    ran = executed(room, {**notebook, "cells": [*notebook["cells"], extra]})
    assert json.loads(output(ran, "probe")) == priced
    aws = priced["books"]["aws"]
    assert output(ran, "by-code").splitlines()[-2] == "the terminal says the same: True"
    assert output(ran, "by-code").splitlines()[-1].startswith(f"{aws['total']} by AWS's list")
    assert output(ran, "by-hand").split()[-2].replace(",", "") == aws["lines"][1]["quantity"]
