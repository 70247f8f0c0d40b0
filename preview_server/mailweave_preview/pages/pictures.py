"""The pictures of the last `mailweave shots`: its report with buttons, inside the previewer."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from mailweave.errors import MailweaveError
from mailweave_preview.previewer import here, refuse_writing

if TYPE_CHECKING:
    from mailweave_preview.shots.report_server import Reported

blueprint = Blueprint("pictures", __name__)

# What the extra `shots` brings.
_PACKAGES: Final = ("numpy", "PIL", "playwright")


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """The report in the previewer's frame, or how to get one."""
    return str(here().page("pictures.html", active="pictures", state=_state()))


def _state() -> str:
    """What can be shown: "report", or why there is none, "none" or "packages"."""
    if not _installed():
        return "packages"
    from mailweave_preview.shots.approve import read_run

    try:
        read_run(_reported().out)
    except MailweaveError:
        return "none"
    return "report"


def _installed() -> bool:
    return all(find_spec(name) for name in _PACKAGES)


def _reported() -> Reported:
    from mailweave_preview.shots.baselines import FOLDER, Baselines
    from mailweave_preview.shots.commands.options import run_folder
    from mailweave_preview.shots.report_server import Reported

    workspace = here().workspace
    kept = Baselines(workspace.root / FOLDER, workspace.folders.shown(workspace.root / FOLDER))
    return Reported(run_folder(workspace, None), kept, workspace.config.shots.keep, here().guard.token)


def _careful(response: Response) -> Response:
    """The report is one page with its own script and styles; only the previewer may put it into a frame."""
    from mailweave_preview.shots.report_server import POLICY

    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return response


def _only_looking() -> None:
    if request.method == "POST":
        refuse_writing()


def _mount() -> None:
    from mailweave_preview.shots.report_server import report_blueprint

    report = report_blueprint(_reported)
    report.before_request(_only_looking)
    report.after_request(_careful)
    blueprint.register_blueprint(report, url_prefix="/report")


if _installed():
    _mount()
