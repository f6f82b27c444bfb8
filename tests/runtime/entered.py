"""Prepares a namespace isolation in a process of its own, then becomes the command line it was given."""

import os
import sys
from pathlib import Path

from lambada_labs.runtime.isolation import NamespaceIsolation

run_dir, who, *argv = sys.argv[1:]
variables = dict(os.environ)
NamespaceIsolation(Path(run_dir), as_user=who == "user").prepare()
os.execve(argv[0], argv, variables)
