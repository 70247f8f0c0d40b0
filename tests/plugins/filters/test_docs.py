import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from mailweave.folders import Folders
from mailweave.languages import Scope
from mailweave.source import Source
from mailweave.translations import load_catalogue, translator
from mailweave.yamlfile import parse

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\{\{.*\}\})` \| `(\{\{.*\}\})` \| (.*) \|$", TEXT, re.MULTILINE)
VALUES, MESSAGES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def scope(tmp_path):
    (tmp_path / "en.yaml").write_text(MESSAGES, encoding="utf-8")
    translate = translator([load_catalogue(tmp_path, Folders(tmp_path, tmp_path))], "en-US", "en-US")
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    return Scope(Locale("en", "US"), ZoneInfo("America/New_York"), at, "USD", translate, lambda path: f"https://cdn.example/{path}")


def test_the_tables_are_read():
    assert len(ROWS) >= 17


@pytest.mark.parametrize("language", ["liquid", "handlebars"])
@pytest.mark.parametrize(("liquid", "handlebars", "text"), ROWS, ids=[row[1] for row in ROWS])
def test_each_example_gives_what_the_page_says(mailweave_engine, scope, language, liquid, handlebars, text):
    template = {"liquid": liquid.replace("\\|", "|"), "handlebars": handlebars}[language]
    parser = mailweave_engine.registry.languages[language]
    assert parser.parse(Source("page", template), "text").render(parse(Source("values", VALUES)).value, scope) == text
