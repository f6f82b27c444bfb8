"""The refresh tool on offer files of AWS's shape: joins, tiers, reports, refusals, exit codes."""

import http.server
import json
import shutil
import threading
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from price_list.book_file import read_book, render, text
from price_list.changes import refresh, report
from price_list.download import download, fetch
from price_list.extract import prices
from price_list.joins import Product, read_joins
from price_list.offer import Cursor, read_offer
from refresh_prices import PRICES, main, read_offers

from lambada_labs.errors import BadInput

OFFERS = Path(__file__).parent / "offers"
LAMBDA = OFFERS / "AWSLambda" / "us-east-1" / "index.json"
JOINS = read_joins(PRICES / "joins.json")
VIRGINIA = read_book(PRICES / "aws-us-east-1.json")
REQUESTS, DURATION = "GU2ZS9HVP6QTQ7KE", "TG3M4CAGBA3NYQBH"


@pytest.fixture
def books(tmp_path):
    """A folder with the shipped books of two Regions and the joins."""
    folder = tmp_path / "books"
    folder.mkdir()
    for name in ("joins.json", "aws-us-east-1.json", "aws-eu-west-2.json"):
        shutil.copy(PRICES / name, folder)
    return folder


@pytest.fixture
def edited(tmp_path):
    """The Lambda offer of us-east-1, with one edit, as a file."""

    def edit(change):
        raw = json.loads(LAMBDA.read_text())
        change(raw)
        path = tmp_path / "index.json"
        path.write_text(json.dumps(raw))
        return path

    return edit


def found(path, region="us-east-1", currency="USD"):
    return prices(read_offer(path, JOINS), JOINS, region, currency)


def dimensions(raw, sku):
    (term,) = raw["terms"]["OnDemand"][sku].values()
    return term["priceDimensions"]


def test_every_price_of_every_book_has_a_join_or_a_reason():
    raw = json.loads((PRICES / "joins.json").read_text())
    reasons = [name.removesuffix("*") for name in raw["not_joined"]]
    names = {name for path in PRICES.glob("aws-*.json") for name in read_book(path)["prices"]}
    lost = [name for name in names if name not in JOINS.rows and not name.startswith(tuple(reasons))]
    assert lost == []


def test_joins_speak_the_books_units():
    spoken = {name: (row["unit"], Decimal(row["per"])) for name, row in VIRGINIA["prices"].items()}
    assert {name: (join.unit, join.per) for name, join in JOINS.rows.items()} == {
        name: spoken[name] for name in JOINS.rows
    }


@pytest.mark.parametrize(
    ("usagetype", "plain"),
    [
        ("EUW2-Request", "Request"),
        ("USE1-Event-64K-Chunks", "Event-64K-Chunks"),
        ("EU-Lambda-GB-Second", "Lambda-GB-Second"),
        ("UGW1-Request", "Request"),
        ("Lambda-GB-Second-ARM", "Lambda-GB-Second-ARM"),
        ("IA-ReadRequestUnits", "IA-ReadRequestUnits"),
        ("Global-Request", "Global-Request"),
    ],
)
def test_only_a_regions_prefix_is_cut_off(usagetype, plain):
    assert JOINS.product("X", {"attributes": {"usagetype": usagetype}}).usagetype == plain


def test_prices_come_out_as_books_write_them():
    rows = found(LAMBDA)
    assert rows["requests"] == {
        "amount": "0.20",
        "per": "1000000",
        "unit": "requests",
        "sku": REQUESTS,
        "source": "AWSLambda",
        "as_of": "2026-11-12",
    }
    assert rows["duration.arm64"]["tiers"] == [
        {"amount": "0.0000133334", "up_to": "7500000000"},
        {"amount": "0.0000120001", "up_to": "18750000000"},
        {"amount": "0.0000106667"},
    ]


def test_free_tiers_and_other_products_of_the_same_usagetype_are_no_prices():
    assert found(OFFERS / "AmazonSNS/us-east-1/index.json")["sns.standard"]["amount"] == "0.50"
    events = found(OFFERS / "AWSEvents/us-east-1/index.json")
    assert {name: row["sku"] for name, row in events.items()} == {"eventbridge.custom": "CUSTOM000000000A"}


def test_two_products_at_one_price_are_one_price():
    row = found(OFFERS / "AmazonCloudWatch/us-east-1/index.json")["logs.store"]
    assert (row["amount"], row["sku"]) == ("0.03", "STORE0000000000A")


def test_another_regions_products_are_not_taken():
    assert found(LAMBDA, region="us-east-2") == {}
    assert sorted(found(OFFERS / "AWSLambda/eu-west-2/index.json", region="eu-west-2")) == [
        "duration.x86_64",
        "requests",
    ]


