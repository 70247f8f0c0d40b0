"""Who watches a run is told what happens, as docs/watching-runs.md says it."""

from __future__ import annotations

import io
import json
import logging
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mailweave import MailweaveError, Place, Problem
from mailweave.cli import run
from mailweave.deliverers import AwayError
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.crew import Death
from mailweave_plugins.bulk.orders import Done, Order
from mailweave_plugins.bulk.position import PositionFile
from mailweave_plugins.bulk.sight import hooks
from mailweave_plugins.bulk.sight.connecting import Lines
from mailweave_plugins.bulk.sight.follow import Follower
from mailweave_plugins.bulk.sight.names import EVENTS
from mailweave_plugins.bulk.sight.observers.logged import Logged
from mailweave_plugins.bulk.sight.observers.prometheus import METRICS, PrometheusFile
from mailweave_plugins.bulk.sight.starts import read_start
from mailweave_plugins.bulk.sight.teller import Teller, events_folder
from mailweave_plugins.bulk.sight.watching import Event, Sight
from mailweave_plugins.bulk.sight.watching import watched as watched_start

from .conftest import AT, CAMPAIGN, customers, write_profiles
from .rude_server import Rude
from .watched import RUN, Hooked, entries, make_run, table

DOCS = (Path(__file__).parents[3] / "docs" / "watching-runs.md").read_text()
SAYS = {"RCPT u3": "550 5.1.1 <u3@test.example>: nobody", "RCPT u4": "450 4.2.1 not now", "text u5": "+drop"}
# What a command hook does with the JSON that it gets.
WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"


def call(*words):
    """The command's exit status, standard output and standard error."""
    said, err = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(err):
        status = run(list(map(str, words)))
    return status, said.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    root = tmp_path_factory.mktemp("watched")
    write_files(root, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    return root


@pytest.fixture(scope="module")
def watched(shop):
    """A run that meets faults, watched in every way: `events`, `metrics`, `posted`, `ran` (the payloads), `state`, `out` and `port`."""
    rows = [*customers(8), {"id": "bad", "email": "nobody at all"}]
    profiles, out = write_profiles(shop / "p.ndjson", rows), shop / "sent"
    metrics, ran = shop / "run.prom", shop / "ran.json"
    with Rude(SAYS).up() as server, Hooked([500, 204]).up() as hook, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks, "PAUSES", (0, 0))
        patch.setenv(hooks.AUTHORIZATION, "Bearer secret")
        words = ["run", "hello", "-w", shop, "--profiles", profiles, "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", out, "--at", AT, "--jobs", 1]
        hooked = ["--on-failure", f"{hook.url}?key=secret", "--on-end", f"{sys.executable} -c '{WRITE}' {ran}"]
        status, said, err = call(*words, "--log", "json", "--quiet", "--metrics", metrics, *hooked)
    assert (status, said) == (1, ""), err
    state = json.loads(call("runs", out, "--json")[1])
    events = [json.loads(line) for line in err.splitlines()]
    return SimpleNamespace(events=events, metrics=metrics.read_text(), posted=hook.got, ran=json.loads(ran.read_text()), state=state[0], out=out, port=server.port)


def test_every_failure_is_an_event(watched):
    failures = {event["id"]: (event["event"], event["level"], event.get("reason"), event.get("answer")) for event in watched.events if event["event"].startswith("message-")}
    assert failures == {
        "p-3": ("message-refused", "warning", "550 5.1.1", "550 5.1.1 <address>: nobody"),
        "p-4": ("message-deferred", "warning", "450 4.2.1", "450 4.2.1 not now"),
        "p-5": ("message-in-doubt", "warning", "in doubt", "the connection broke at text: Connection unexpectedly closed"),
        "bad": ("message-rejected", "warning", "bad-value", None),
    }
    names = [event["event"] for event in watched.events]
    assert (names[:2], names[-1], names.count("part-done")) == (["run-preparing", "run-began"], "run-ended", 1)
    assert {"part-began", "connection-opened"} <= set(names)
    assert [event["place"] for event in watched.events if event.get("id") == "bad"] == ["p.ndjson:9:1"]


