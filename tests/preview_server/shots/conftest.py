"""Shared: the storefront with the stock blocks copied into it, so that each file can be changed; skipped where there is no browser."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from mailweave.errors import MailweaveError
from mailweave.folders import stock
from mailweave_preview.browser import find_chromium

SHOP = Path(__file__).parents[3] / "examples" / "storefront"


@pytest.fixture(scope="session")
def chromium():
    """Skips where there is no browser."""
    try:
        return find_chromium()
    except MailweaveError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory):
    """A copy of the storefront that holds all that its messages are made from."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    copytree(SHOP, folder, ignore=ignore_patterns("baselines", "build", "tools"))
    for path in stock().iterdir():
        if path.is_dir() and path.name not in ("layouts", "__pycache__") and not (folder / "content_blocks" / path.name).exists():
            copytree(path, folder / "content_blocks" / path.name)
    copytree(stock() / "layouts", folder / "layouts")
    return folder
