"""Other platforms' tags: each becomes what means the same, or is told with its place and what to write instead.

`platforms.yaml` has the cases by platform: `text` stands in a paragraph; `is` is what stands there afterwards, and `gives` what a customer reads
then; `told` what is said besides; `refused` what is said where nothing is written. What is said begins with line and column.
"""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from babel import Locale

from mailweave.audit import audit
from mailweave.cli import run
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Scope
from mailweave.source import Source
from mailweave.templates import parse_template
from mailweave.testing import AT, MINIMAL, write_files
from mailweave_plugins.importing.reading import read_mail

CASES = yaml.safe_load((Path(__file__).parent / "platforms.yaml").read_text())
CUSTOMER = {
    "id": "c7",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann@test.example",
    "city": "Rome",
    "birthday": "1990-05-01",
    "timezone": "UTC",
    "joined": "2026-02-03T10:00:00Z",
    "points": 7,
    "vip": True,
    "declined": False,
    "zero": 0,
    "tier": "gold",
    "tags": ["a", "b"],
    "orders": [{"at": "2026-10-01T10:00:00Z", "name": "Tea", "kind": "a"}, {"at": "2026-10-02T10:00:00Z", "name": "Cup", "kind": "b"}],
    "event": {"city": "Oslo", "sku": "s1"},
}
FILES = {
    **{name: text for name, text in MINIMAL.items() if not name.startswith("campaigns/")},
    "mailweave.yaml": """
        name: Test
        brand: {name: Test & Co, url: "https://test.example", address: "1 Test Street"}
        sender: {name: Test, email: hello@test.example}
        links:
          unsubscribe: "https://test.example/u"
          preferences: "https://test.example/p"
          view_in_browser: "https://test.example/v"
        """,
    "partials/footer.liquid": "Footer",
    "partials/sign.liquid": "Yours, {{ brand.name }}",
    "partials/mail_sign.liquid": "Bye",
    "profiles/ann.yaml": yaml.safe_dump(CUSTOMER),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    root = tmp_path_factory.mktemp("shop")
    write_files(root, FILES)
    return Engine().open(root)


def imported(shop, text):
    """What becomes of a paragraph, its language, and what is said; nothing becomes of it where it is refused."""
    try:
        mail = read_mail(Path("m.html"), "m.html", f"<p>{text}</p>", None, shop)
        problems = mail.draft.problems
    except MailweaveError as error:
        problems = error.problems
    told = [str(problem).removeprefix("m.html:") for problem in sorted(problems, key=lambda problem: problem.place)]
    if any(problem.level == "error" for problem in problems):
        return None, "", told
    return mail.draft.text[3:-4], mail.language, told


def read(shop, language, text):
    """What a customer reads there."""
    template = parse_template(Source("m", text), language, shop.registry)
    links = {name: f"https://test.example/{name[0]}" for name in shop.config.links}
    data = {"customer": CUSTOMER, "brand": shop.brand, "links": links, "campaign": {"name": "spring"}, "at": AT, "locale": "en-US"}
    return template.render(data, Scope(Locale("en", "US"), ZoneInfo("UTC"), AT, "EUR", lambda key, values: key))


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{platform}: {case['text']}") for platform, cases in CASES.items() for case in cases])
def test_each_tag_is_converted_or_told(shop, case):
    text, language, told = imported(shop, case["text"])
    assert (text, told) == (case.get("is"), case.get("refused") or case.get("told", []))
    if "gives" in case:
        assert read(shop, language, case["is"]) == case["gives"]


def test_what_is_written_passes_check_and_can_be_read(shop, tmp_path, monkeypatch, capfd, mailweave_engine):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path, FILES)
    mails = {}
    for platform, cases in CASES.items():
        for case in cases:
            if "gives" in case:
                language = imported(shop, case["text"])[1]
                mails.setdefault(f"{platform.lower().replace(' ', '').replace('.', '')}_{language}", []).append(case)
    for name, cases in mails.items():
        (tmp_path / f"{name}.html").write_text("<html><head><title>T</title></head><body>" + "".join(f"<p>{case['text']}</p>" for case in cases) + "</body></html>")
        assert run(["import", f"{name}.html", "--language", name.split("_")[1]]) == 0, capfd.readouterr().err
    assert len(mails) > len(CASES)
    assert [str(problem) for problem in audit(mailweave_engine.open(tmp_path), AT) if problem.level == "error"] == []


DOCS = Path(__file__).parents[3] / "docs" / "import.md"
# What closes a tag that the tables have alone, what a filter is for, and what has to stand around a name.
CLOSED = (("{% if", "{% endif %}"), ("{{#", "{{/if}}"), ("*|IF", "*|END:IF|*"), ("{{ if", "{{ end }}"))


def documented():
    """Pairs of the tables in docs/import.md: a tag there and what it is here, or None where it is told."""
    for line in DOCS.read_text().partition("## Tags of other platforms")[2].partition("## Other files")[0].splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) < 5:
            continue
        there, here = ([part.replace("\\|", "|") for part in re.findall(r"`([^`]*)`", cell)] for cell in cells[2:4])
        if line.rstrip("| ").endswith("| told"):
            yield from ((tag, None) for tag in there)
        elif len(there) == len(here):
            yield from zip(there, here, strict=True)


@pytest.mark.parametrize(("tag", "here"), [pair for pair in documented() if re.match(r"[*{%\[<]", pair[0]) and "…" not in pair[0] and not re.match(r"\{% e|\{\{ e|\*\|E", pair[0])])
def test_the_tables_in_the_docs_are_true(shop, tag, here):
    closing = next((closed for opened, closed in CLOSED if tag.startswith(opened)), "") if here else ""
    handlebars = here is not None and ("{{#" in here or here.startswith('{{date')) and "{{#" not in tag
    text, _, told = imported(shop, f"{'{{#if x}}{{/if}}' if handlebars else ''}{tag}{closing}")
    if here is None:
        assert any("warning" not in line for line in told)
    else:
        assert text is not None, told
        assert squeezed(here) in squeezed(text)


def squeezed(text):
    return re.sub(r"\s|customer\.", "", text)
