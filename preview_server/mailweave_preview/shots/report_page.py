"""The report of a run: its data, and a page that shows them without any server."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.groups import groups_of
from mailweave_preview.shots.outputs import said_of
from mailweave_preview.shots.results import Result, Run

PAGE: Final = "index.html"
_SHOWN: Final = (
    "status",
    "viewport",
    "width",
    "scheme",
    "title",
    "digest",
    "notes",
    "before_size",
    "after_size",
    "differing",
    "antialiased",
    "largest",
)
_ALSO: Final = ("changes", "regions", "files", "before", "after", "diff", "aligned", "decision")


def report_data(run: Run, *, token: str | None = None) -> dict[str, Any]:
    """What the page shows, as plain data. With a `token` it can approve: its buttons post to `decide`."""
    return {
        "workspace": run.workspace,
        "finished": run.finished.strftime("%Y-%m-%d %H:%M UTC"),
        "seconds": run.seconds,
        "browser": run.browser,
        "against": run.against,
        "notes": list(run.notes),
        "errors": list(run.errors),
        "counts": {status: run.count(status) for status in ("different", "new", "removed", "error", "same")},
        "groups": [
            {
                "key": group.key,
                "status": group.status,
                "title": group.title,
                "detail": group.detail,
                "files": group.files,
                "pictures": [result.id for result in group.results],
            }
            for group in groups_of(run)
        ],
        "pictures": {result.id: _picture(result) for result in run.results},
        "subjects": {
            digest: taken.model_dump(mode="json", include={"kind", "origin", "locale", "profiles", "why"}) for digest, taken in run.subjects.items()
        },
        "live": token is not None,
        "token": token,
    }


def _picture(result: Result) -> dict[str, Any]:
    return {"id": result.id, "said": said_of(result), **result.model_dump(mode="json", include={*_SHOWN, *_ALSO})}


def report_page(run: Run, *, token: str | None = None) -> str:
    """The page, with its style and script inside; pictures are beside it."""
    folder = files("mailweave_preview.shots").joinpath("report")
    read = {name: folder.joinpath(f"report.{name}").read_text(encoding="utf-8") for name in ("html", "css", "js")}
    template = Environment(autoescape=True).from_string(read["html"])
    # Our own style and script; all that comes from files is in the data, which `tojson` makes safe.
    return template.render(data=report_data(run, token=token), css=Markup(read["css"]), js=Markup(read["js"]))


def write_report(run: Run, out: Path, baselines: Baselines) -> Path:
    """Write the page into the run's folder, which can be opened, zipped and sent; its path."""
    shown = run.model_copy(update={"results": tuple(_with_picture(run, result, out, baselines) for result in run.results)})
    (out / PAGE).write_text(report_page(shown), encoding="utf-8")
    return out / PAGE


def _with_picture(run: Run, result: Result, out: Path, baselines: Baselines) -> Result:
    """A result with its approved picture beside the page, where that is kept as a file."""
    kept = baselines.manifest.subjects.get(result.digest)
    if result.status != "same" or result.before or kept is None:
        return result
    path = baselines.path(kept, result.frame)
    if not path.is_file():
        return result
    target = out / "before" / kept.folder / f"{result.frame}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        _link(path, target)
    return result.model_copy(update={"before": target.relative_to(out).as_posix()})


def _link(path: Path, target: Path) -> None:
    """The same file under another name, or a copy where the file system can't."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
