"""What is known of the approved pictures: baselines/manifest.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_serializer, model_validator

from mailweave_preview.shots.regions import Box

FORMAT: Literal[1] = 1


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptSlot(_Model):
    """A slot in a picture: its box and a fingerprint of its pixels. In the file it is one text: `x y width height fingerprint`."""

    box: Box
    pixels: str

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        *box, pixels = value.split()
        return {"box": box, "pixels": pixels}

    @model_serializer
    def _written(self) -> str:
        return " ".join([*map(str, self.box), self.pixels])


class KeptPicture(_Model):
    """An approved picture. `file` is the hash of the PNG in the workspace, None for one that is only known by its fingerprint `pixels`;
    `raw` the hash of the browser's own file; `inputs` of everything that it is made from."""

    file: str | None
    raw: str
    pixels: str
    width: int
    height: int
    inputs: str
    browser: str
    fonts: str
    slots: Mapping[str, KeptSlot] = Field(default_factory=dict)


class Kept(_Model):
    """An approved message or block. `files` are hashes of the files it is made from, to tell which of them changed."""

    kind: str
    of: str
    name: str
    locale: str
    origin: str
    choice: Mapping[str, str]
    data: Mapping[str, Any] = Field(default_factory=dict)
    extra: tuple[str, ...] = ()
    files: Mapping[str, str] = Field(default_factory=dict)
    pictures: Mapping[str, KeptPicture] = Field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder of its pictures, from the baselines'."""
        return f"{self.kind}/{self.of}/{self.name}"


class Manifest(_Model):
    """The whole file. `at` is the moment of the messages; `subjects` are by digest."""

    format: Literal[1] = FORMAT
    at: datetime | None = None
    subjects: Mapping[str, Kept] = Field(default_factory=dict)

    def text(self) -> str:
        """The file's content: one line for each picture, so that git shows which ones a change is about."""
        data = self.model_dump(mode="json")
        subjects = ",\n".join(f" {json.dumps(digest)}: {_subject_text(kept)}" for digest, kept in data["subjects"].items())
        return f'{{"format": {self.format}, "at": {json.dumps(data["at"])}, "subjects": {{\n{subjects}\n}}}}\n'


def _subject_text(kept: dict[str, Any]) -> str:
    pictures = kept.pop("pictures")
    fields = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in kept.items()]
    lines = ",\n   ".join(f"{json.dumps(frame)}: {json.dumps(picture, ensure_ascii=False)}" for frame, picture in pictures.items())
    return "{\n  " + ",\n  ".join([*fields, f'"pictures": {{\n   {lines}\n  }}']) + "\n }"


def read_manifest(text: str) -> Manifest:
    """A manifest from its file's text.

    Raises:
        ValueError: it isn't one; what is wrong with it.
    """
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}") from error
