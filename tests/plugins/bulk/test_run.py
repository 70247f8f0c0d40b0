"""Whole runs, each as a process of its own, with worker processes."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace
from email import message_from_bytes
from importlib.metadata import version

import duckdb
import pytest

from mailweave.profiles import Profile
from mailweave.testing import AT as MOMENT
from mailweave_plugins.bulk.manifest import Manifest

from .conftest import AT, customers, lines, write_profiles

NDJSON = ["--to", "out", "--as", "ndjson", "--at", AT]


def test_every_message_is_what_render_gives(shop, mailweave_engine):
    write_profiles(shop.root / "p.ndjson", customers(120))
    summary = shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 2)
    workspace = mailweave_engine.open(shop.root)
    expected = {row["id"]: mailweave_engine.render(workspace, "hello", Profile.from_data(row, row["id"]), MOMENT) for row in customers(120)}
    assert {row["id"]: (row["subject"], row["html"], row["text"], row["email"]) for row in shop.messages()} == {
        name: (message.subject, message.html, message.text, message.to_email) for name, message in expected.items()
    }
    assert [(row["row"], row["id"], row["outcome"]) for row in shop.ledger()] == [(index, f"p-{index}", "written") for index in range(120)]
    assert {row["id"]: row["hash"] for row in shop.ledger()} == {name: message.hash for name, message in expected.items()}
    assert shop.ledger()[0]["choice"] == {"note": "note / other"}
    assert (summary.done, summary.outcomes, summary.choices) == (120, {"written": 120}, {"note": {"note / default": 80, "note / other": 40}})
    assert not list(shop.out.rglob("*.part"))


def test_values_stay_in_their_places(shop):
    """Each next customer has the last one's odd value in another place."""
    alts = '<img src="a.png" alt="{{ customer.home }}"><img src="b.png" alt="{{ customer.work }}">'
    (shop.root / "content_blocks/note/default.mjml").write_text(f"<mj-section><mj-column><mj-text>{alts}</mj-text></mj-column></mj-section>")
    towns = ["Burlington", "Oslo", "Bur\u2028lington", "\u200b", "Bergen"]
    pairs = [(home, work) for home in towns for work in towns if home != work] * 2
    write_profiles(shop.root / "p.ndjson", [{"id": f"p-{index}", "home": home, "work": work} for index, (home, work) in enumerate(pairs)])
    shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1)
    found = [tuple(tag.partition('"')[0] for tag in row["html"].split('alt="')[1:]) for row in shop.messages()]
    assert found == pairs


def test_a_query_to_parquet_with_mapped_columns(shop):
    with duckdb.connect("shop.duckdb") as database:
        database.execute("create table people as select range as no, 'u' || range || '@test.example' as mail, range % 2 = 0 as gold from range(60)")
    words = ["--profiles", "select * from people where no >= 10 order by no", "--database", "shop.duckdb", "--to", "out", "--at", AT, "--jobs", 1]
    shop.call(*words, "--map", "id=no", "--map", "email=mail", "--map", "vip=gold", "--limit", 40)
    found = duckdb.sql("select id, email, html like '%Good day%' from 'out/messages/*.parquet' order by id").fetchall()
    assert found == [(str(number), f"u{number}@test.example", number % 2 == 0) for number in range(10, 50)]
    # The database may change meanwhile: the run keeps who was chosen when it began.
    with duckdb.connect("shop.duckdb") as database:
        database.execute("delete from people")
    assert shop.call(*words, "--map", "id=no", "--map", "email=mail", "--map", "vip=gold", "--limit", 40).before == 40


def test_a_limit_takes_the_first(shop):
    write_profiles(shop.root / "p.ndjson", customers(100))
    assert shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1, "--limit", 70, "--part-size", 30).done == 70
    assert [row["id"] for row in shop.messages()] == [f"p-{number}" for number in range(70)]


def test_eml_files_can_be_read(shop):
    rows = [{"id": "a/b", "email": "ann@test.example", "first_name": "Ann"}, {"id": "c", "first_name": "Bob"}]
    write_profiles(shop.root / "p.ndjson", rows)
    summary = shop.call("--profiles", "p.ndjson", "--to", "out", "--as", "eml", "--jobs", 1, status=1)
    (path,) = shop.out.glob("messages/*/*.eml")
    assert path.name == "00000000-a%2Fb.eml"
    assert message_from_bytes(path.read_bytes())["To"] == "Ann <ann@test.example>"
    assert summary.reasons["no-email"]["count"] == 1


