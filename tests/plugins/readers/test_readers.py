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


PEOPLE = "id,email\n1,ann@shop.example\n2,bob@shop.example\n"
ENCODINGS = [("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE"), ("utf-32-le", "UTF-32LE"), ("utf-32-be", "UTF-32BE"), ("utf-16", "UTF-16"), ("utf-32", "UTF-32")]


@pytest.mark.parametrize(("encoding", "named"), ENCODINGS)
@pytest.mark.parametrize(("reader", "text"), [(Csv, PEOPLE), (Csv, "имя,id\nАнна,1\n"), (Csv, "id\n1\n"), (Ndjson, '{"id": "1", "город": "Осло"}\n')])
def test_another_encoding_is_named_with_its_remedy(tmp_path, reader, text, encoding, named):
    (tmp_path / "p.csv").write_bytes(text.encode(encoding))
    with pytest.raises(MailweaveError, match=rf"p.csv:1:1: the file is {named}, not UTF-8 – save it as UTF-8, with: iconv -f {named} -t UTF-8 p.csv > new-p.csv"):
        list(reader().split(tmp_path / "p.csv", 2))


LINE_ENDS = "p.csv:1:1: lines end in a carriage return .CR. alone here – save it with line ends LF or CRLF"
FILES = [
    (Csv, PEOPLE.replace("\n", "\r"), LINE_ENDS),
    (Csv, "id,email\r1,a\r2,b\n", LINE_ENDS),
    (Csv, 'id,"e\rmail"\r1,a\n', LINE_ENDS),
    (Ndjson, '{"id": "1"}\r{"id": "2"}\r', LINE_ENDS),
    (Csv, "PK\x03\x04", "this isn't text but a ZIP archive, as Excel's workbooks are"),
    (Ndjson, b"\x1f\x8b", "this isn't text but a gzip archive"),
    (Csv, "id\temail\n", "p.csv:1:1: the columns are divided by a tab – save the file with commas"),
    (Csv, "id|email\n", "the columns are divided by '.'"),
    (Csv, " id,email \n", r"the name of column 1, ' id', has blanks around it – write it as 'id'\n.*the name of column 2, 'email ', has"),
    (Csv, "id,id,id,,a\0\n", r"'id' stands here 3 times – rename one\n.*column 4 has no name.*\n.*column 5 holds a NUL character"),
    (Csv, "\n", "p.csv:1:1: the file has no first line"),
    (Csv, '"id\n1,2\n', "p.csv:1:1: this row has a quote that isn't closed"),
    (Csv, '"id"x,b\n1,2\n', "p.csv:1:1: the line of names is no CSV"),
    (Csv, b"id,vorname_\xfc\n1,2\n", "p.csv:1:12: the line of names isn't UTF-8 text: byte 0xFC – .* iconv -f WINDOWS-1252"),
    # The line where the quote begins, not the row's first.
    (Csv, 'id,note\n1,"a\nb","c\n2,d\n', "p.csv:3:4: this row has a quote that isn't closed"),
    (Csv, 'id,note\n1,a\n2,"b ""x"\n3,"c\n', "p.csv:4:3: this row has a quote that isn't closed"),
    # Closed by the next one, it would take in the people between.
    (Csv, 'id,note\n1,"a\n2,b\n3,"c"\n4,d\n', "p.csv:2:1: lines 2 to 4 are one row here, as a quote is open, and it can't be read: this is no CSV"),
    (Csv, 'id,note\n1,"a\n2,b",c\n4,d\n', "p.csv:2:1: lines 2 to 3 are one row here, .* this row has 3 cells, the first line has 2"),
    (Csv, "id," + ",".join(f"c{number}" for number in range(10_000)), "there are 10,001 columns, and a run takes 10,000 at most – leave out those"),
    (Csv, "id,note\n1," + "x" * (16 * 1024 * 1024) + "\n", "p.csv:2:1: this row is longer than 16 MB"),
    (Parquet, "", "the file is empty"),
]


@pytest.mark.parametrize(("reader", "content", "what"), FILES, ids=[what[:60] for _, _, what in FILES])
def test_what_is_wrong_with_a_file_is_said_before_anything_is_read(tmp_path, reader, content, what):
    path = tmp_path / "p.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(MailweaveError, match=what):
        list(reader().split(path, 2))