def test_one_product_for_all_regions_is_taken_anywhere():
    product = Product(sku="X", family="Request", usagetype="Executions-CloudFrontFunctions", attributes={})
    join = JOINS.rows["cff.requests"]
    assert join.fits(product)
    assert join.in_region(product, "sa-east-1")


def test_a_refresh_changes_confirms_adds_misses_and_keeps():
    old = {name: row for name, row in VIRGINIA["prices"].items() if name != "poller.kafka"}
    result = refresh({**VIRGINIA, "prices": old}, [read_offer(LAMBDA, JOINS)], JOINS)
    assert result.changed == ("ephemeral",)
    assert result.added == ("poller.kafka",)
    assert result.confirmed == ("requests", "duration.x86_64", "duration.arm64", "edge.requests")
    assert "streaming" in result.missing
    assert "apigateway.rest" in result.kept
    assert result.differs


def test_what_was_not_read_keeps_its_source_and_date():
    result = refresh(VIRGINIA, [read_offer(LAMBDA, JOINS)], JOINS)
    unread = (*result.kept, *result.missing)
    assert {name: result.book["prices"][name] for name in unread} == {
        name: VIRGINIA["prices"][name] for name in unread
    }
    used = {row["source"] for row in [*result.book["prices"].values(), *result.book["free_tier"].values()]}
    assert set(result.book["sources"]) == used
    assert result.book["sources"]["AWSLambda"] == "AWS Price List, AWSLambda offer published 2026-11-12"


def test_a_confirmed_price_is_no_difference_but_gets_the_newer_date():
    events = [read_offer(OFFERS / "AWSEvents/us-east-1/index.json", JOINS)]
    without = {name: row for name, row in VIRGINIA["prices"].items() if name != "eventbridge.scheduler"}
    result = refresh({**VIRGINIA, "prices": without}, events, JOINS)
    assert not result.differs
    assert result.book["prices"]["eventbridge.custom"]["as_of"] == "2026-11-11"
    assert (result.book["as_of"], result.book["source"]) == (VIRGINIA["as_of"], VIRGINIA["source"])


def test_the_books_own_date_is_that_of_its_duration():
    book = refresh(VIRGINIA, [read_offer(LAMBDA, JOINS)], JOINS).book
    assert book["as_of"] == "2026-11-12"
    assert book["source"].startswith("AWS Price List, AWSLambda offer published 2026-11-12; free tier: ")


def test_a_file_published_long_ago_was_true_when_it_was_seen():
    offer = read_offer(LAMBDA, JOINS, "2026-11-25")
    row = refresh(VIRGINIA, [offer], JOINS).book["prices"]["requests"]
    assert (offer.published, row["as_of"]) == ("2026-11-12", "2026-11-25")


def test_a_note_on_unknown_tiers_ends_when_they_are_known():
    row = {
        **VIRGINIA["prices"]["apigateway.http"],
        "note": "first volume tier only; the others are not known",
    }
    del row["tiers"]
    known = {**VIRGINIA["prices"], "apigateway.http": {**row, "amount": "1.00"}}
    offer = read_offer(OFFERS / "AmazonApiGateway/us-east-1/index.json", JOINS)
    result = refresh({**VIRGINIA, "prices": known}, [offer], JOINS)
    assert result.changed == ("apigateway.http",)
    assert "note" not in result.book["prices"]["apigateway.http"]
    assert "global" in result.book["prices"]["edge.requests"]["note"]


def test_the_report_names_old_new_and_per_cent(edited):
    path = edited(
        lambda raw: dimensions(raw, DURATION)[f"{DURATION}.JRTCKXETXF.QZE2SB4KVB"]["pricePerUnit"].update(
            USD="0.0000120000"
        )
    )
    lines = list(report(refresh(VIRGINIA, [read_offer(path, JOINS)], JOINS)))
    assert lines[0] == "us-east-1: read AWSLambda 2026-11-12"
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("  changed")] == [
        "duration.x86_64, tier 2            0.000015 → 0.000012 per 1 GB-s (-20.0 %)",
        "ephemeral                          0.0000000309 → 0.00000004 per 1 GB-s (+29.4 %)",
    ]
    assert lines[-1].startswith("  kept       ")
    assert lines[-1].endswith("of 2024-07 to 2026-10-08")


def move_a_bound(raw):
    dimensions(raw, DURATION)[f"{DURATION}.JRTCKXETXF.QZE2SB4KVB"]["beginRange"] = "7000000000"


def two_kinds_of_dimension(raw):
    first = next(iter(dimensions(raw, REQUESTS).values()))
    dimensions(raw, REQUESTS)["another"] = {**first, "rateCode": "another"}


def two_terms(raw):
    raw["terms"]["OnDemand"][REQUESTS]["another"] = raw["terms"]["OnDemand"][REQUESTS][
        f"{REQUESTS}.JRTCKXETXF"
    ]