def test_what_cant_be_built_is_listed_and_the_others_are_written(shop):
    rows = customers(60)
    rows[3]["email"] = "nonsense"
    rows[5] = {"first_name": "Nobody"}
    rows[7]["id"] = "p-50"
    rows[50]["first_name"] = 5
    write_profiles(shop.root / "p.ndjson", rows)
    with (shop.root / "p.ndjson").open("a") as file:
        file.write("{broken\n")
    summary = shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1, status=1)
    rejects = lines(shop.out / "rejects.ndjson")
    assert [(row["row"], row["problems"][0]["code"], row["problems"][0]["path"], row["problems"][0]["line"]) for row in rejects] == [
        (3, "bad-value", "p.ndjson", 4),
        (5, "no-id", "p.ndjson", 6),
        (50, "twice", "p.ndjson", 51),
        (60, "json", "p.ndjson", 61),
    ]
    assert (summary.outcomes, summary.complete) == ({"written": 57, "rejected": 4}, True)
    assert len(shop.messages()) == 57
    assert "1 twice, such as p.ndjson:51:1: the id 'p-50' stands in an earlier row too – make ids unique" in summary.err
    assert shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1, "--max-rejects", "10%").done == 61


def test_a_bad_run_stops_early_and_says_why(shop):
    rows = [{**row, "email": "nonsense"} if index > 50 else row for index, row in enumerate(customers(2000))]
    write_profiles(shop.root / "p.ndjson", rows)
    summary = shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1, "--max-rejects", "1%", "--part-size", 50, status=1)
    assert summary.over_budget
    assert summary.done < 200
    assert "more messages failed than --max-rejects 1% allows (20)" in summary.err
    assert "'nonsense' is no e-mail address" in summary.err
    assert {row["outcome"] for row in lines(shop.out / "rejects.ndjson")} == {"rejected"}


CHANGES = [
    (lambda root: write_profiles(root / "p.ndjson", customers(41)), "content of --profiles has changed"),
    (lambda root: (root / "campaigns/hello.yaml").write_text("subject: Other\nslots: {note: {block: note}}\n"), "campaigns/hello.yaml"),
    (lambda root: (root / "content_blocks/note/more.txt").write_text("x"), "content_blocks/note/more.txt"),
]


def test_it_goes_on_only_as_what_it_began_as(shop):
    write_profiles(shop.root / "p.ndjson", customers(40))
    words = ["--profiles", "p.ndjson", "--to", "out", "--jobs", 1]
    shop.call(*words, "--as", "ndjson")
    # The moment is the first start's, unless it is said.
    shop.call(*words, "--as", "ndjson")
    err = shop.call(*words, "--as", "eml", "--at", AT, "--limit", 3, status=1).err
    assert "--as, --at, --limit have changed since the run in" in err
    assert "begin another run in another folder" in err
    for change, named in CHANGES:
        change(shop.root)
        assert named in shop.call(*words, "--as", "ndjson", status=1).err
    (shop.root / "content_blocks/note/more.txt").unlink()


def test_connected_content_is_that_of_the_first_start(shop):
    with (shop.root / "mailweave.yaml").open("a") as file:
        file.write("sources: {news: {file: {path: data/news.yaml}}}\n")
    (shop.root / "data").mkdir()
    (shop.root / "data/news.yaml").write_text("title: First\n")
    (shop.root / "campaigns/hello.yaml").write_text("subject: '{{ news.title }}'\nslots: {note: {block: note}}\n")
    write_profiles(shop.root / "p.ndjson", customers(100))
    shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1)
    (shop.root / "data/news.yaml").write_text("title: Second\n")
    for path in [*shop.out.glob("parts/*0.json")]:
        path.unlink()
    shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1)
    assert [row["subject"] for row in shop.messages()] == ["First"] * 100


def test_a_dry_run_only_counts(shop):
    write_profiles(shop.root / "p.ndjson", customers(90))
    summary = shop.call("--profiles", "p.ndjson", "--dry-run", "--jobs", 1)
    assert summary.choices == {"note": {"note / default": 60, "note / other": 30}}
    assert (summary.outcomes, summary.folder) == ({"chosen": 90}, None)
    assert not shop.out.exists()


