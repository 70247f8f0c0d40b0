from collections.abc import Iterator

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