def test_lines_have_the_documented_keys_and_no_address(watched):
    documented = table(DOCS, "## Events") | table(DOCS, "## Hooks")
    for event in watched.events:
        assert list(event)[:4] == ["time", "level", "event", "message"]
        assert event["time"].endswith("Z")
        assert EVENTS[event["event"]][1] == event["message"]
        assert all(key in documented or f"`{key}`" in DOCS for key in event), event
        assert "@" not in json.dumps(event)


def test_the_end_is_told_to_all_alike(watched):
    last = watched.events[-1]
    assert (last["exit_code"], last["level"], last["how"], last["done"], last["sent"]) == (1, "error", "complete", 9, 5)
    outcomes = {"sent": 5, "rejected": 1, "refused": 1, "deferred": 1, "in doubt": 1}
    assert last["outcomes"] == watched.ran["outcomes"] == watched.state["outcomes"] == outcomes
    # The first POST was answered with 500.
    (path, headers, first), (_, _, posted) = watched.posted
    assert first == posted == watched.ran
    assert (path, headers["Authorization"], headers["Content-Type"]) == ("/hook?key=secret", "Bearer secret", "application/json")
    assert (posted["version"], posted["event"], posted["folder"], posted["exit_code"]) == (1, "run-ended", str(watched.out), 1)
    assert set(posted) == table(DOCS, "## Hooks")
    for path in watched.out.rglob("*"):
        assert path.is_dir() or b"key=secret" not in path.read_bytes(), path


def test_metrics_can_be_read(watched):
    families = {family.name: family for family in text_string_to_metric_families(watched.metrics)}
    assert families.keys() <= METRICS.keys()
    assert METRICS.keys() == {name for name in table(DOCS, "## Prometheus") if name.startswith("mailweave_")}
    assert METRICS.keys() - families.keys() == {"mailweave_run_last_success_timestamp_seconds"}

    def values(name, label):
        return {sample.labels[label]: sample.value for sample in families[name].samples if sample.value}

    assert values("mailweave_run_messages", "outcome") == {"sent": 5, "rejected": 1, "refused": 1, "deferred": 1, "in doubt": 1}
    assert values("mailweave_run_failures", "reason") == {"550 5.1.1": 1, "450 4.2.1": 1, "in doubt": 1, "bad-value": 1}
    [active], [status] = (families[f"mailweave_run_{name}"].samples for name in ("active", "exit_code"))
    assert (active.value, status.value, status.labels) == (0, 1, {"campaign": "hello"})
    assert not list(watched.out.parent.glob("run.prom.*"))


def test_the_state_has_what_the_page_shows(watched):
    state = watched.state
    assert set(state) == table(DOCS, "## How far it is") - {"preparing", "running", "finished", "waiting", "stopped", "damaged"}
    assert (state["status"], state["how"], state["deferred_by_domain"]) == ("waiting", "complete", {"test.example": 1})
    reasons = {reason["reason"]: (reason["outcome"], reason["count"]) for reason in state["reasons"]}
    assert reasons == {"550 5.1.1": ("refused", 1), "450 4.2.1": ("deferred", 1), "in doubt": ("in doubt", 1), "bad-value": ("rejected", 1)}
    assert state["lists"] == ["deferred.ndjson", "in_doubt.ndjson", "rejects.ndjson"]


def test_a_start_that_goes_on_tells_only_what_is_new(shop, watched):
    with Rude(port=watched.port).up() as server:
        words = ["run", "hello", "-w", shop, "--profiles", shop / "p.ndjson", "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", watched.out, "--at", AT, "--jobs", 1]
        status, said, err = call(*words, "--log", "json", "--format", "json", "--in-doubt", "resend", "--max-rejects", 2)
    summary, events = json.loads(said), [json.loads(line) for line in err.splitlines()]
    assert (status, sorted(server.kept)) == (0, ["u4@test.example", "u5@test.example"])
    assert (summary["before"], summary["done"], summary["sent"]) == (7, 9, 7)
    assert [event for event in events if event["event"].startswith("message-")] == []
    assert (events[0]["before"], events[-1]["level"], events[-1]["exit_code"]) == (7, "info", 0)


