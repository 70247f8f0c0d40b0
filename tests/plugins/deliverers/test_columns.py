"""What tables hold of a message is what its .eml file says."""

import email.policy
import json
from email.parser import BytesParser, Parser

import duckdb
import pytest

from mailweave.deliverers import Letter
from mailweave.testing import AT
from mailweave_plugins.deliverers.ndjson import Ndjson
from mailweave_plugins.deliverers.parquet import Parquet

CAMPAIGN = "subject: Hi\nheaders: {X-Name: '{{ customer.first_name }}', X-None: '{% if customer.nothing %}x{% endif %}'}\nslots: {note: {block: note}}\n"
PEOPLE = [{"id": "p-1", "email": "ann@test.example", "first_name": "Ann"}, {"id": "p-2", "email": "lucja@test.example", "first_name": "Łucja"}]



@pytest.mark.parametrize("name", ["Juniper & Pine", "Pine, Inc.", 'The "Best" \\ Shop', "Grüße GmbH", "a@b"])
def test_both_tables_say_what_the_eml_says(make_workspace, mailweave_engine, tmp_path, name):
    own = f"sender: {json.dumps({'name': name, 'email': 'hello@shop.example', 'reply_to': 'help@shop.example'})}\n"
    shop = make_workspace({"campaigns/hello.yaml": CAMPAIGN + own})
    messages = [mailweave_engine.render(shop, "hello", person, AT) for person in PEOPLE]
    letters = [Letter(row, person["id"], message, "h") for row, (person, message) in enumerate(zip(PEOPLE, messages, strict=True))]
    Ndjson().write(tmp_path / "m.ndjson", letters)
    Parquet().write(tmp_path / "m.parquet", letters)

    rows = [json.loads(line) for line in (tmp_path / "m.ndjson").read_text(encoding="utf-8").splitlines()]
    table = duckdb.sql(f"select * from '{tmp_path}/m.parquet' order by row")
    assert [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()] == rows
    for row, message, person in zip(rows, messages, PEOPLE, strict=True):
        mail = BytesParser(policy=email.policy.default).parsebytes(message.eml)
        assert (row["id"], row["campaign"], row["reply_to"]) == (person["id"], "hello", mail["Reply-To"])
        assert (row["message_id"], row["headers"]) == (mail["Message-ID"], {"X-Name": mail["X-Name"]})
        read = Parser(policy=email.policy.default).parsestr(f"From: {row['from']}\n\n")["From"].addresses[0]
        assert (read.display_name, read.addr_spec) == (name, "hello@shop.example")
