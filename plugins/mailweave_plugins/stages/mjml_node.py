"""The compiler `mjml_node`: MJML to HTML with npm's `mjml` where Node and it are installed; its version decides what MJML means."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import Compiler, StageError
from mailweave.tags import tags

VARIABLE: Final = "MAILWEAVE_MJML"
_OPTIONS: Final = ("-i", "-s", "--config.beautify", "false", "--config.validationLevel", "soft")
_SECONDS: Final = 60
_FILE_COMMENT: Final = re.compile(r"\A\s*<!-- FILE: .*? -->\s*", re.DOTALL)
# Of all that it warns of, what costs a component its place or its content; of attributes `mailweave check` warns.
_LOST: Final = re.compile(r"^.*(?:doesn't exist or is not registered|cannot be used inside).*", re.MULTILINE)
_STACK: Final = re.compile(r"\n[ \t]++at .*", re.DOTALL)


class MjmlNode(Compiler):
    """Runs npm's `mjml`, one process for each document."""

    name = "mjml_node"

    def compile(self, mjml: str) -> str:
        """HTML of a whole MJML document.

        Raises:
            StageError: `mjml` isn't installed, or refuses the document; with what it said.
        """
        include = next((tag for tag in tags(mjml) if tag.name == "mj-include"), None)
        if include:
            # `mjml` 4 would read the file, from wherever this process runs.
            raise StageError("`<mj-include>` can't stand in what a template puts out", include.start)
        done = _run([str(find_mjml()), *_OPTIONS], mjml)
        html = _FILE_COMMENT.sub("", done.stdout)
        if done.returncode or not html.strip():
            said = _STACK.sub("", (done.stderr or done.stdout).strip())
            raise StageError(f"npm's mjml can't compile this: {said or f'it ended with {done.returncode}'}")
        if lost := _LOST.findall(done.stderr):
            raise StageError(f"npm's mjml can't compile this: {'; '.join(lost)}")
        return html


def find_mjml() -> Path:
    """The `mjml` that `MAILWEAVE_MJML` names, else the nearest `node_modules` upwards has, else the one on the PATH.

    Raises:
        StageError: there is none; with the command that installs it.
    """
    here = Path.cwd()
    local = (folder / "node_modules/.bin/mjml" for folder in (here, *here.parents))
    candidates = (os.environ.get(VARIABLE), *local, shutil.which("mjml"))
    found = next((Path(path) for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        remedy = f"run `npm install mjml` in the workspace, set {VARIABLE} to it, or write `compiler: mrml` in mailweave.yaml"
        raise StageError(f"the compiler mjml_node needs npm's mjml, which isn't here – {remedy}")
    return found


def _run(command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise StageError(f"npm's mjml gave no answer within {_SECONDS} seconds") from error
    except OSError as error:
        raise StageError(f"npm's mjml can't be run: {error.strerror}") from error


@hookimpl
def register_compilers() -> list[type[Compiler]]:
    return [MjmlNode]