def test_an_error_before_it_began_is_told_of(shop, tmp_path):
    with Hooked().up() as hook:
        words = ["--profiles", shop / "nothing.ndjson", "--to", tmp_path / "out", "--log", "json", "--on-failure", hook.url, "--metrics", tmp_path / "a.prom"]
        broken = tmp_path / "broken"
        write_files(broken, {**MINIMAL, "mailweave.yaml": "nme: x\n"})
        assert call("run", "hello", "-w", broken, *words)[0] == 1
        assert call("run", "helo", "-w", shop, *words)[0] == 1
        assert call("run", "hello", "-w", shop, *words, "--no-such-option")[0] == 2
        status, said, err = call("run", "hello", "-w", shop, *words, "--jobs", "none")
    assert (status, said) == (2, "")
    [problem, ended] = [json.loads(line) for line in err.splitlines()]
    assert (problem["event"], problem["reason"], ended["event"], ended["exit_code"], ended["how"]) == ("problem", "usage", "run-ended", 2, "usage")
    told = [(payload["exit_code"], payload["how"], payload["problems"][0]["code"]) for _, _, payload in hook.got]
    assert told == [(1, "error", "unknown-key"), (1, "error", "unknown-campaign"), *[(2, "usage", "usage")] * 2]
    assert {(payload["campaign"], payload["folder"]) for _, _, payload in hook.got} == {("hello", str(tmp_path / "out")), ("helo", str(tmp_path / "out"))}
    assert 'mailweave_run_exit_code{campaign="hello"} 2' in (tmp_path / "a.prom").read_text()


def test_quiet_prints_errors_and_nothing_else(shop, tmp_path):
    status, said, err = call("run", "hello", "-w", shop, "--profiles", shop / "p.ndjson", "--to", tmp_path / "out", "--as", "ndjson", "--quiet", "--max-rejects", 1, "--jobs", 1)
    assert (status, said, err) == (0, "", "")
    status, said, err = call("run", "hello", "-w", shop, "--profiles", shop / "p.ndjson", "--to", tmp_path / "out", "--as", "eml", "--quiet")
    assert (status, said) == (1, "")
    assert "--as" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on-failure", "ftp://x.example"], "ftp:// can't be called; write https:// or http://"),
        (["--on-failure", "https://me:secret@x.example/"], "put an Authorization header into MAILWEAVE_HOOK_AUTHORIZATION"),
        (["--on-end", "https:///path"], "the URL names no host"),
        (["--on-end", "no-such-command --now"], "there is no command 'no-such-command'"),
        (["--on-end", "'"], "put quotes in pairs"),
        (["--metrics", "run.txt"], "doesn't end in .prom"),
        (["--metrics", "no/such/folder/run.prom"], "there is no folder 'no/such/folder'"),
        (["--log", "xml"], "'xml' is not one of"),
    ],
)
def test_a_wrong_option_is_said(shop, words, said):
    status, _, err = call("run", "hello", "-w", shop, "--profiles", "p.ndjson", "--to", "out", *words)
    assert status == 2
    assert said in " ".join(err.split())


def test_a_hook_may_stand_in_the_environment(shop, monkeypatch):
    with Hooked().up() as hook:
        monkeypatch.setenv("MAILWEAVE_ON_FAILURE", hook.url)
        assert call("run", "helo", "-w", shop, "--profiles", "p.ndjson", "--to", "out")[0] == 1
        monkeypatch.setenv("MAILWEAVE_ON_FAILURE", "no-such-command")
        assert "it stands in MAILWEAVE_ON_FAILURE" in call("run", "helo", "-w", shop, "--profiles", "p.ndjson", "--to", "out")[2]
    assert len(hook.got) == 1


def test_a_hook_that_fails_is_a_warning(shop, monkeypatch):
    monkeypatch.setattr(hooks, "PAUSES", (0, 0))
    fails = f"{sys.executable} -c 'import sys; print(\"no pager\", file=sys.stderr); sys.exit(3)'"
    with Hooked([503]).up() as hook:
        words = ["--profiles", "p.ndjson", "--to", "out", "--on-failure", hook.url, "--on-failure", fails]
        status, _, err = call("run", "helo", "-w", shop, *words)
        assert status == 1
        assert "failed: it answered 503" in err
        assert "failed: it ended with status 3: no pager" in err
        assert "/hook" not in err
        lines = [json.loads(line) for line in call("run", "helo", "-w", shop, *words, "--log", "json")[2].splitlines()]
        assert [line["event"] for line in lines] == ["problem", "run-ended", "hook-failed", "hook-failed"]
    assert len(hook.got) == 6


