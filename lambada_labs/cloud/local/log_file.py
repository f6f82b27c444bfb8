"""The log of the cloud itself: one file that rotates, and everything that is printed goes there too."""

from __future__ import annotations

import logging
import logging.handlers
import os
from pathlib import Path

LARGEST_BYTES, OLDER_FILES = 2_000_000, 2
_NOISY = ("aiohttp", "asyncio", "botocore", "moto", "urllib3", "werkzeug")
_STDERR = 2


class _LogFile(logging.handlers.RotatingFileHandler):
    """Moves standard error along when it turns to a new file, so that a crash is told where people look."""

    def doRollover(self) -> None:  # noqa: N802 - the name is logging's
        super().doRollover()
        if self.stream is not None:
            os.dup2(self.stream.fileno(), _STDERR)


def start(path: Path) -> None:
    """From now on the root logger writes to `path`; other people's libraries only their warnings."""
    handler = _LogFile(path, maxBytes=LARGEST_BYTES, backupCount=OLDER_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
