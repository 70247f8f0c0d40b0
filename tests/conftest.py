import hashlib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from hypothesis import settings

from mailweave.errors import MailweaveError
from mailweave_preview.browser import find_chromium, launch_arguments

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A Chromium for the whole run; a test that needs one is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    try:
        chromium = find_chromium()
    except MailweaveError as error:
        pytest.skip(str(error))
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=str(chromium), args=launch_arguments())
        yield running
        running.close()


ROOT = Path(__file__).parents[1]
TESTED = ("engine", "plugins", "preview_server", "content_blocks", "examples", "tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--resume", type=Path, metavar="FOLDER", help="leave out what passed before, by the notes in FOLDER; another state of the code begins again")


class Resumed:
    """Leaves out the tests that passed before with the same code and the same packages, and notes each that passes at once: Ctrl-C loses nothing."""

    def __init__(self, notes: Path, passed: frozenset[str]) -> None:
        self.notes = notes
        self.passed = passed

    @classmethod
    def of(cls, folder: Path) -> "Resumed":
        notes = folder / f"passed-{_state()}.txt"
        return cls(notes, frozenset(notes.read_text().splitlines()) if notes.exists() else frozenset())

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        done = [item for item in items if item.nodeid in self.passed]
        items[:] = [item for item in items if item.nodeid not in self.passed]
        config.hook.pytest_deselected(items=done)

    def pytest_configure_node(self, node) -> None:
        """Every worker, also one that takes a dead one's place, leaves out the same."""
        node.workerinput["passed"] = sorted(self.passed)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.notes.parent.mkdir(parents=True, exist_ok=True)
            with self.notes.open("a") as file:
                file.write(f"{report.nodeid}\n")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.passed:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.passed:
            terminalreporter.write_line(f"{len(self.passed)} passed before ({self.notes})")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--resume")
    if folder is None:
        return
    passed = getattr(config, "workerinput", {}).get("passed")
    # Only the process that starts the workers takes notes.
    resumed = Resumed.of(folder) if passed is None else _Left(frozenset(passed))
    config.pluginmanager.register(resumed, "resumed")


class _Left:
    """A worker's part: to leave out what it was told."""

    def __init__(self, passed: frozenset[str]) -> None:
        self.passed = passed

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid not in self.passed]


def _state() -> str:
    """What the tests' results depend on: every file that they use, and what is installed."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in TESTED for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    digest.update(repr(sorted({(found.name, found.version) for found in distributions()})).encode())
    return digest.hexdigest()[:16]
