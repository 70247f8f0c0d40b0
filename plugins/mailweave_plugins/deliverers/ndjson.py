"""Messages as NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Final

from mailweave import hookimpl
from mailweave.deliverers import Deliverer, FileDeliverer, FileOptions, Letter
from mailweave.errors import raise_all
from mailweave_plugins.deliverers.columns import columns, wrong_names
from mailweave_plugins.deliverers.compression import GZIP, NONE, ZSTD, Codec, compressed

_CODECS: Final = {NONE: None, "gzip": GZIP, "zstd": ZSTD}


class Ndjson(FileDeliverer):
    """NDJSON: one message a line, with all that a sender needs: docs/run.md lists the columns."""

    name = "ndjson"
    suffix: ClassVar[str] = ".ndjson"

    def __init__(self, codec: Codec = Codec(NONE)) -> None:  # noqa: B008 – it can't change
        self._codec = codec

    def configured(self, options: FileOptions) -> Deliverer:
        raise_all(wrong_names(options.passed))
        codec = Codec.parse(options.compression or NONE, _CODECS, self.name)
        return _KINDS[codec.name](codec)

    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        # Only here: every command loads this module, and hardly one writes with it.
        from mailweave_plugins.bulk.lines import json_line

        with compressed(path, self._codec) as file:
            for letter in letters:
                file.write(json_line(columns(letter)).encode())


class _Gzip(Ndjson):
    suffix = ".ndjson.gz"


class _Zstd(Ndjson):
    suffix = ".ndjson.zst"


_KINDS: Final = {NONE: Ndjson, "gzip": _Gzip, "zstd": _Zstd}


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Ndjson]
