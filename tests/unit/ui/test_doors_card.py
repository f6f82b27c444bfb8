"""The card of doors: every stage an address, a curl line for each, text as text."""

from lambada_labs import ui
from lambada_labs.cloud.port import DoorShown


def door(name="shop", kind="HTTP API", stages=("$default",)):
    return DoorShown(
        kind=kind,
        name=name,
        id="abc1234567",
        region="us-east-1",
        aws_url="https://abc1234567.execute-api.us-east-1.amazonaws.com/",
        local_url="http://abc1234567.execute-api.us-east-1.localhost:4566/",
        plain_url="http://127.0.0.1:4566/_door/api.abc1234567.us-east-1.0123/",
        stages=stages,
    )


def test_a_door_is_a_link_and_a_curl_line():
    text = str(ui.doors_card(ui.ways([door()], "orders?n=1")))
    assert text.splitlines() == [
        "1 address to knock at",
        "shop (HTTP API): http://abc1234567.execute-api.us-east-1.localhost:4566/orders?n=1",
        "  on AWS: https://abc1234567.execute-api.us-east-1.amazonaws.com/orders?n=1",
        "  curl -i 'http://127.0.0.1:4566/_door/api.abc1234567.us-east-1.0123/orders?n=1'",
    ]


def test_every_named_stage_is_an_address_of_its_own():
    found = ui.ways([door(kind="REST API", stages=("prod", "test"))])
    assert [(way.name, way.plain.rsplit("/", 2)[1]) for way in found] == [
        ("shop, stage prod", "prod"),
        ("shop, stage test", "test"),
    ]


def test_no_door_says_what_to_do():
    assert str(ui.doors_card([])) == "No API and no load balancer yet. Create one, then ask again."


def test_a_name_is_text():
    assert "<img" not in ui.doors_card(ui.ways([door(name="<img src=x>")])).body


def test_the_widget_has_the_same_words():
    widget = ui.doors(ui.ways([door()]))
    assert str(widget) == str(ui.doors_card(widget.ways))
    assert "data-port=&quot;4566" not in widget.markup
    assert 'data-port="4566"' in widget.markup