def no_terms(raw):
    del raw["terms"]["OnDemand"][REQUESTS]


def a_twin_at_another_price(raw):
    twin = "TW1N00000000000A"
    raw["products"][twin] = {**raw["products"][REQUESTS], "sku": twin}
    raw["terms"]["OnDemand"][twin] = json.loads(json.dumps(raw["terms"]["OnDemand"][REQUESTS]))
    next(iter(dimensions(raw, twin).values()))["pricePerUnit"]["USD"] = "0.0000006000"


def yuan(raw):
    next(iter(dimensions(raw, REQUESTS).values()))["pricePerUnit"] = {"CNY": "0.00000136"}


def another_unit(raw):
    next(iter(dimensions(raw, REQUESTS).values()))["unit"] = "Seconds"


def no_number(raw):
    next(iter(dimensions(raw, REQUESTS).values()))["pricePerUnit"]["USD"] = "N/A"


def nothing_asked(raw):
    next(iter(dimensions(raw, REQUESTS).values()))["pricePerUnit"]["USD"] = "0.0000000000"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (move_a_bound, "has price dimensions for 0 to 6000000000, 7000000000 to 15000000000"),
        (two_kinds_of_dimension, "has price dimensions for 0 to Inf, 0 to Inf"),
        (two_terms, "has 2 on-demand terms"),
        (no_terms, "has 0 on-demand terms"),
        (a_twin_at_another_price, r"2 products fit 'requests' in us-east-1: .*TW1N00000000000A \(Request\)"),
        (yuan, "is priced in CNY. Expected: USD"),
        (another_unit, "is sold by Seconds. Expected: Request or Requests"),
        (no_number, "costs 'N/A'"),
        (nothing_asked, "costs nothing"),
    ],
)
def test_what_cannot_be_taken_as_it_stands_is_refused_by_name(edited, change, said):
    with pytest.raises(BadInput, match=said):
        found(edited(change))


@pytest.mark.parametrize(
    "content",
    ["", "<Error>", "[1, 2]", '{"offerCode": "AWSLambda" "x": 1}', LAMBDA.read_text()[:3000], "\x00\x01\x02"],
)
def test_a_broken_file_is_refused(tmp_path, content):
    path = tmp_path / "index.json"
    path.write_text(content)
    with pytest.raises(BadInput, match=r"index\.json is no offer file"):
        read_offer(path, JOINS)


def test_reserved_terms_after_the_on_demand_ones_are_not_even_read(tmp_path):
    path = tmp_path / "index.json"
    path.write_text(LAMBDA.read_text().partition('"Reserved"')[0] + '"Reserved": {"broken": ')
    assert found(path) == found(LAMBDA)


def test_json_that_is_no_offer_is_passed_over(tmp_path):
    (tmp_path / "other.json").write_text('{"formatVersion": "v1.0", "regions": {}}')
    with pytest.raises(BadInput, match="has no offer file"):
        read_offers(tmp_path, JOINS)
    shutil.copy(LAMBDA, tmp_path)
    assert [offer.code for offer in read_offers(tmp_path, JOINS)] == ["AWSLambda"]


def test_two_files_of_one_offer_are_refused():
    offer = read_offer(LAMBDA, JOINS)
    again = read_offer(LAMBDA, JOINS)
    with pytest.raises(BadInput, match="both are AWSLambda in us-east-1"):
        refresh(VIRGINIA, [offer, again], JOINS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON), st.sampled_from([None, 1, " "]))
def test_walking_an_object_gives_what_decoding_gives(value, indent):
    cursor = Cursor(json.dumps(value, indent=indent))
    assert {key: cursor.value() for key in cursor.members()} == value


@given(st.decimals(min_value=0, max_value=10**6, places=12))
def test_amounts_are_written_exactly_and_plainly(amount):
    written = text(amount)
    assert Decimal(written) == amount
    assert "E" not in written
    assert len(written.partition(".")[2]) >= 2


def test_books_are_written_as_they_are_read():
    for path in [*PRICES.glob("aws-*.json")]:
        assert render(read_book(path)) == path.read_text(), path.name


def test_prices_changed_and_nothing_was_written(books, capsys):
    before = (books / "aws-us-east-1.json").read_text()
    assert main(["--offers", str(OFFERS), "--region", "us-east-1", "--books", str(books)]) == 1
    assert (books / "aws-us-east-1.json").read_text() == before
    said = capsys.readouterr().out
    assert "0.0000000309 → 0.00000004 per 1 GB-s (+29.4 %)" in said
    assert "nothing was written" in said


