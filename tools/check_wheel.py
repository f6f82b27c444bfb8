"""Builds sdist, then the wheel from it, and looks for what a learner needs inside."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = "lambada_labs/_shipped/"


def wanted() -> set[str]:
    """Every file of the checkout that the wheel has to carry, by its name in the wheel."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = set(tracked.stdout.splitlines())
    package = {name for name in names if name.startswith("lambada_labs/")}
    shipped = {SHIPPED + name for name in names if name.split("/")[0] in {"data", "notebooks", "apps"}}
    return {name for name in package | shipped if not Path(name).name.startswith(".")}


def main() -> int:
    """Name every file that is missing in the wheel; 1 where there is any."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, str(ROOT)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:])
            return 1
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            missing = sorted(wanted() - set(wheel.namelist()))
    print("\n".join(f"not in the wheel: {name}" for name in missing))
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
