"""The calls a learner makes, as the caller saw them: noted while they happen, drawn afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from lambada_labs import ui
from lambada_labs.model import InvocationRecord
from lambada_labs.notebook.watch import PATIENCE_S, PAUSE_S

Answer = TypeVar("Answer")
FIRST_ERROR = 400


class Got(NamedTuple):
    """What a caller got: in words, whether it is an error, the request id where it brought one."""

    said: str
    failed: bool
    request_id: str = ""


class CallBook:
    """`calls = lab.calls("name")`; `calls.make(lambda: …, caller="you", door="SDK")` calls, notes and returns.

    `records()` answers the function's invocations so far. Safe to use from many threads.
    """

    def __init__(self, records: Callable[[], list[InvocationRecord]], *, title: str = "") -> None:
        self._records, self._title = records, title
        self._lock = threading.Lock()
        self.made: list[ui.Call] = []

    def make(
        self,
        call: Callable[[], Answer],
        *,
        caller: str = "you",
        door: str = "SDK",
        read: Callable[[Answer], str] | None = None,
    ) -> Answer:
        """Make one call and note when it was sent and answered; returns and raises what it does.

        `read` says what the caller got, where that is neither boto3's answer nor one of `urllib` or `requests`.
        """
        sent_at = time.time()
        try:
            answer = call()
        except Exception as error:
            self._note(caller, door, sent_at, _read_error(error))
            raise
        got = _read(answer)
        if read is not None:
            said = read(answer)
            got = Got(said, not said.startswith("2"), got.request_id)
        self._note(caller, door, sent_at, got)
        return answer

    def _note(self, caller: str, door: str, sent_at: float, got: Got) -> None:
        made = ui.Call(
            caller=caller,
            door=door,
            sent_at=sent_at,
            answered_at=time.time(),
            answer=got.said,
            failed=got.failed,
            request_id=got.request_id,
        )
        with self._lock:
            self.made.append(made)

    @property
    def records(self) -> list[InvocationRecord]:
        """The invocations behind these calls; waits a moment for one that is not written yet."""
        if not self.made:
            return []
        first = min(call.sent_at for call in self.made) - PAUSE_S
        wanted = {call.request_id for call in self.made if call.request_id}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = [one for one in self._records() if one.accepted_at >= first]
            if wanted <= {one.request_id for one in found} or time.monotonic() > deadline:
                return found
            time.sleep(PAUSE_S)

    @property
    def card(self) -> ui.Card:
        """Who waited for whom."""
        return ui.call_sequence(self.made, self.records, title=self._title)

    def herd(self, *, title: str = "") -> ui.Card:
        """Many callers as one herd."""
        return ui.herd({"calls": self.made}, title=title)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card._repr_mimebundle_()

    def __str__(self) -> str:
        return str(self.card)

    __repr__ = __str__


def _read(answer: Any) -> Got:
    """An answer of boto3, of urllib or requests, or a tuple that begins with the status."""
    if isinstance(answer, dict) and "ResponseMetadata" in answer:
        meta = answer["ResponseMetadata"]
        error = answer.get("FunctionError")
        status = str(answer.get("StatusCode", meta.get("HTTPStatusCode", "")))
        return Got(f"{status} {error}" if error else status, bool(error), str(meta.get("RequestId", "")))
    if isinstance(answer, tuple) and answer and isinstance(answer[0], int):
        return Got(str(answer[0]), answer[0] >= FIRST_ERROR)
    code = getattr(answer, "status_code", None) or getattr(answer, "status", None)
    return Got(str(code), code >= FIRST_ERROR) if isinstance(code, int) else Got("an answer", failed=False)


def _read_error(error: Exception) -> Got:
    """Boto3's error code, an HTTP status, or the exception's name."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        request_id = response.get("ResponseMetadata", {}).get("RequestId", "")
        return Got(str(response["Error"].get("Code", "error")), True, str(request_id))
    status = getattr(error, "code", None)
    return Got(str(status) if isinstance(status, int) else type(error).__name__, failed=True)
