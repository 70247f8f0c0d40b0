"""The plugins that docs/plugins.md shows work as they stand there."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "plugins.md"
SHOWN = re.compile(r"<!-- (panel|page) -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shown")
    plugins = {}
    for name, code in SHOWN.findall(DOCS.read_text()):
        file = folder / f"shown_{name}.py"
        file.write_text(code)
        spec = importlib.util.spec_from_file_location(file.stem, file)
        plugins[name] = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(plugins[name])
    return plugins


@pytest.fixture
def extended(shown, mailweave_engine, make_client):
    return make_client(engine=type(mailweave_engine)([*mailweave_engine.plugins, *shown.items()]))


def test_both_are_shown(shown):
    assert set(shown) == {"panel", "page"}


def test_a_panel_of_a_plugin_is_a_tab(extended):
    answer = extended.get("/campaigns/win_back/state?profile=gold&tab=links", headers={"Accept": "application/json"}).json
    assert next(tab for tab in answer["tabs"] if tab["name"] == "links")["badge"].isdigit()
    assert " links.</p>" in answer["panel"]


def test_a_page_of_a_plugin_is_in_the_navigation(extended):
    text = extended.get("/sizes/").text
    assert '<a href="/sizes/" aria-current="page">Sizes</a>' in text
    assert "<p>3 campaigns</p>" in text
