"""Columns of the profiles in the tables of messages, with their types, and how these tables are compressed."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mailweave import MailweaveError, Place
from mailweave.deliverers import FileOptions
from mailweave_plugins.bulk.output.passed import Passed, Passing
from mailweave_plugins.bulk.output.settings import Output
from mailweave_plugins.bulk.output.types import Look, with_types
from mailweave_plugins.deliverers.eml import Eml
from mailweave_plugins.deliverers.ndjson import Ndjson
from mailweave_plugins.deliverers.parquet import Parquet
from mailweave_plugins.deliverers.smtp import Smtp
from mailweave_plugins.readers.ndjson import Ndjson as NdjsonReader

from .conftest import AT, customers, write_profiles

PLACE = Place("p.csv", 2)
TYPED = """select 'p-' || range as id, 'u' || range || '@test.example' as email, range::int as points, 12.5::decimal(10, 2) as amount,
 date '2024-02-29' as since, [1, 2] as numbers, {'x': 1, 'y': 't'} as struct_, map {'k': 1} as map_, '{"a": [1]}'::json as json_,
 timestamptz '2024-01-01 10:00:00+00' as moment, null::int as nothing from range(30)"""
PASSED = ["points", "amount", "since", "numbers", "struct_", "map_", "json_", "moment", "nothing", "customer=id"]


def passing(*words):
    return [part for word in words for part in ("--pass-through", word)]


def test_columns_of_a_query_keep_their_types(shop):
    words = ["--profiles", TYPED, "--to", "out", "--at", AT, "--jobs", 1, "--compression", "gzip:9", "--part-size", 20, *passing(*PASSED)]
    shop.call(*words)
    table = duckdb.sql("select * from 'out/messages/*.parquet' order by row")
    kinds = dict(zip(table.columns, map(str, table.types), strict=True))
    assert {name: kinds[name] for name in (*PASSED[:-1], "customer")} == {
        "points": "INTEGER",
        "amount": "DECIMAL(10,2)",
        "since": "DATE",
        "numbers": "INTEGER[]",
        "struct_": "STRUCT(x INTEGER, y VARCHAR)",
        "map_": "MAP(VARCHAR, INTEGER)",
        "json_": "JSON",
        "moment": "TIMESTAMP WITH TIME ZONE",
        "nothing": "INTEGER",
        "customer": "VARCHAR",
    }
    found = duckdb.sql(f"select points, amount, since, numbers, struct_, map_, json_->'a'->>0, nothing, customer from ({TYPED.replace('as id', 'as customer')}) order by points").fetchall()
    assert duckdb.sql("select points, amount, since, numbers, struct_, map_, json_->'a'->>0, nothing, customer from 'out/messages/*.parquet' order by points").fetchall() == found
    metadata = pq.ParquetFile("out/messages/part-00000.parquet").metadata
    assert metadata.row_group(0).column(0).compression == "GZIP"
    # What a run is can't change, and what is done is looked at as it is.
    assert "--pass-through has changed" in shop.call(*words[:-2], status=1).err
    assert "--compression has changed" in shop.call(*[word if word != "gzip:9" else "zstd" for word in words], status=1).err
    assert "--part-size has changed" in shop.call(*[word if word != 20 else 10 for word in words], status=1).err
    assert shop.call(*words).before == 30


@pytest.mark.deep
def test_compressed_ndjson_is_checked_as_it_is(shop):
    write_profiles(shop.root / "p.ndjson", [{**row, "tags": ["a"] * (number % 2)} for number, row in enumerate(customers(20))])
    words = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--compression", "gzip", "--part-size", 10, "--jobs", 1, "--at", AT, *passing("tags", "vip")]
    shop.call(*words)
    first, second = (path.read_bytes() for path in sorted(shop.out.glob("messages/*.ndjson.gz")))
    rows = [json.loads(line) for packed in (first, second) for line in gzip.decompress(packed).splitlines()]
    assert [(row["tags"], row["vip"]) for row in rows] == [(["a"] * (number % 2), number % 3 == 0) for number in range(20)]
    (shop.out / "messages/part-00001.ndjson.gz").write_bytes(second[:-9])
    summary = shop.call(*words)
    assert (summary.before, [note["code"] for note in summary.notes]) == (10, ["damaged"])
    assert (shop.out / "messages/part-00001.ndjson.gz").read_bytes() == second
    assert "there is no column 'tag' – did you mean 'tags'?" in shop.call(*words[:-4], "--pass-through", "tag", "--to", "other", status=1).err


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("points", Passed("points", "points")),
        ("points:integer", Passed("points", "points", "integer")),
        ("customer=id", Passed("customer", "id")),
        ("customer=id:string", Passed("customer", "id", "string")),
        ("a:b", Passed("a:b", "a:b")),
        (" a = b ", Passed("a", "b")),
        ("", None),
        ("=a", None),
        ("a=", None),
        ("a=:string", Passed("a", ":string")),
    ],
)
def test_how_a_column_is_named(text, parsed):
    if parsed is None:
        with pytest.raises(ValueError, match="isn't a column; write COLUMN"):
            Passed.parse(text)
    else:
        assert Passed.parse(text) == parsed


VALUES = [
    ("integer", "7", 7),
    ("integer", 7.0, 7),
    ("integer", "7.5", "which isn't a whole number"),
    ("integer", 2**70, "which isn't a whole number of 64 bits"),
    ("integer", True, "which isn't a whole number"),
    ("number", " 7.5 ", 7.5),
    ("number", "x", "which isn't a number"),
    ("number", [1], "which isn't a number"),
    ("boolean", "TRUE", True),
    ("boolean", 1, "which is neither true nor false"),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", date(2024, 2, 29), date(2024, 2, 29)),
    ("date", "2023-02-29", "which isn't a date"),
    ("date", 5, "which isn't a date"),
    ("datetime", "2024-01-01T10:00:00+01:00", datetime(2024, 1, 1, 9, tzinfo=UTC)),
    ("datetime", "2024-01-01 10:00", "which has no offset"),
    ("datetime", "soon", "which isn't a date and time"),
    ("string", 7, "7"),
    ("string", [1], "which isn't text"),
    ("list", '["a"]', ["a"]),
    ("list", '{"a": 1}', "which is no list"),
    ("object", '{"a": 1}', {"a": 1}),
    ("json", "[1, {}]", [1, {}]),
    ("json", "[1,", "is no JSON"),
    (None, Decimal("1.50"), Decimal("1.50")),
    (None, "  ", None),
    ("integer", "  ", None),
    ("integer", None, None),
]


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES, ids=repr)
def test_a_value_becomes_what_a_person_says(kind, value, expected):
    one = Passing([Passed("c", "c", kind)])
    if isinstance(expected, str) and expected.startswith(("which", "is no")):
        with pytest.raises(MailweaveError, match=expected) as told:
            one.values({"c": value}, PLACE)
        assert (told.value.problems[0].code, told.value.problems[0].place) == ("bad-cell", PLACE)
    else:
        assert one.values({"c": value}, PLACE) == {"c": expected}


def looked(values, kind=None):
    """The Parquet type of a column whose rows hold these values, seen by two workers."""
    shapes = []
    for half in (values[::2], values[1::2]):
        look = Look([Passed("c", "c", kind)], typed=True)
        for value in half:
            look.take({"id": "x", "c": value})
        shapes.append(look.shape())
    text = "c" + (f":{kind}" if kind else "")
    output = with_types(Output((text,)), Parquet(), NdjsonReader(), None, shapes)
    return pa.ipc.read_schema(pa.py_buffer(output.options.types)).field("c").type


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "int64"),
        ([1, 2.5], "double"),
        (["a", None], "string"),
        ([True, None], "bool"),
        ([None, None], "string"),
        ([[], ["a"]], "list<item: string>"),
        ([[], []], "list<item: string>"),
        ([{"a": 1}, {"b": [1.5]}], "struct<a: int64, b: list<item: double>>"),
        ([{}, {}], "extension<arrow.json>"),
        ([" ", 5], "int64"),
    ],
    ids=repr,
)
def test_the_type_of_values_that_only_rows_know(values, kind):
    assert str(looked(values)) == kind


@pytest.mark.parametrize("values", [[1, "a"], ["a", 1], [[1], ["a"]], [2**70, 1], [True, 1]], ids=repr)
def test_values_of_several_types_are_told_before_anything_is_written(values):
    with pytest.raises(MailweaveError, match=r"'c' holds values of several types.* --pass-through c:json"):
        looked(values)
    assert str(looked(values, "json")) == "extension<arrow.json>"


def test_a_json_column_holds_all_as_it_is(make_workspace, mailweave_engine, tmp_path):
    from mailweave.deliverers import Letter
    from mailweave.testing import AT as MOMENT

    message = mailweave_engine.render(make_workspace({"campaigns/hello.yaml": "subject: Hi\nslots: {note: {block: note}}\n"}), "hello", {"id": "p", "email": "a@test.example"}, MOMENT)
    values = [1, "a", {"b": [None, 2.5]}, None]
    letters = [Letter(row, "p", message, "h", {"c": value}) for row, value in enumerate(values)]
    output = with_types(Output(("c:json",)), Parquet(), NdjsonReader(), None, [])
    for codec in ("none", "snappy", "lz4", "brotli:3", "gzip", "zstd:9"):
        Parquet().configured(FileOptions(codec, ("c",), output.options.types)).write(tmp_path / "m.parquet", letters)
        found = duckdb.sql(f"select c from '{tmp_path}/m.parquet' order by row").fetchall()
        assert [None if one is None else json.loads(one) for (one,) in found] == values
    exact = Decimal("0.1"), Decimal("12345678901234567890.12"), Decimal("7.00"), date(2024, 2, 29)
    for codec, suffix in (("none", ""), ("gzip:1", ".gz"), ("zstd:19", ".zst")):
        deliverer = Ndjson().configured(FileOptions(codec, ("c",)))
        assert deliverer.suffix == f".ndjson{suffix}"
        path = tmp_path / f"m{deliverer.suffix}"
        # More than a frame of Zstandard.
        deliverer.write(path, [one._replace(passed={"c": exact}) for one in letters * 500])
        assert duckdb.sql(f"select distinct replace(c::varchar, ' ', '') from '{path}'").fetchall() == [('[0.1,"12345678901234567890.12",7,"2024-02-29"]',)]


@pytest.mark.parametrize(
    ("deliverer", "options", "told"),
    [
        (Ndjson, FileOptions(passed=("Email",)), "'Email' is a column of messages already"),
        (Parquet, FileOptions(passed=("points", "Points")), "there are two columns 'Points'"),
        (Parquet, FileOptions("zip"), "'parquet' has no codec 'zip'"),
        (Parquet, FileOptions("zsdt"), "did you mean 'zstd'"),
        (Parquet, FileOptions("zstd:23"), "no level '23' – write one from 1 to 22"),
        (Parquet, FileOptions("zstd:"), "no level ''"),
        (Parquet, FileOptions("snappy:1"), "'snappy' has no levels"),
        (Ndjson, FileOptions("snappy"), "'ndjson' has no codec 'snappy' – use one of: gzip, none, zstd"),
        (Eml, FileOptions("gzip"), "--compression isn't for 'eml'"),
        (Eml, FileOptions(passed=("points",)), "--pass-through isn't for 'eml' .* `headers` of the campaign"),
        (Smtp, FileOptions("gzip", ("points",)), r"(?s)--compression isn't for 'smtp'.*--pass-through isn't for 'smtp'"),
    ],
    ids=str,
)
def test_an_option_that_doesnt_apply_is_told(deliverer, options, told):
    with pytest.raises(MailweaveError, match=told) as error:
        deliverer().configured(options)
    assert all(problem.remedy for problem in error.value.problems)


@pytest.mark.deep
def test_a_cell_that_isnt_of_its_type_rejects_its_message(shop):
    (shop.root / "p.csv").write_text("id,email,points\n1,a@test.example,5\n2,b@test.example,x\n3,c@test.example,\n")
    summary = shop.call("--profiles", "p.csv", "--to", "out", "--at", AT, "--jobs", 1, "--pass-through", "points:integer", status=1)
    assert "p.csv:3:1: --pass-through: column 'points' holds 'x', which isn't a whole number – correct it" in summary.err
    assert duckdb.sql("select id, points from 'out/messages/*.parquet' order by row").fetchall() == [("1", 5), ("3", None)]
