from .hostile import customers, hostile
from .smtp_server import Mailbox, serve
import time
__all__ = ["hostile"]
NDJSON = ["--to", "out", "--as", "ndjson", "--part-size", 10]

def test_time(hostile):
    t=time.time()
    summary = hostile.go(customers(30, {0: "endless", 14: "asleep"}), *NDJSON, "--jobs", 2, seconds=1)
    found = hostile.rejects()
    for k, v in found.items(): print(k, v["code"], v["path"], v["line"], v["what"], "--", v["remedy"])
    print(summary, time.time()-t)
    t=time.time()
    again = hostile.go(None, *NDJSON, "--jobs", 1)
    print(again, time.time()-t)
    assert 0

def test_smtp(hostile):
    mailbox = Mailbox()
    c = serve(mailbox)
    t=time.time()
    summary = hostile.go(customers(20, {3: "segv", 14: "endless"}), "--to", f"smtp://127.0.0.1:{c.port}", "--ledger", "out", "--part-size", 20, "--jobs", 2, seconds=1)
    found = hostile.rejects()
    for k, v in found.items(): print(k, v["code"], v["path"], v["line"], v["what"], "--", v["remedy"])
    print(summary, time.time()-t)
    print(mailbox.got)
    c.stop()
    assert 0

def test_dry(hostile):
    hostile.root.joinpath("campaigns/hello.yaml").write_text("subject: 'Hello {{ customer.fault | risky }}'\nslots: {note: {block: note}}\n")
    hostile.root.joinpath("p.csv").write_text("id,fault\na,none\nb,segv\nc,none\n")
    process = hostile.start("--profiles", "p.csv", "--to", "out", "--as", "eml")
    print(process.communicate()); print(hostile.rejects())
    assert 0
