"""A stranger's reader and deliverer, as docs/plugins.md shows them, in a distribution of their own."""

from __future__ import annotations

import re
from pathlib import Path

from .conftest import customers, install

DOCS = Path(__file__).parents[3] / "docs" / "plugins.md"


def test_the_documented_ones_work(shop, monkeypatch):
    code = re.search(r"<!-- test: acme_post -->\n```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    install(monkeypatch, shop.root / "site", "acme_post", code)
    (shop.root / "people.tsv").write_text("id\temail\tfirst_name\n" + "".join(f"{row['id']}\t{row['email']}\tAnn\n" for row in customers(60)))
    words = ["--profiles", "people.tsv", "--to", f"outbox://{shop.root}/outbox", "--ledger", "out", "--jobs", "1", "--part-size", "7"]
    process = shop.start(*words)
    said, err = process.communicate(timeout=400)
    assert process.returncode == 0, said + err
    assert sorted(path.name for path in (shop.root / "outbox").iterdir()) == sorted(f"{row['id']}.eml" for row in customers(60))
    assert [row["outcome"] for row in shop.ledger()] == ["sent"] * 60
