"""The command `lambada`: words in, text or JSON out, and an exit status that a script can read.

Exit statuses: 0 done; 1 the answer is no (`status`: nothing runs, `doctor`: a problem); 2 the words or a file
cannot be used; 3 this machine or the cloud refuses; 4 over budget (`price --fail-over`); 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from lambada_labs.cli.parser import make_parser
from lambada_labs.errors import BadInput, LambadaError, ProgressDamaged

DONE, NO, UNUSABLE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    # A pipe or terminal in another encoding must not turn an answer into a traceback.
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", _nothing)(errors="replace")
    arguments = make_parser().parse_args(words)
    try:
        return int(arguments.run(arguments))
    except (BadInput, ProgressDamaged) as error:
        return _told(error, UNUSABLE)
    except LambadaError as error:
        return _told(error, REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `lambada logs f | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _told(error: LambadaError, status: int) -> int:
    print(f"lambada: {error}", file=sys.stderr)
    return status


def _nothing(**_: object) -> None:
    """A stream that was replaced by something simpler."""