def test_ctrl_c_loses_nothing(shop):
    write_profiles(shop.root / "p.ndjson", customers(4000))
    process = shop.start("--profiles", "p.ndjson", *NDJSON, "--jobs", 2, "--part-size", 50)
    while len(list(shop.out.glob("parts/*.json"))) < 2:
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, err = process.communicate(timeout=200)
    assert process.returncode == 130, said + err
    done = len(list(shop.out.glob("parts/*.json"))) * 50
    assert f"stopped: {done:,} of 4,000 messages are done and stay so" in err
    assert "to go on: mailweave run hello --profiles p.ndjson" in err
    assert not list(shop.out.rglob("*.part"))


WRONG = [
    (["--profiles", "p.ndjson"], 2, "say where to with --to FOLDER"),
    (["--profiles", "p.ndjson", "--to", "smtp://localhost:1"], 2, "--ledger FOLDER"),
    (["--profiles", "p.ndjson", "--to", "out", "--max-rejects", "few"], 2, "neither a count nor a share"),
    (["--profiles", "p.ndjson", "--to", "out", "--verify", "few"], 2, "Invalid value for '--verify': 'few' is neither a count nor a share; write 100 or 0.1%"),
    (["--profiles", "p.ndjson", "--to", "out", "--verify", "101%"], 2, "neither a count nor a share"),
    (["--profiles", "p.ndjson", "--to", "out", "--verify", "-1"], 2, "neither a count nor a share"),
    (["--profiles", "p.ndjson", "--to", "out", "--map", "id"], 2, "is no mapping"),
    (["--profiles", "p.xlsx", "--to", "out"], 1, "no reader takes 'p.xlsx' – name a file that ends in .csv"),
    (["--profiles", "none.csv", "--to", "out"], 1, "'none.csv' can't be read"),
    (["--profiles", "p.ndjson", "--to", "out", "--as", "parket"], 1, "there is no deliverer 'parket' – did you mean 'parquet'?"),
    (["--profiles", "p.ndjson", "--to", "smpt://x", "--ledger", "out"], 1, "nothing delivers to smpt:// – did you mean 'smtp'?"),
    (["--profiles", "p.ndjson", "--to", "campaigns"], 1, "holds hello.yaml, and no run"),
    (["--profiles", "empty.ndjson", "--to", "out"], 1, "there are no profiles"),
    (["--profiles", "p.csv", "--to", "out", "--map", "id=nmuber"], 1, "did you mean 'number'?"),
    (["--profiles", "p.csv", "--to", "out"], 1, "neither a column id nor a column email – name the one that tells people apart: --map id=COLUMN; there are number"),
    (["--profiles", "select * from nobody", "--to", "out"], 1, "--profiles: DuckDB says: Catalog Error: Table with name nobody does not exist!"),
]


@pytest.mark.parametrize(("words", "status", "what"), WRONG, ids=[" ".join(words) for words, _, _ in WRONG])
def test_wrong_words_are_told(shop, capsys, words, status, what):
    from mailweave.cli import run

    write_profiles(shop.root / "p.ndjson", customers(1))
    (shop.root / "p.csv").write_text("number\n1\n")
    (shop.root / "empty.ndjson").write_text("\n")
    assert run(["run", "hello", *words]) == status
    assert what in " ".join(capsys.readouterr().err.split())


def test_two_runs_dont_share_a_folder(shop):
    from filelock import FileLock

    write_profiles(shop.root / "p.ndjson", customers(1))
    (shop.out / ".run").mkdir(parents=True)
    with FileLock(shop.out / ".run" / "lock"):
        assert "another run is at work" in shop.call("--profiles", "p.ndjson", *NDJSON, status=1).err


def test_the_manifest_holds_the_run(shop):
    write_profiles(shop.root / "p.ndjson", customers(3))
    shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1)
    manifest = json.loads((shop.out / "manifest.json").read_text())
    assert (manifest["campaign"], manifest["at"], sum(part[4] for part in manifest["parts"])) == ("hello", "2026-11-23T10:00:00+00:00", 3)
    assert {"content of --profiles", "mailweave.yaml", "campaigns/hello.yaml", "content_blocks/note/default.mjml", "version of mailweave"} <= manifest["inputs"].keys()
    assert manifest["inputs"]["version of tzdata"] == version("tzdata")


def test_a_run_with_other_time_zones_or_other_code_is_refused(shop):
    write_profiles(shop.root / "p.ndjson", customers(3))
    shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1)
    manifest = Manifest.read(shop.out / "manifest.json")
    for name in ("version of tzdata", "code of mailweave"):
        replace(manifest, inputs={**manifest.inputs, name: "2020.1"}).write(shop.out / "manifest.json")
        assert f"{name} has changed since the run" in shop.call("--profiles", "p.ndjson", *NDJSON, "--jobs", 1, status=1).err
