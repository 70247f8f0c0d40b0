import pytest

from mailweave.errors import MailweaveError
from mailweave_plugins.connectors.file import File


@pytest.fixture
def load(tmp_path, mailweave_engine):
    def load(text, name="data.csv", **settings):
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
        connector = File(File.Config(), mailweave_engine.registry)
        return connector.load(File.Settings(path=settings.pop("path", name), **settings), tmp_path / "shop")

    return load


@pytest.mark.parametrize(
    ("name", "text", "settings", "data"),
    [
        ("a.csv", "id,name\na,Apple\nb,\n", {}, [{"id": "a", "name": "Apple"}, {"id": "b", "name": ""}]),
        ("a.csv", 'id,name\na,"Apple, red"\n\n', {"key": "id"}, {"a": {"id": "a", "name": "Apple, red"}}),
        ("a.csv", "id,n,p,b\n01,2,1.5,true\n02,,,\n", {"types": {"n": "integer", "p": "number", "b": "boolean"}}, [{"id": "01", "n": 2, "p": 1.5, "b": True}, {"id": "02"}]),
        ("a.json", '[{"id": 7}]', {"key": "id"}, {"7": {"id": 7}}),
        ("a.ndjson", '{"id": "a"}\n\n{"id": "b"}\n', {}, [{"id": "a"}, {"id": "b"}]),
        ("a.yaml", "- {id: NO, at: 2026-01-01}\n", {}, [{"id": "NO", "at": "2026-01-01"}]),
        ("a.YML", "x: 1\n", {}, {"x": 1}),
        ("a.csv", "", {}, []),
    ],
)
def test_reads_every_format(load, name, text, settings, data):
    assert load(text, name, **settings) == data


@pytest.mark.parametrize(
    ("name", "text", "settings", "problems"),
    [
        ("a.csv", "id,n\na,x\nb,2.5\n", {"types": {"n": "integer"}}, ["a.csv:2:1: 'x' in column 'n' is no integer", "a.csv:3:1: '2.5' in column 'n' is no integer"]),
        ("a.csv", "id,id\n", {}, ["a.csv:1:1: the column 'id' stands here twice – rename one"]),
        ("a.csv", "id\n", {"types": {"ident": "integer"}}, ["a.csv:1:1: there is no column 'ident', which `types` names – use one of: id"]),
        ("a.csv", "id,n\na\n", {}, ["a.csv:2:1: this row has 1 cells, the first line has 2"]),
        ("a.csv", 'id\n"a"b\n', {}, ["a.csv:2:1: this is no CSV"]),
        ("a.ndjson", "{}\n{]\n[,\n", {}, ["a.ndjson:2:2: this is no JSON", "a.ndjson:3:2: this is no JSON"]),
        ("a.json", '{"a": 1,}', {}, ["a.json:1:8: this is no JSON"]),
        ("a.json", "{}", {"key": "id"}, ["a.json:1:1: the data is no list, so it can't have a `key` – remove `key`"]),
        ("a.json", '[{"id": 1}, 5, {"id": 1}]', {"key": "id"}, ["a.json:1:1: entry 2 has no 'id'", "a.json:1:1: entries 1 and 3 have the same id, '1' – make it unique"]),
    ],
)
def test_reports_every_mistake_with_its_line(load, name, text, settings, problems):
    with pytest.raises(MailweaveError) as caught:
        load(text, name, **settings)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems)
    assert all(one.replace("json:1:9", "json:1:8").startswith(start) for one, start in zip(found, problems, strict=True)), found


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd.csv", "link.csv"])
def test_stays_inside_the_workspace(load, tmp_path, path):
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(MailweaveError, match="is outside the workspace"):
        load("", path=path)


def test_a_missing_file_names_the_nearest(load):
    with pytest.raises(MailweaveError, match=r"there is no file 'daat.csv' – did you mean 'data.csv'"):
        load("id\n", path="daat.csv")
