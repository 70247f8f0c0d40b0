"""Every reader: parts of any size give all rows, in order, each once; a row that can't be read doesn't stop the others."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave_plugins.readers.csv import Csv
from mailweave_plugins.readers.ndjson import Ndjson
from mailweave_plugins.readers.parquet import Parquet
from mailweave_plugins.readers.query import Query

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
ROWS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 999).map(str), "note": TEXT}), min_size=1, max_size=12)
SIZES = st.integers(1, 13)
FEW = settings(max_examples=40, deadline=None)


def everything(reader, path, size):
    parts = list(reader.split(path, size))
    read = [list(reader.read(path, part)) for part in parts]
    assert [len(rows) for rows in read] == [part.rows for part in parts]
    assert [part.row for part in parts] == [sum(part.rows for part in parts[:index]) for index in range(len(parts))]
    assert all(part.rows == size for part in parts[:-1])
    return [row for rows in read for row in rows]


def write_csv(path, rows, **options):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], **options)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())


@FEW
@given(ROWS, SIZES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_csv_in_parts_is_the_whole(tmp_path_factory, rows, size, end, quoted):
    path = tmp_path_factory.mktemp("csv") / "p.csv"
    # A carriage return alone is no line end here; csv.reader says so.
    rows = [{**row, "note": row["note"].replace("\r", "")} for row in rows]
    write_csv(path, rows, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    assert [row.columns for row in everything(Csv(), path, size)] == rows


@FEW
@given(ROWS, SIZES, st.booleans())
def test_ndjson_in_parts_is_the_whole(tmp_path_factory, rows, size, blank):
    path = tmp_path_factory.mktemp("ndjson") / "p.ndjson"
    path.write_text(("\n\n" if blank else "\n").join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    read = everything(Ndjson(), path, size)
    assert [row.columns for row in read] == rows
    assert [row.line for row in read] == [1 + index * (1 + blank) for index in range(len(rows))]


@FEW
@given(ROWS, SIZES, st.integers(1, 5))
def test_parquet_in_parts_is_the_whole(tmp_path_factory, rows, size, group):
    path = tmp_path_factory.mktemp("parquet") / "p.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=group)
    assert [row.columns for row in everything(Parquet(), path, size)] == rows


@pytest.mark.parametrize("only", [set(), {"id"}, {"id", "a.b"}, {"none"}])
def test_parquet_reads_only_the_columns_that_are_wanted(tmp_path, only):
    rows = [{"id": number, "a.b": str(number), "a": {"b": number}} for number in range(5)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "p.parquet")
    (part,) = Parquet().split(tmp_path / "p.parquet", 5)
    read = [row.columns for row in Parquet().read(tmp_path / "p.parquet", part, only)]
    assert [{key: row[key] for key in only & {"id", "a.b"}} for row in read] == [{key: row[key] for key in only & {"id", "a.b"}} for row in rows]


def test_parquet_with_large_groups_is_copied_into_small_ones(tmp_path):
    rows = [{"id": str(number), "orders": [{"total": number}]} for number in range(9000)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "p.parquet")
    path = Parquet().prepare(str(tmp_path / "p.parquet"), tmp_path / "own", None)
    assert path == tmp_path / "own" / "profiles.parquet"
    assert pyarrow.parquet.ParquetFile(path).metadata.num_row_groups == 5
    assert [row.columns for row in everything(Parquet(), path, 4000)] == rows


def test_a_query_reads_a_database_with_nested_and_json_columns(tmp_path):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as shop:
        shop.execute("create table customers (id integer, born date, seen timestamptz, paid decimal(9, 2), tags varchar[], place struct(city varchar), more json)")
        values = (7, date(1992, 2, 29), datetime(2026, 11, 1, 9, tzinfo=UTC), Decimal("12.50"), ["a", "b"], {"city": "Oslo"}, '{"points": [1, 2]}')
        shop.execute("insert into customers values (?, ?, ?, ?, ?, ?, ?), (8, null, null, null, null, null, null)", values)
    (tmp_path / "q.sql").write_text("-- who\nselect * from customers order by id;\n")
    path = Query().prepare(str(tmp_path / "q.sql"), tmp_path / "own", tmp_path / "shop.duckdb")
    first, second = everything(Query(), path, 1)
    assert first.columns == dict(zip(("id", "born", "seen", "paid", "tags", "place", "more"), (*values[:6], {"points": [1, 2]}), strict=True))
    assert second.columns == {"id": 8, **dict.fromkeys(("born", "seen", "paid", "tags", "place", "more"))}


@pytest.mark.parametrize(("source", "reader"), [("a.csv", Csv), ("a.NDJSON", Ndjson), ("a.jsonl", Ndjson), ("a.parquet", Parquet), ("a.sql", Query), ("select 1", Query), ("-- x\nWITH a as (select 1) from a", Query), ("from 'a.parquet'", Query)])
def test_each_source_has_one_reader(source, reader):
    assert [kind for kind in (Csv, Ndjson, Parquet, Query) if kind().takes(source)] == [reader]


BROKEN_ROWS = [
    (Csv, b'id,note\n1,a\n2,b,c\n3,d\n', 3, "this row has 3 cells, the first line has 2"),
    (Csv, b'id,note\n1,a\n2,\xff\n3,d\n', 3, "the row isn't UTF-8 text"),
    (Csv, b'id,note\n1,a\n2,"b"c\n3,d\n', 3, "this is no CSV: ',' expected after '\"'"),
    (Ndjson, b'{"id": 1}\n{"id": 2,}\n{"id": 3}\n', 2, "this is no JSON"),
    (Ndjson, b'{"id": 1}\n{"id": 2, "id": 3}\n{"id": 3}\n', 2, "an object in this JSON has 'id' twice"),
    (Ndjson, b'{"id": 1}\n[2]\n{"id": 3}\n', 2, "a profile must be a JSON object"),
    (Ndjson, b'{"id": 1}\n{"id": NaN}\n{"id": 3}\n', 2, "this is no JSON: NaN"),
    (Ndjson, b'{"id": 1}\n"\xff"\n{"id": 3}\n', 2, "the line isn't UTF-8 text"),
]


@pytest.mark.parametrize(("reader", "content", "line", "what"), BROKEN_ROWS)
def test_a_broken_row_has_its_place_and_the_others_are_read(tmp_path, reader, content, line, what):
    path = tmp_path / "p.txt"
    path.write_bytes(content)
    first, broken, last = everything(reader(), path, 2)
    assert (first.problem, last.problem) == (None, None)
    assert broken.problem.what.startswith(what)
    assert (broken.problem.place.path, broken.problem.place.line) == ("p.txt", line)


BROKEN_FILES = [
    (Csv, b"", "p.txt:1:1: the file has no first line"),
    (Csv, b"id;note\n1;a\n", "the columns are divided by ';'"),
    (Csv, b"id,id\n1,2\n", "the column 'id' stands here twice"),
    (Csv, b"id,\n1,2\n", "column 2 has no name"),
    (Csv, b'id,note\n1,"a\n2,b\n', "p.txt:2:3: this row has a quote that isn't closed"),
    (Parquet, b"PAR1nonsense", "this is no Parquet file"),
]


@pytest.mark.parametrize(("reader", "content", "what"), BROKEN_FILES)
def test_a_broken_file_is_refused_as_a_whole(tmp_path, reader, content, what):
    path = tmp_path / "p.txt"
    path.write_bytes(content)
    with pytest.raises(MailweaveError, match=what.replace("'", ".").replace(".", "[.]", 0)):
        list(reader().split(path, 2))


@pytest.mark.parametrize(("query", "what"), [("select * from nobody", "nobody does not exist"), ("select", "syntax error|SELECT clause"), ("drop table x", "can.t be read")])
def test_a_wrong_query_is_told(tmp_path, query, what):
    with pytest.raises(MailweaveError, match=what):
        Query().prepare(query, tmp_path, None)


def test_csv_may_start_with_a_byte_order_mark(tmp_path):
    (tmp_path / "p.csv").write_bytes(b"\xef\xbb\xbfid,note\n1,a\n")
    assert [row.columns for row in everything(Csv(), tmp_path / "p.csv", 5)] == [{"id": "1", "note": "a"}]
