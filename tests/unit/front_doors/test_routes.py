"""Which route a request means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.front_doors.routes import route_of, template

#: The example of the developer guide, and its requests.
ROUTES = {
    key: key
    for key in ("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")
}


@pytest.mark.parametrize(
    ("method", "path", "key", "variables"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("POST", "/test/5", "ANY /{proxy+}", {"proxy": "test/5"}),
        ("POST", "/pets/dog/1", "ANY /{proxy+}", {"proxy": "pets/dog/1"}),
        ("GET", "/", "$default", {}),
        ("GET", "/pets/", "GET /pets/{proxy+}", {"proxy": ""}),
        ("GET", "/pets/dog/a%2Fb", "GET /pets/dog/{id}", {"id": "a%2Fb"}),
    ],
)
def test_the_most_specific_route_wins(method, path, key, variables):
    assert route_of(ROUTES, method, path) == (key, key, variables)


@pytest.mark.parametrize(
    ("keys", "method", "path", "key"),
    [
        (("GET /a", "ANY /a"), "GET", "/a", "GET /a"),
        (("ANY /a", "GET /a"), "GET", "/a", "GET /a"),
        (("GET /a",), "POST", "/a", None),
        (("GET /a",), "GET", "/a/", None),
        (("GET /",), "GET", "/", "GET /"),
        (("GET /a/{x}",), "GET", "/a/", None),
        (("GET /{p+}",), "GET", "/", None),
        (("GET /a/{p+}",), "GET", "/a/", "GET /a/{p+}"),
        (("GET /a/{p+}",), "GET", "/a", None),
        (("GET /{a}/b", "GET /a/{b}"), "GET", "/a/b", "GET /a/{b}"),
        ((), "GET", "/", None),
    ],
)
def test_methods_slashes_and_empty_segments(keys, method, path, key):
    found = route_of(dict.fromkeys(keys), method, path)
    assert (found[0] if found else None) == key


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=5))
def test_a_path_fits_itself_and_every_greedy_prefix(parts):
    path = "/" + "/".join(parts)
    assert template(path).match(parts) == {}
    for count in range(len(parts)):
        prefix = "/".join([*parts[:count], "{rest+}"])
        assert template("/" + prefix).match(parts) == {"rest": "/".join(parts[count:])}