def test_books_are_written_on_demand_and_then_nothing_changes_any_more(books, tmp_path, capsys):
    shutil.copytree(OFFERS / "AmazonApiGateway", tmp_path / "offers")
    book = read_book(books / "aws-us-east-1.json")
    gone = ("apigateway.websocket.message", "apigateway.websocket.minute")
    book["prices"] = {name: row for name, row in book["prices"].items() if name not in gone}
    book["prices"]["apigateway.rest"] = {**book["prices"]["apigateway.http"], "note": "wrong on purpose"}
    (books / "aws-us-east-1.json").write_text(render(book))
    command = ["--offers", str(tmp_path / "offers"), "--books", str(books)]
    assert [main(command), main([*command, "--write"]), main(command)] == [1, 0, 0]
    rest = read_book(books / "aws-us-east-1.json")["prices"]["apigateway.rest"]
    assert (rest["tiers"][0]["amount"], rest["as_of"]) == ("3.50", "2026-11-10")
    assert "1 books written" in capsys.readouterr().out


def test_regions_are_those_of_the_files_unless_asked(books, capsys):
    main(["--offers", str(OFFERS), "--books", str(books)])
    heads = [line for line in capsys.readouterr().out.splitlines() if ": read " in line]
    assert [line.partition(":")[0] for line in heads] == ["eu-west-2", "us-east-1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--region", "eu-west-9"], "No price book for Region 'eu-west-9'. Expected: eu-west-2"),
        (["--region", "eu-west-2", "--offers", "AmazonSNS"], "has products of eu-west-2"),
        (["--offers", "nowhere"], "has no offer file"),
    ],
)
def test_bad_input_has_an_exit_code_of_its_own(books, capsys, arguments, said):
    folder = str(OFFERS / arguments[-1]) if "--offers" in arguments else str(OFFERS)
    asked = arguments[:-2] if "--offers" in arguments else arguments
    assert main([*asked, "--offers", folder, "--books", str(books)]) == 2
    assert said in capsys.readouterr().err


def test_the_day_the_files_were_fetched_can_be_told(books):
    command = ["--offers", str(OFFERS), "--region", "us-east-1", "--books", str(books), "--write"]
    assert main([*command, "--seen", "2026-11-25"]) == 0
    assert read_book(books / "aws-us-east-1.json")["prices"]["sns.standard"]["as_of"] == "2026-11-25"
    with pytest.raises(SystemExit):
        main([*command, "--seen", "yesterday"])


@pytest.fixture
def address():
    """The offer files on a server of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(OFFERS))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_offers_are_fetched_and_what_is_not_there_is_named(books, tmp_path, address):
    raw = json.loads((books / "joins.json").read_text())
    raw["download"] = dict.fromkeys(raw["download"], address + "/{offer}/{region}/index.json")
    (books / "joins.json").write_text(json.dumps(raw))
    joins = read_joins(books / "joins.json")
    lost = download(joins, ["us-east-1"], tmp_path / "fetched")
    assert f"{address}/AmazonECS/us-east-1/index.json" in lost
    assert not [url for url in lost if "AmazonEC2" in url]
    got = read_offers(tmp_path / "fetched", joins)
    assert [offer.code for offer in got] == [
        "AWSEvents",
        "AWSLambda",
        "AmazonApiGateway",
        "AmazonCloudWatch",
        "AmazonSNS",
    ]


def test_no_network_is_said_in_a_sentence(tmp_path):
    with pytest.raises(BadInput, match=r"cannot be fetched.*--offers"):
        fetch("http://127.0.0.1:9/index.json", tmp_path / "index.json")


@pytest.mark.parametrize(
    ("offer", "region", "start", "end"),
    [
        (
            "AWSLambda",
            "eu-west-2",
            "https://pricing.us-east-1.",
            "/aws/AWSLambda/current/eu-west-2/index.json",
        ),
        (
            "AWSLambda",
            "cn-north-1",
            "https://pricing.cn-north-1.",
            "/cn/AWSLambda/current/cn-north-1/index.json",
        ),
        (
            "AmazonCloudFront",
            "eu-west-2",
            "https://pricing.us-east-1.",
            "/AmazonCloudFront/current/index.json",
        ),
    ],
)
def test_aws_keeps_the_files_there(offer, region, start, end):
    url = JOINS.url(offer, region)
    assert url.startswith(start)
    assert url.endswith(end)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"joins": {"requests": {}}, "region_prefix": "X", "download": {}, "large": []}']
)
def test_damaged_joins_are_refused(tmp_path, content):
    (tmp_path / "joins.json").write_text(content)
    with pytest.raises(BadInput, match="has no joins"):
        read_joins(tmp_path / "joins.json")


@pytest.mark.parametrize("content", ["[]", "{}", "no JSON"])
def test_a_damaged_book_is_refused(tmp_path, content):
    (tmp_path / "aws-x.json").write_text(content)
    with pytest.raises(BadInput, match=r"aws-x\.json"):
        read_book(tmp_path / "aws-x.json")