@pytest.mark.parametrize(("answer", "tries"), [(404, 1), (302, 1), (429, 3), (200, 1)])
def test_a_post_is_tried_again_when_that_may_help(monkeypatch, answer, tries):
    monkeypatch.setattr(hooks, "PAUSES", (0, 0))
    said = []
    with Hooked([answer]).up() as hook:
        hooks.call(hook.url, {}, lambda *words: said.append(words))
    assert (len(hook.got), len(said)) == (tries, answer != 200)


def test_secrets_stay_where_they_are(monkeypatch, tmp_path):
    monkeypatch.setenv(hooks.AUTHORIZATION, "hush-hush")
    monkeypatch.setenv("MAILWEAVE_SMTP_PASSWORD", "hush-hush")
    said = []
    hooks.call("http://mail.example/", {}, lambda *words: said.append(words))
    assert "only sent to https:// or to this machine" in said[0][0]
    code = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(str(dict(os.environ)))"
    hooks.call(f"{sys.executable} -c '{code}' {tmp_path / 'seen'}", {}, lambda *words: said.append(words))
    assert "hush-hush" not in (tmp_path / "seen").read_text()
    assert len(said) == 1


def ended(status, at=100.0):
    return Event("run-ended", at, {"exit_code": status, "seconds": 1.0, "campaign": "a"})


def test_the_last_success_is_kept(tmp_path):
    path, name = tmp_path / "a.prom", 'a "b"\\c\nd'
    success = "mailweave_run_last_success_timestamp_seconds"

    def written(status, at):
        PrometheusFile(path, name, pytest.fail).event(ended(status, at))
        [family] = [family for family in text_string_to_metric_families(path.read_text()) if family.name == success] or [None]
        return family and {sample.labels["campaign"]: sample.value for sample in family.samples}

    assert written(1, 50.0) is None
    assert written(0, 100.5) == {name: 100.5}
    assert written(130, 200.0) == {name: 100.5}
    assert written(0, 300.0) == {name: 300.0}


def test_metrics_that_cannot_be_written_are_a_warning(tmp_path):
    said = []
    file = PrometheusFile(tmp_path / "gone" / "a.prom", "a", lambda *words: said.append(words))
    file.event(ended(0))
    file.event(ended(0))
    assert [what.partition(":")[0] for what, _ in said] == ["the metrics can't be written"]


def test_only_whole_lines_of_ours_are_followed(tmp_path):
    follower = Follower(tmp_path)
    assert list(follower.new()) == []
    teller = Teller(tmp_path, "0" * 32, 3, events=True)
    teller.event("part-began", rows=5)
    path = next(events_folder(tmp_path).iterdir())
    good = path.read_bytes()
    bad = [b"[1]\n", b"5\n", b"\xff\n", b'{"at": 1}\n', b'{"at": "x", "event": "part-began"}\n', b'{"at": 1, "event": ["x"]}\n', b'{"at": 1e999, "event": "part-began"}\n', b'{"at": 1, "event": "unheard-of"}\n', b"[" * 9000 + b"\n"]
    path.write_bytes(good + b"".join(bad) + good[:20])
    assert [(name, fields) for _, name, fields in follower.new()] == [("part-began", {"part": 3, "rows": 5})]
    assert list(follower.new()) == []
    path.write_bytes(good + b"".join(bad) + good)
    assert len(list(follower.rest())) == 1
    follower.forget()
    assert not events_folder(tmp_path).exists()


def test_nothing_is_written_for_nobody_and_no_disk_stops_a_run(tmp_path):
    Teller(tmp_path, "0" * 32, 0, events=False).event("part-began")
    assert not events_folder(tmp_path).exists()
    (tmp_path / "file").write_text("")
    teller = Teller(tmp_path / "file", "0" * 32, 0, events=True)
    teller.event("part-began")
    teller.note()
    # What was written of it before the disk said no isn't left either.
    (tmp_path / ".run/seen/00000.json").mkdir(parents=True)
    Teller(tmp_path, "0" * 32, 0, events=False).note()
    assert [path.name for path in (tmp_path / ".run/seen").iterdir()] == ["00000.json"]


