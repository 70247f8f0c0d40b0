"""The stock blocks: each one builds with its sample, follows the brand, speaks both languages and is documented."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from lxml import html

from mailweave.alone import render_block
from mailweave.folders import stock
from mailweave.testing import write_files
from mailweave.textpart import text_of

DOCS = Path(__file__).parents[2] / "docs" / "blocks.md"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BLOCKS = {path.parent.name: yaml.safe_load(path.read_text()) for path in sorted(stock().glob("*/block.yaml"))}
VARIANTS = [(block, variant) for block, info in BLOCKS.items() for variant in info["variants"]]
TEMPLATES = sorted(stock().glob("*/*.mjml"))
COLOUR = re.compile(r"(?<!&)#(?:[0-9a-f]{3}|[0-9a-f]{6})\b", re.IGNORECASE)
# A brand with everything, and one with nothing but what must be there.
FULL = """
    name: Juniper & Pine
    brand:
      name: Juniper & Pine
      url: https://shop.example
      address: 12 Harbour Row, Portland, OR 97209, USA
      logo: {url: brand/logo.png, alt: Juniper & Pine, dark: brand/logo-dark.png}
      fonts: {body: "'Helvetica Neue', Arial, sans-serif"}
      social: [{name: instagram, url: "https://instagram.example/juniper"}]
    sender: {name: Juniper & Pine, email: hello@shop.example}
    links:
      unsubscribe: "https://shop.example/u/{{ campaign.name }}"
      preferences: https://shop.example/preferences
      view_in_browser: https://shop.example/view
    """
BARE = """
    name: Acme
    brand: {name: Acme}
    sender: {name: Acme, email: hello@shop.example}
    links: {unsubscribe: "https://shop.example/u"}
    """


def workspace(engine, folder, settings, locale="en-US"):
    write_files(folder, {"mailweave.yaml": settings})
    with (folder / "mailweave.yaml").open("a") as file:
        file.write(f"\nassets: https://assets.shop.example/\nlocale: {locale}\n")
    return engine.open(folder)


@pytest.fixture(scope="module")
def shops(mailweave_engine, tmp_path_factory):
    made = {"full": (FULL, "en-US"), "bare": (BARE, "en-US"), "german": (FULL, "de-DE")}
    return {name: workspace(mailweave_engine, tmp_path_factory.mktemp(name), *settings) for name, settings in made.items()}


def build(shop, block, variant, at=AT):
    return render_block(shop, shop.block(block), variant, at)


def test_there_are_enough():
    assert len(BLOCKS) >= 18


@pytest.mark.parametrize("shop", ["full", "bare", "german"])
@pytest.mark.parametrize(("block", "variant"), VARIANTS)
def test_builds_with_its_sample(shops, shop, block, variant):
    tree = html.document_fromstring(build(shops[shop], block, variant))
    text = tree.text_content()
    assert "{{" not in text
    assert "{%" not in text
    assert [image.get("src") for image in tree.iter("img") if not (image.get("alt") or "").strip()] == []
    assert [image.get("src") for image in tree.iter("img") if not image.get("src", "").startswith("https://")] == []
    assert [link.get("href") for link in tree.iter("a") if not link.get("href")] == []


# These put out nothing but space, lines or what a bare brand lacks.
WORDLESS = {"divider", "spacer", "social"}


@pytest.mark.parametrize(("block", "variant"), [pair for pair in VARIANTS if pair[0] not in WORDLESS])
def test_says_something_without_a_brand(shops, block, variant):
    assert text_of(build(shops["bare"], block, variant)).strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_colours_come_from_the_brand(path):
    assert COLOUR.findall(path.read_text()) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_declares_the_parameters_it_uses(block):
    text = "".join(path.read_text() for path in (stock() / block).glob("*.mjml"))
    assert set(re.findall(r"\bblock\.(\w+)", text)) == set(BLOCKS[block].get("parameters") or {})


@pytest.mark.parametrize("block", sorted(path.parent.name for path in stock().glob("*/messages")))
def test_speaks_english_and_german(shops, block):
    texts = shops["full"].block(block).catalogue.texts
    assert set(texts) == {"en", "de"}
    assert set(texts["en"]) == set(texts["de"])
    used = {key for path in (stock() / block).glob("*.mjml") for key in re.findall(r"'([\w.]+)' \| t\b", path.read_text())}
    assert set(texts["en"]) == used


@pytest.mark.parametrize("block", BLOCKS)
def test_is_documented(block):
    section = re.search(rf"^## {block}\n(.*?)(?=^## |\Z)", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    assert section
    info = BLOCKS[block]
    names = {*info["variants"], *(info.get("parameters") or {}), *(info.get("variables") or {})}
    assert set(re.findall(r"^\| `([\w.]+)` \|", section[1], re.MULTILINE)) == names


def test_classes_of_the_layout_are_documented():
    classes = set(re.findall(r"\.(mw-[\w-]+)", (stock() / "layouts" / "base.mjml").read_text())) - {"mw-page"}
    assert {name for name in classes if f"`{name}`" not in DOCS.read_text()} == set()


def own_sample(engine, folder, block, sample):
    """A workspace whose copy of a stock block has another sample."""
    own = folder / "content_blocks" / block
    copytree(stock() / block, own)
    write_files(own, {"sample.yaml": sample})
    return workspace(engine, folder, BARE)


@pytest.mark.parametrize(
    ("at", "last_day", "words"),
    [
        ("2026-11-23T10:00", "2026-11-26", "3 days left"),
        ("2026-11-23T10:00", "2026-11-24", "1 day left"),
        ("2026-11-23T23:59", "2026-11-23", "Last day"),
        ("2026-12-30T10:00", "2027-01-02", "3 days left"),
        ("2028-12-30T10:00", "2029-01-02", "3 days left"),
        ("2028-02-28T10:00", "2028-03-01", "2 days left"),
        ("2026-11-23T10:00", "2026-11-22", ""),
        ("2027-01-02T10:00", "2026-12-31", ""),
    ],
)
def test_counts_the_days_that_are_left(mailweave_engine, tmp_path, at, last_day, words):
    shop = own_sample(mailweave_engine, tmp_path, "countdown_text", f"parameters: {{title: Sale, last_day: {last_day}}}")
    text = text_of(build(shop, "countdown_text", "line", datetime.fromisoformat(f"{at}+00:00")))
    assert text.split("·")[0].strip() == words


@pytest.mark.parametrize(
    ("variant", "products", "count", "shown"),
    [("default", 0, 4, 0), ("default", 1, 4, 1), ("default", 3, 4, 2), ("default", 9, 4, 4), ("default", 9, 5, 4), ("compact", 2, 4, 2), ("compact", 4, 4, 3)],
)
def test_grids_have_full_rows(mailweave_engine, tmp_path, variant, products, count, shown):
    product = '{name: Mug, price: 22, url: "https://shop.example/mug", image: mug.png}'
    sample = f"parameters: {{count: {count}}}\nrecommendations: [{', '.join([product] * products)}]"
    page = build(own_sample(mailweave_engine, tmp_path, "product_grid", sample), "product_grid", variant)
    assert page.count("mug.png") == shown
    assert ("Picked for you" in page) == (shown > 0)


@pytest.mark.parametrize(
    ("points", "words", "bars"),
    [(0, "500 points to go until tea.", [100]), (499, "1 point to go until tea.", [99, 1]), (500, "You have earned tea.", [100]), (900, "You have earned tea.", [100])],
)
def test_points_fill_the_bar(mailweave_engine, tmp_path, points, words, bars):
    sample = f"customer: {{points: {points}}}\nparameters: {{goal: 500, reward: tea}}"
    page = build(own_sample(mailweave_engine, tmp_path, "loyalty", sample), "loyalty", "default")
    assert words in page
    assert [int(width) for width in re.findall(r'<td\b[^>]*\bwidth="(\d+)%"[^>]*class="mw-bar', page)] == bars
