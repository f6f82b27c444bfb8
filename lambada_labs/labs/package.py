"""How the files of a function become its deployment package."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from lambada_labs.errors import BadInput

#: A fixed date: the same files give the same bytes, so the same CodeSha256.
DATE = (2020, 1, 1, 0, 0, 0)
PLAIN, EXECUTABLE = 0o644, 0o755
MODE_SHIFT = 16


def package(*paths: str | Path) -> bytes:
    """Zip these files side by side, as `zip -j` would; raises `BadInput` where one is missing.

    A file that begins with `#!` becomes executable: a custom runtime's `bootstrap` has to be.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(map(Path, paths), key=lambda each: each.name):
            content = _content(path)
            entry = zipfile.ZipInfo(path.name, DATE)
            entry.external_attr = (EXECUTABLE if content.startswith(b"#!") else PLAIN) << MODE_SHIFT
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}",
            expected="a file that %%writefile has written",
            todo="Run the cell that writes it, then this one again",
        ) from error
