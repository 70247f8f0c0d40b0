"""pytest plugin: every message at every viewport is a test of its own. It does nothing until `mailweave_workspace` is set.

`pytest.ini`: `mailweave_workspace = shop`. `--mailweave-update` keeps what the tests see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from mailweave_preview.shots.pytest_studio import PytestStudio
    from mailweave_preview.shots.results import Result
    from mailweave_preview.shots.scene import Frame
    from mailweave_preview.shots.subject import Subject

_FILE: Final = "mailweave.yaml"
_STUDIO: Final = pytest.StashKey["PytestStudio"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the settings."""
    group = parser.getgroup("mailweave", "pictures of messages")
    group.addoption("--mailweave-update", action="store_true", help="Keep the pictures that are different or new as approved.")
    parser.addini("mailweave_workspace", "The folder of a mailweave workspace whose messages are tests.", default="")
    parser.addini(
        "mailweave_sets", "Which messages: profiles, permutations, pairs, blocks, weird. Default: as mailweave.yaml says.", type="args", default=[]
    )


def pytest_configure(config: pytest.Config) -> None:
    """Without paths on the command line, the workspace is collected besides what `testpaths` names."""
    file = _file(config)
    if file is None or config.args_source == pytest.Config.ArgsSource.ARGS:
        return
    if not any(file.is_relative_to(Path(argument).resolve()) for argument in config.args):
        config.args.append(str(file))


def _file(config: pytest.Config) -> Path | None:
    """The configured workspace's mailweave.yaml."""
    folder = str(config.getini("mailweave_workspace"))
    return (config.rootpath / folder / _FILE).resolve() if folder else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The workspace's pictures, collected where its mailweave.yaml is."""
    if file_path.name != _FILE or file_path != _file(parent.config):
        return None
    collector: pytest.Collector = Workspace.from_parent(parent, path=file_path)
    return collector


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the browser and write the results down for `mailweave report`."""
    if _STUDIO in config.stash:
        config.stash[_STUDIO].close()


def _studio(config: pytest.Config) -> PytestStudio:
    if _STUDIO not in config.stash:
        from mailweave_preview.shots.pytest_studio import PytestStudio

        file = _file(config)
        if file is None:
            raise pytest.UsageError("mailweave_shot needs a workspace – set `mailweave_workspace` in pytest's configuration")
        worker = getattr(config, "workerinput", {}).get("workerid", "")
        config.stash[_STUDIO] = PytestStudio(
            file.parent, tuple(config.getini("mailweave_sets")), bool(config.getoption("--mailweave-update")), worker
        )
    return config.stash[_STUDIO]


class Workspace(pytest.File):
    """A workspace whose pictures are tests."""

    def collect(self) -> Iterator[Picture]:
        """One test for each picture."""
        for subject, frames in _studio(self.config).plan.wanted:
            for frame in frames:
                yield Picture.from_parent(self, name=f"{subject.title}/{frame.name}", subject=subject, frame=frame)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Mistakes in the workspace's files, without a traceback."""
        from mailweave.errors import MailweaveError

        return str(excinfo.value) if isinstance(excinfo.value, MailweaveError) else str(super().repr_failure(excinfo))


class Picture(pytest.Item):
    """One picture as a test."""

    def __init__(self, *, subject: Subject, frame: Frame, **named: Any) -> None:
        super().__init__(**named)
        self.subject = subject
        self.frame = frame

    def runtest(self) -> None:
        """Take and compare it; the other pictures of its message that are to be tested are taken with it."""
        others = [item for item in self.session.items if isinstance(item, Picture) and item.subject is self.subject]
        found = _studio(self.config).result(self.subject, self.frame, tuple(item.frame for item in others))
        _assert_same(_studio(self.config), [found])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """How pytest names it."""
        return self.path, None, self.name


@pytest.fixture
def mailweave_shot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`mailweave_shot("spring", "gold", viewport="phone", scheme="dark")` fails unless the message looks as approved.

    The profile is a preview profile's name or plain data; without viewport or scheme, every one is taken.
    """
    studio = _studio(request.config)

    def shot(campaign: str, profile: str | Mapping[str, Any], *, viewport: str | None = None, scheme: str | None = None) -> None:
        _assert_same(studio, studio.message(campaign, profile, viewport, scheme, name=request.node.name))

    return shot


def _assert_same(studio: PytestStudio, results: list[Result]) -> None:
    wrong = [studio.complaint(result) for result in results if result.status != "same"]
    if wrong:
        pytest.fail("\n\n".join(wrong), pytrace=False)
