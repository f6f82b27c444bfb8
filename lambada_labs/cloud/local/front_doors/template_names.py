"""`$input`, `$util`, `$context` and `$stageVariables` of mapping templates.

Source: API Gateway developer guide, "Variables for data transformations".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from lambada_labs.cloud.local.front_doors import json_path
from lambada_labs.cloud.local.front_doors.velocity_values import Reachable, shown

_ESCAPED = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "'": "\\'",
        "/": "\\/",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)


class Input(Reachable):
    """`$input`: a body and the request's parameters, `{"path": …, "querystring": …, "header": …}`."""

    METHODS = frozenset({"json", "path", "params"})
    MEMBERS = frozenset({"body"})

    def __init__(self, body: str, parameters: Mapping[str, Mapping[str, str]]) -> None:
        self.body = body or "{}"
        self._parameters = {place: dict(values) for place, values in parameters.items()}

    def json(self, path: str = "$") -> str:
        """What a path names, as JSON text; `""` for nothing."""
        found = self._found(path)
        return (
            '""'
            if isinstance(found, json_path.Missing)
            else json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        )

    def path(self, path: str = "$") -> Any:
        """What a path names, as a value."""
        found = self._found(path)
        return None if isinstance(found, json_path.Missing) else found

    def params(self, name: str | None = None) -> Any:
        """One parameter, looked for in the path, the query and the headers; all of them without a name."""
        if name is None:
            return self._parameters
        return next((values[name] for values in self._parameters.values() if name in values), "")

    def _found(self, path: str) -> Any:
        try:
            document = json.loads(self.body)
        except ValueError:
            document = self.body
        return json_path.find(document, path)


class Util(Reachable):
    """`$util`."""

    METHODS = frozenset(
        {"escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode"}
    )

    def escapeJavaScript(self, value: Any) -> str:  # noqa: N802 (AWS's name)
        """Quotes and control characters escaped, a single quote and a slash too."""
        return shown(value).translate(_ESCAPED)

    def parseJson(self, text: str) -> Any:  # noqa: N802 (AWS's name)
        """The JSON text as a value."""
        return json.loads(text)

    def urlEncode(self, text: str) -> str:  # noqa: N802 (AWS's name)
        """As a form sends it."""
        return quote_plus(shown(text), safe="*")

    def urlDecode(self, text: str) -> str:  # noqa: N802 (AWS's name)
        """The reverse."""
        return unquote_plus(shown(text))

    def base64Encode(self, text: str) -> str:  # noqa: N802 (AWS's name)
        """The text's bytes in base64."""
        return base64.b64encode(shown(text).encode()).decode()

    def base64Decode(self, text: str) -> str:  # noqa: N802 (AWS's name)
        """The reverse."""
        return base64.b64decode(shown(text)).decode("utf-8", "replace")


def names(
    body: str,
    parameters: Mapping[str, Mapping[str, str]],
    context: Mapping[str, Any],
    stage: Mapping[str, str],
) -> dict[str, Any]:
    """All that a template may refer to; `context.responseOverride` can be written to."""
    override = {"requestOverride": _empty(), "responseOverride": _empty()}
    return {
        "input": Input(body, parameters),
        "util": Util(),
        "context": {**context, **override},
        "stageVariables": dict(stage),
    }


def _empty() -> dict[str, Any]:
    return {"header": {}, "path": {}, "querystring": {}}
