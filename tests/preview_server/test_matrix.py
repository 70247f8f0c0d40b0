"""The matrix in a real browser, small and large."""

import shutil
from pathlib import Path
from time import perf_counter

import pytest

from mailweave.testing import AT
from mailweave_preview.previewer import Options
from mailweave_preview.server import listening, serve_in_thread

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"


def test_each_cell_says_what_a_profile_gets_and_leads_to_the_workbench(page):
    page.goto("matrix/spring_newsletter")
    row = page.get_by_role("row", name="newcomer").first
    expect(row).to_contain_text("welcome")
    row.get_by_title("greeting: greeting / welcome, because the customer is new").click()
    page.wait_for_url("**/campaigns/spring_newsletter?profile=newcomer&slot=greeting")
    expect(page.locator("#panel h2")).to_have_text("greeting → greeting / welcome")


def test_entries_that_share_a_variant_are_told_apart(page):
    """Their parameters differ, so customers get something else."""
    page.goto("matrix/spring_newsletter")
    heroes = {name: page.locator(f"[data-profile={name}] .chip[title^='hero:']") for name in ("california", "tokyo", "gold")}
    for name, text in {"california": "default · 1", "tokyo": "default · 2", "gold": "default · 3"}.items():
        expect(heroes[name]).to_have_text(text)
    page.get_by_label("Filter by hero").select_option("hero / default · 2")
    expect(page.get_by_role("rowheader")).to_have_text(["tokyo"])


def test_filter_by_variant_and_by_name(page):
    page.goto("matrix/spring_newsletter")
    page.get_by_label("Filter by greeting").select_option("greeting / loyal")
    expect(page.locator("#count")).to_have_text("3 of 16 profiles")
    expect(page.get_by_role("rowheader")).to_have_text(["california", "full-cart", "gold"])
    page.keyboard.press("Tab")
    page.get_by_label("Filter profiles").fill("go")
    expect(page.get_by_role("rowheader")).to_have_text(["gold"])
    page.reload()
    expect(page.get_by_role("rowheader")).to_have_text(["gold"])
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.locator("#count")).to_have_text("16 profiles")
    page.get_by_label("Filter profiles").fill("no one")
    expect(page.locator("#grid")).to_contain_text("No profile passes the filter.")


def test_pictures_and_keys(page):
    page.goto("matrix/win_back")
    page.keyboard.press("v")
    cell = page.get_by_role("link", name="austrian, phone")
    expect(cell).to_be_visible()
    expect(page.frame_locator("iframe[title='austrian, phone']").locator("h1, h2").first).to_be_attached()
    assert page.frame_locator("iframe[title='austrian, phone']").locator("body").evaluate("body => innerWidth") == 375
    page.get_by_role("button", name="dark", exact=True).click()
    assert "scheme=dark" in page.url
    page.keyboard.press("v")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="california", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/win_back?profile=california")


@pytest.fixture(scope="module")
def large(mailweave_engine, tmp_path_factory):
    """500 profiles and 50 campaigns."""
    root = shutil.copytree(STOREFRONT, tmp_path_factory.mktemp("large") / "shop", ignore=shutil.ignore_patterns("tools", "assets"))
    names = ("gold", "newcomer", "lapsed", "california", "german")
    texts = [(root / "profiles" / f"{name}.yaml").read_text() for name in names]
    for number in range(484):
        (root / "profiles" / f"many-{number:03}.yaml").write_text(texts[number % len(texts)])
    for number in range(47):
        shutil.copy(root / "campaigns" / "win_back.yaml", root / "campaigns" / f"more_{number:02}.yaml")
    with listening(mailweave_engine, root, Options(at=AT), 0) as running:
        thread = serve_in_thread(running)
        yield running
        running.server.shutdown()
        thread.join(5)


def test_500_profiles_and_50_campaigns_stay_fluid(browser, large):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(20_000)
    started = perf_counter()
    page.goto(large.url + "matrix/spring_newsletter")
    expect(page.get_by_role("row", name="austrian").first).to_contain_text("default")
    assert perf_counter() - started < 15  # 1 s on a machine that isn't busy
    assert page.locator("[data-index]").count() < 40
    page.locator("#grid").evaluate("grid => grid.scrollTo(0, 500 * 34)")
    expect(page.get_by_role("row", name="won-back").first).to_contain_text("default")
    assert page.locator("[data-index]").count() < 40
    typical = page.locator("#grid").evaluate("""async grid => {
        const spent = []; let last = performance.now();
        for (let step = 0; step < 40; step++) {
            grid.scrollTop = step * 400;
            await new Promise(requestAnimationFrame);
            spent.push(performance.now() - last);
            last = performance.now();
        }
        return spent.sort((one, other) => one - other)[20];
    }""")
    assert typical < 150  # 17 ms on a machine that isn't busy
    page.goto(large.url + "campaigns/")
    expect(page.locator("#campaigns li")).to_have_count(50)
    page.close()
