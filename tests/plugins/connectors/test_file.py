"""The connector `file`: every format, every mistake with its place, and never a file outside the workspace."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.source import Source
from mailweave_plugins.connectors.csv_file import read_csv
from mailweave_plugins.connectors.file import File
from mailweave_plugins.connectors.json_file import read_json


@pytest.fixture
def load(tmp_path, mailweave_engine):
    def load(text, name="data.csv", **wanted):
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
        connector = File(File.Config(), mailweave_engine.registry)
        return connector.load(File.Settings(path=wanted.pop("path", name), **wanted), tmp_path / "shop")

    return load


TYPES = {"n": "integer", "p": "number", "b": "boolean"}


@pytest.mark.parametrize(
    ("name", "text", "wanted", "data"),
    [
        ("a.csv", "id,name\na,Apple\nb,\n", {}, [{"id": "a", "name": "Apple"}, {"id": "b", "name": ""}]),
        ("a.csv", "\ufeffid,name\r\na,Apple\r\n", {}, [{"id": "a", "name": "Apple"}]),
        ("a.csv", 'id,name\na,"Apple, red"\n\n', {"key": "id"}, {"a": {"id": "a", "name": "Apple, red"}}),
        ("a.csv", "id,n,p,b\n01,2,1.5,true\n02,,,\n", {"types": TYPES}, [{"id": "01", "n": 2, "p": 1.5, "b": True}, {"id": "02"}]),
        ("a.csv", "n,p,b\n -2 , 3 ,FALSE\n", {"types": TYPES}, [{"n": -2, "p": 3.0, "b": False}]),
        ("a.csv", "id\n0\n", {"key": "id", "types": {"id": "integer"}}, {"0": {"id": 0}}),
        ("a.csv", "", {}, []),
        ("a.csv", "id\n", {"key": "id"}, {}),
        ("a.json", '[{"id": 7}]', {"key": "id"}, {"7": {"id": 7}}),
        ("a.json", '{"id": {"x": 7}}', {}, {"id": {"x": 7}}),
        ("a.ndjson", '{"id": "a"}\n\n{"id": "b"}\n', {}, [{"id": "a"}, {"id": "b"}]),
        ("a.ndjson", '{"id": "a\u2028b"}\n', {}, [{"id": "a\u2028b"}]),
        ("a.ndjson", "", {}, []),
        ("a.yaml", "- {id: NO, at: 2026-01-01}\n", {}, [{"id": "NO", "at": "2026-01-01"}]),
        ("a.YML", "x: 1\n", {}, {"x": 1}),
    ],
)
def test_reads_every_format(load, name, text, wanted, data):
    assert load(text, name, **wanted) == data


@pytest.mark.parametrize(
    ("name", "text", "wanted", "problems"),
    [
        ("a.csv", "id,n\na,x\nb,2.5\n", {"types": {"n": "integer"}}, ["2:3: 'x' in column 'n' is no integer – correct it", "3:3: '2.5' in"]),
        ("a.csv", "n\n--5\n1_000\n٣\n", {"types": {"n": "integer"}}, ["2:1: '--5'", "3:1: '1_000'", "4:1: '٣'"]),
        ("a.csv", "p\nnan\n1e999\n1,5\n", {"types": {"p": "number"}}, ["2:1: 'nan'", "3:1: '1e999'", "4:1: this row has 2 cells, the first line has 1"]),
        ("a.csv", "b\nyes\n", {"types": {"b": "boolean"}}, ["2:1: 'yes' in column 'b' is no boolean"]),
        ("a.csv", 'id,n\n"a, ""b""\nc",x\nd,y\n', {"types": {"n": "integer"}}, ["3:4: 'x' in column 'n'", "4:3: 'y' in column 'n'"]),
        ("a.csv", "id,id\n", {}, ["1:4: the column 'id' stands here twice – rename one"]),
        ("a.csv", "id,\na,5\n", {}, ["1:4: column 2 has no name – name it in the first line, or remove the column"]),
        ("a.csv", "id;n\na;5\n", {}, ["1:1: the columns are divided by ';' – save the file with commas"]),
        ("a.csv", "id\tn\na\t5\n", {}, ["1:1: the columns are divided by a tab – save the file with commas"]),
        ("a.csv", "id\n", {"types": {"ident": "integer"}}, ["1:1: there is no column 'ident', which `types` names – use one of: id"]),
        ("a.csv", "id,n\na\n", {}, ["2:1: this row has 1 cell, the first line has 2"]),
        ("a.csv", 'id\n"a"b\n', {}, ["2:1: this is no CSV"]),
        ("a.csv", 'id\n"a\n', {}, ["2:1: this is no CSV"]),
        ("a.csv", "id,n\na,1\n\nb,2\na,3\n,4\n", {"key": "id"}, ["5:1: the id 'a' stands here twice – make it unique; the first is in line 2", "6:1: this entry's 'id' is"]),
        ("a.csv", "id\na\nb\n\nb\n", {"key": "id"}, ["5:1: the id 'b' stands here twice – make it unique; the first is in line 3"]),
        ("a.csv", "id,n\na,1\n", {"key": "ids"}, ["2:1: this entry has no 'ids' – did you mean 'id'?"]),
        ("a.ndjson", "{}\n{]\n[,\n", {}, ["2:2: this is no JSON", "3:2: this is no JSON"]),
        ("a.ndjson", '{"id": 1}\n\n{"id": 1}\n', {"key": "id"}, ["3:1: the id '1' stands here twice – make it unique; the first is in line 1"]),
        ("a.json", '{"a" 1}', {}, ["1:6: this is no JSON: expecting ':' delimiter – check commas, quotes and brackets"]),
        ("a.json", '["NaN", NaN]', {}, ["1:9: this is no JSON: NaN – write null"]),
        ("a.json", '["\\"", -Infinity]', {}, ["1:8: this is no JSON: -Infinity – write null"]),
        ("a.json", '{"a": 1, "a": 2}', {}, ["1:1: an object in this JSON has 'a' twice – remove one"]),
        ("a.json", f"[{'9' * 5000}]", {}, ["1:2: a number in this JSON has too many digits"]),
        ("a.json", "[" * 100_000, {}, ["1:1: this JSON is nested too deeply"]),
        ("a.json", "{}", {"key": "id"}, ["1:1: the data is no list, so it can't have a `key` – remove `key`"]),
        ("a.json", '[{"id": 1}, 5,\n {"id": 1}, {"id": null}, {"id": [1]}]', {"key": "id"}, ["1:13: this entry is no mapping", "2:2: the id '1'", "2:13: this entry's", "2:27: this entry's"]),
        ("a.yaml", "- id: a\n- {id: a}\n- b\n", {"key": "id"}, ["2:3: the id 'a' stands here twice – make it unique; the first is in line 1", "3:3: this entry is no mapping"]),
        ("a.yaml", "a: [\n", {}, ["2:1: this is no YAML"]),
    ],
)  # fmt: skip
def test_reports_every_mistake_with_its_place(load, name, text, wanted, problems):
    with pytest.raises(MailweaveError) as caught:
        load(text, name, **wanted)
    found = [str(problem).removeprefix(f"{name}:") for problem in caught.value.problems]
    assert [one[: len(start)] for one, start in zip(found, problems, strict=True)] == problems


@pytest.mark.parametrize("text", ['{"a": 1,}', '{"a": [1, ]}', "[1,, 2]"])
def test_a_spare_comma_is_to_be_removed(load, text):
    with pytest.raises(MailweaveError, match="this is no JSON.* – remove the comma"):
        load(text, "a.json")


def test_of_very_many_mistakes_it_says_the_first_and_how_many_more(load):
    with pytest.raises(MailweaveError) as caught:
        load("n\n" + "x\n" * 5000, types={"n": "integer"})
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == 21
    assert found[19].startswith("data.csv:21:1: 'x' in")
    assert found[20] == "data.csv:22:1: there are 4980 more problems in this file, from here on – mend those above first"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("../secret.csv", "is outside the workspace"),
        ("a/../../secret.csv", "is outside the workspace"),
        ("/etc/passwd.csv", "is outside the workspace"),
        ("link.csv", "is outside the workspace"),
        ("loop.csv", "loop.csv'"),
        ("a\0.csv", "is not a valid path of a file"),
        ("daat.csv", "there is no file 'daat.csv' – did you mean 'data.csv'"),
        ("dir.csv", "there is no file 'dir.csv'"),
        ("nowhere/data.csv", "there is no file 'nowhere/data.csv' – there is no such folder"),
    ],
)
def test_reads_only_files_of_the_workspace(load, tmp_path, path, what):
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (tmp_path / "shop" / "dir.csv").mkdir(parents=True)
    (tmp_path / "shop" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "shop" / "loop.csv").symlink_to(tmp_path / "shop" / "loop.csv")
    with pytest.raises(MailweaveError, match=what):
        load("id\n1\n", path=path)


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ("{path: data.xlsx}", "'.xlsx' is no format for data – use one of: .csv, .json, .ndjson, .yaml, .yml"),
        ("{path: data}", "'data' is no format for data"),
        ("{path: a.json, types: {n: integer}}", "only a CSV file has `types`"),
        ("{path: data.csv}", "there is no file 'data.csv'"),
    ],
)
def test_wrong_settings_are_told_at_their_place(make_workspace, wanted, what):
    workspace = "name: x\nbrand: {name: x}\nsender: {name: x, email: x@x.example}\nsources:\n  shop: {file: " + wanted + "}\n"
    with pytest.raises(MailweaveError) as caught:
        _ = make_workspace({"mailweave.yaml": workspace}).sources
    (problem,) = caught.value.problems
    assert what in problem.sentence
    assert str(problem).startswith("mailweave.yaml:5:")


# What a cell may hold; a lone carriage return is read as a line end, as in every text file.
TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT, st.integers(-(10**17), 10**17)), max_size=6))
def test_gives_back_what_was_written_as_csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("a", "b", "n"), *rows])
    entries = read_csv(Source("x.csv", text.getvalue()), {"n": "integer"})
    assert [tuple(row.values()) for row in entries.value] == rows


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.recursive(st.none() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=5), min_size=1, max_size=5), indent=st.none() | st.integers(0, 2))
def test_knows_where_every_json_entry_starts(rows, indent):
    text = json.dumps(rows, indent=indent)
    entries = read_json(Source("x.json", text))
    assert [json.JSONDecoder().raw_decode(text, entries.offset_of(index))[0] for index in range(len(rows))] == entries.value == rows
