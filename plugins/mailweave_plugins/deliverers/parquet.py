"""Messages as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from mailweave import hookimpl
from mailweave.deliverers import Deliverer, FileDeliverer, Letter
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.deliverers.columns import columns

# Held at a time; with 70 kB a message about 15 MB. Larger groups compress a tenth better and need twice the memory.
_GROUP: Final = 100
_TEXTS: Final = ("id", "campaign", "email", "name", "from", "reply_to", "subject", "preheader", "html", "text", "locale", "unsubscribe")


class Parquet(FileDeliverer):
    """Parquet: one message a row, with the columns of `ndjson`. Messages of one choice are alike, so they compress well."""

    name = "parquet"
    suffix = ".parquet"

    def check(self, target: str) -> None:
        library("pyarrow.parquet", "bulk")

    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        pyarrow, parquet = library("pyarrow", "bulk"), library("pyarrow.parquet", "bulk")
        text = pyarrow.string()
        texts = [(name, text) for name in _TEXTS]
        schema = pyarrow.schema([("row", pyarrow.int64()), *texts, ("headers", pyarrow.map_(text, text)), ("message_id", text), ("hash", text)])
        rows = map(columns, letters)
        options = {"compression": "zstd", "compression_level": 1, "use_dictionary": ["locale"], "write_statistics": ["row", "id", "email", "locale"]}
        with parquet.ParquetWriter(path, schema, **options) as writer:
            while group := list(islice(rows, _GROUP)):
                writer.write_table(pyarrow.Table.from_pylist(group, schema))


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Parquet]
