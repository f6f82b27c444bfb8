"""One request at its four stations: what is typed, what is marked, what is said of a refusal."""

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.ui import http_exchange
from lambada_labs.ui.exchange_card import Exchange, Request, Sample, answered, exchange_card, finding, typed

EVENT = {"path": "/shop", "multiValueQueryStringParameters": {"size": ["38", "39"]}, "headers": {"x": "1"}}
DONE = Exchange(event=EVENT, status=200, response="HTTP/1.1 200 OK\n\nfine")
REFUSED = Exchange(
    event={},
    status=502,
    response="HTTP/1.1 502 Bad Gateway",
    reason="statusCode is None",
    code="LambdaInvalidResponse",
)


def test_a_request_is_read_as_it_is_typed():
    text = "post /shop?size=38&size=39 HTTP/1.1\r\nX-Team: blue\r\nX-Team:red\r\n\r\n{}\n"
    assert typed(text) == Request(
        method="POST",
        path="/shop?size=38&size=39",
        headers=(("X-Team", "blue"), ("X-Team", "red")),
        body="{}",
    )


@pytest.mark.parametrize(
    "text", ["", "GET", "GET shop", "hello there, shop", "GET / HTTP/1.1\nno colon", "GET /\n: x"]
)
def test_what_is_no_request_is_refused_in_words(text):
    with pytest.raises(BadInput, match="line is"):
        typed(text)


def test_an_answer_that_is_no_json_is_refused_in_words():
    assert answered('{"statusCode": 200}') == {"statusCode": 200}
    with pytest.raises(BadInput, match="no JSON"):
        answered("{'statusCode': 200}")


def test_the_finding_names_what_survived_and_what_was_refused():
    assert finding(Exchange(), multi_value=False) == "Nothing was sent yet"
    assert finding(DONE, multi_value=True).endswith("all values of `size`: 38, 39")
    single = Exchange(event={"queryStringParameters": {"size": "39"}}, status=404)
    assert finding(single, multi_value=False) == (
        "The caller gets 404. The event carries single values: of a repeated name the last is left"
    )
    assert "never learns why: statusCode is None" in finding(REFUSED, multi_value=False)


def test_the_card_marks_the_query_and_says_the_access_logs_word():
    body = exchange_card(
        "GET /", "{}", DONE, multi_value=True, samples=[Sample(name="fine", answer="{}")]
    ).body
    assert "<mark> &quot;multiValueQueryStringParameters&quot;: {</mark>" in body
    assert "<mark> &quot;headers&quot;" not in body
    assert 'data-answer="{}"' in body
    assert "LambdaInvalidResponse" in str(exchange_card("GET /", "{}", REFUSED))


def test_the_widget_sends_at_once_and_keeps_the_last_exchange_where_a_text_is_no_request():
    made = []

    def talk(request, answer, *, multi_value):
        made.append((request.path, answer, multi_value))
        return DONE

    widget = http_exchange(talk, request="GET /shop", answer="1", multi_value=True)
    assert made == [("/shop", 1, True)]
    widget._asked(widget, {"request": "nonsense", "answer": "2", "multi_value": False}, [])
    assert (made, widget.exchange) == ([("/shop", 1, True)], DONE)
    assert widget.shown["note"].startswith("The first line is 'nonsense'.")
    widget._asked(widget, {"request": "GET /new", "answer": "2", "multi_value": False}, [])
    assert made[-1] == ("/new", 2, False)
    assert widget.shown["note"] == ""
    assert "2 Your function is told" in str(widget)
