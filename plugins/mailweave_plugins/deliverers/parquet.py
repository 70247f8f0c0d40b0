"""Messages as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from mailweave import hookimpl
from mailweave.deliverers import Deliverer, FileDeliverer, FileOptions, Letter
from mailweave.errors import raise_all
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.deliverers.columns import COLUMNS, columns, wrong_names
from mailweave_plugins.deliverers.compression import GZIP, NONE, ZSTD, Codec

# Held at a time; with 70 kB a message about 15 MB. Larger groups compress a tenth better and need twice the memory.
_GROUP: Final = 100
_CODECS: Final = {NONE: None, "zstd": ZSTD, "gzip": GZIP, "brotli": range(1, 12), "snappy": None, "lz4": None}
_DEFAULT: Final = Codec("zstd", 1)


class Parquet(FileDeliverer):
    """Parquet: one message a row, with the columns of `ndjson`. Messages of one choice are alike, so they compress well."""

    name = "parquet"
    suffix = ".parquet"
    typed = True

    def __init__(self, codec: Codec = _DEFAULT, types: bytes = b"") -> None:
        self._codec, self._types = codec, types

    def check(self, target: str) -> None:
        library("pyarrow.parquet", "bulk")

    def configured(self, options: FileOptions) -> Deliverer:
        raise_all(wrong_names(options.passed))
        codec = Codec.parse(options.compression, _CODECS, self.name) if options.compression else _DEFAULT
        return Parquet(codec, options.types)

    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        pyarrow, parquet = library("pyarrow", "bulk"), library("pyarrow.parquet", "bulk")
        passed = list(pyarrow.ipc.read_schema(pyarrow.py_buffer(self._types))) if self._types else []
        schema = pyarrow.schema([*_own(pyarrow), *passed])
        rows = _rows(letters, [field.name for field in passed if _is_json(field)])
        # Parts of a nested column have names of their own.
        plain = [field.name for field in passed if not field.type.num_fields]
        options = {"use_dictionary": ["locale", *plain], "write_statistics": ["row", "id", "email", "locale", *plain]}
        codec = {"compression": self._codec.name, "compression_level": self._codec.level}
        with parquet.ParquetWriter(path, schema, **codec, **options) as writer:
            while group := list(islice(rows, _GROUP)):
                writer.write_table(pyarrow.Table.from_pylist(group, schema))


def _own(pyarrow: Any) -> Iterator[Any]:
    text = pyarrow.string()
    others = {"row": pyarrow.int64(), "headers": pyarrow.map_(text, text)}
    return (pyarrow.field(name, others.get(name, text)) for name in COLUMNS)


def _is_json(field: Any) -> bool:
    return getattr(field.type, "extension_name", "") == "arrow.json" or (field.metadata or {}).get(b"mailweave") == b"json"


def _rows(letters: Iterable[Letter], as_json: list[str]) -> Iterator[dict[str, Any]]:
    from mailweave_plugins.bulk.lines import json_text

    for row in map(columns, letters):
        for name in as_json:
            row[name] = None if row.get(name) is None else json_text(row[name])
        yield row


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Parquet]