def test_a_quote_inside_a_cell_opens_nothing(tmp_path):
    (tmp_path / "p.csv").write_text('id,note\n1,5" pipe\n2,6" pipe\n3,"7"" pipe,\n8"" pipe"\n4,a "b"\n')
    assert [row.columns["note"] for row in everything(Csv(), tmp_path / "p.csv", 2)] == ['5" pipe', '6" pipe', '7" pipe,\n8" pipe', 'a "b"']


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('a,"\n\r1')), SIZES)
def test_whatever_a_csv_file_holds_each_line_is_in_a_row_or_in_a_problem(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("csv") / "p.csv"
    path.write_bytes(b"id,note\n" + text.encode())
    try:
        rows = everything(Csv(), path, size)
    except MailweaveError as error:
        assert all(problem.place.path == "p.csv" and problem.remedy for problem in error.problems)
        return
    covered = [row.line + index for row in rows for index in range(1 if row.problem else 1 + "".join(row.columns.values()).count("\n"))]
    blank = {number for number, line in enumerate(path.read_bytes().split(b"\n"), 1) if not line.strip()}
    assert set(covered) | blank >= set(range(2, 2 + text.count("\n") + bool(text.rsplit("\n", 1)[-1].strip())))


def test_a_reader_leaves_the_process_limit_alone(tmp_path):
    (tmp_path / "p.csv").write_text(f"id,note\n1,{'x' * 200_000}\n")
    before = csv.field_size_limit()
    (row,) = everything(Csv(), tmp_path / "p.csv", 2)
    assert (len(row.columns["note"]), csv.field_size_limit()) == (200_000, before)


MORE_ROWS = [
    (Csv, b"id,note\n1,a\n2,b\0c\n3,d\n", 3, "this row holds a NUL character"),
    (Csv, b"id,note\n1,a\n2,b\rc\n3,d\n", 3, "this is no CSV: new-line character seen in unquoted field"),
    (Csv, b"id,note\n1,a\n2,J\xfcrgen\n3,d\n", 3, "the row isn't UTF-8 text: byte 0xFC"),
    (Ndjson, b'{"id": 1}\n{"id": "' + b"x" * 20_000_000 + b'"}\n{"id": 3}\n', 2, "the line is longer than 16 MB"),
    (Ndjson, b'{"id": 1}\n{"id": ' + b"[" * 100_000 + b'}\n{"id": 3}\n', 2, "this JSON is nested too deeply"),
    (Ndjson, b'{"id": 1}\n{"id": ' + b"9" * 6_000 + b'}\n{"id": 3}\n', 2, "a number in this JSON has too many digits"),
    (Ndjson, b'{"id": 1}\n7\n{"id": 3}\n', 2, "a profile must be a JSON object"),
    (Ndjson, b'{"id": 1}\n{"id": "a\0"}\n{"id": 3}\n', 2, "this is no JSON"),
]


@pytest.mark.parametrize(("reader", "content", "line", "what"), MORE_ROWS, ids=[what for *_, what in MORE_ROWS])
def test_a_row_that_is_odd_has_its_place_and_the_others_are_read(tmp_path, reader, content, line, what):
    test_a_broken_row_has_its_place_and_the_others_are_read(tmp_path, reader, content, line, what)


def parquet(path, **columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_values_that_python_doesnt_have_reject_their_row(tmp_path):
    twice = pyarrow.array([[("a", 1)], [("a", 1), ("a", 2)], None], pyarrow.map_(pyarrow.string(), pyarrow.int64()))
    path = parquet(tmp_path / "p.parquet", id=["1", "2", "3"], points=twice)
    rows = everything(Parquet(), path, 2)
    assert [(row.line, bool(row.problem)) for row in rows] == [(1, False), (2, True), (3, False)]
    assert "a value of this row can't be read" in rows[1].problem.what
    path = parquet(tmp_path / "q.parquet", id=["1", "2"], seen=pyarrow.array([0, 10**13], pyarrow.timestamp("s")))
    assert [bool(row.problem) for row in everything(Parquet(), path, 2)] == [False, True]


def test_parquet_that_is_damaged_or_odd_is_told(tmp_path):
    path = parquet(tmp_path / "p.parquet", id=["1", "2"] * 500)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(MailweaveError, match=r"this is no Parquet file, or it was cut off.* – check how it was made; was it copied to its end\?"):
        list(Parquet().split(path, 2))
    path.write_bytes(raw[:10] + bytes(30) + raw[40:])
    with pytest.raises(MailweaveError, match=r"the rows from 1 on can't be read: .* – the file is damaged there"):
        everything(Parquet(), path, 2000)
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array(["1"])] * 2, ["id", "id"]), path)
    with pytest.raises(MailweaveError, match="p.parquet:1:1: the column 'id' stands here twice"):
        Parquet().columns(path)


QUERIES = [
    (b"", "q.sql:1:1: the query is empty – write one that begins with select"),
    (b" ;\n", "the query is empty"),
    (b"select \xff", "q.sql:1:1: the query isn't UTF-8 text: byte 0xFF"),
    (b"select 1; select 2", "DuckDB says: Parser Error"),
    (b"insert into x values (1)", "DuckDB says: Parser Error"),
    (b"select cast('x' as integer) as id", "DuckDB says: Conversion Error.* – correct the query"),
]


@pytest.mark.parametrize(("text", "what"), QUERIES)
def test_a_query_in_a_file_that_fails_is_told(tmp_path, monkeypatch, text, what):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.sql").write_bytes(text)
    with pytest.raises(MailweaveError, match=what):
        Query().prepare("q.sql", tmp_path / "own", None)


def test_a_query_may_end_in_a_comment(tmp_path):
    assert [row.columns for row in everything(Query(), Query().prepare("select 7 as id -- who", tmp_path, None), 2)] == [{"id": 7}]