class Heard:
    """Keeps what an observer hears."""

    def __init__(self):
        self.events, self.last = [], None

    def event(self, event):
        self.events.append((event.name, dict(event.fields)))

    def progress(self, progress):
        self.last = progress


def test_what_only_the_parent_knows_is_told(tmp_path):
    heard, run = Heard(), make_run(tmp_path / "sent")
    (tmp_path / "sent/.run").mkdir()
    with watched_start(Sight((heard,)), tmp_path / "sent") as watching:
        first = Counts()
        for line in entries(0, ["sent", "deferred", "sent"]):
            first.add(line)
        # The second part was sent in part, and is gone through again.
        watching.begin(run, {}, {1: first}, 2)
        assert (heard.last.done, heard.last.before, heard.last.rate) == (3, 2, heard.last.rate)
        PositionFile(watching.folder, 0).note("sending its message", 2)
        watching.died(Order(watching.folder, RUN, 0), Death("died of SIGKILL"))
        watching.notes([Problem("it is gone", "mend it", Place("a.json", 3), code="damaged", level="warning")])
        watching.tick(Done(0, first))
        watching.tick(Done(1, first, finished=False, different={"row": 4, "id": "p4"}))
        watching.end("incomplete")
    known = {"campaign": "hello", "run": RUN}
    outcomes = {"sent": 2, "deferred": 1}
    assert heard.events[1:] == [
        ("worker-died", {**known, "part": 0, "row": 2, "detail": "died of SIGKILL while sending its message"}),
        ("damage-found", {**known, "reason": "damaged", "detail": "it is gone", "place": "a.json:3:1"}),
        ("part-done", {**known, "part": 0, "outcomes": outcomes}),
        ("difference-found", {**known, "part": 1, "row": 4, "id": "p4"}),
        ("part-stopped", {**known, "part": 1, "outcomes": outcomes}),
    ]
    assert (heard.last.parts_done, heard.last.done, heard.last.tally.outcomes) == (1, 6, {"sent": 4, "deferred": 2})
    assert read_start(tmp_path / "sent").how == "incomplete"


def test_an_end_by_an_error_is_kept(tmp_path):
    (tmp_path / ".run").mkdir()
    for error, how in ((KeyboardInterrupt(), "interrupted"), (MailweaveError(Problem("it is full", "make room")), "error"), (ValueError("x"), "error")):
        with pytest.raises(type(error)), watched_start(Sight(), tmp_path):
            raise error
        assert read_start(tmp_path).how == how
    assert read_start(tmp_path).problems == ()


def test_a_server_that_is_away_is_told_of_once(monkeypatch):
    told = []
    lines = Lines(lambda name, **fields: told.append((name, fields.get("answer"))))
    away = AwayError(Problem("no server, says ann@shop.example"))
    for _ in range(3):
        with pytest.raises(AwayError), ExitStack() as stack, lines.opening(stack):
            raise away
    lines.answered()
    lines.answered()
    with ExitStack() as stack:
        with lines.opening(stack):
            pass
        with pytest.raises(AwayError), lines.opening(stack):
            raise away
        lines.lost(away)
    waiting = ("waiting-for-server", "no server, says <address>")
    assert told == [waiting, ("server-back", None), ("connection-opened", None), ("connection-refused", waiting[1]), waiting]


def test_a_library_logs_to_its_host(caplog):
    caplog.set_level(logging.INFO, "mailweave")
    Sight((Logged(),)).tell("message-deferred", 5.25, part=1, id="x", answer=None)
    [record] = caplog.records
    assert (record.name, record.levelno, record.created) == ("mailweave.run.message", logging.WARNING, 5.25)
    assert record.mailweave == {"event": "message-deferred", "part": 1, "id": "x"}
    assert logging.getLogger("mailweave").handlers == []


def test_every_event_is_documented():
    assert table(DOCS, "## Events") >= EVENTS.keys()
