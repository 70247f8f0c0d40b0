"""Permutations, compare, blocks, plugins and the nearest profile in a real browser."""

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = {
    "nearest": ("campaigns/spring_newsletter?profile=california&slot=loyalty", ".nearest button"),
    "permutations": ("permutations/win_back", "#pairs-found .people"),
    "compare": ("compare/spring_newsletter?profile=california&profile2=newcomer", "#pictures figure"),
    "compare, broken": ("compare/win_back?profile=gold&rev=nowhere", ".problem"),
    "blocks": ("blocks/", ".library"),
    "block": ("blocks/product_grid?p.title=Typed", ".variant"),
    "weird": ("blocks/greeting?weird=all&w=phone", ".variant"),
    "plugins": ("plugins/#rule-frequency", "#times table"),
}
# Milliseconds for two browsers to start and take pictures on a busy machine.
PICTURES = 90_000
CONTEXT = {"exclude": [["iframe"]]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(browser, served, scheme):
    options = {"resultTypes": ["violations"], "iframes": False, **({"runOnly": ["color-contrast"]} if scheme == "dark" else {})}
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=served.url, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(40_000)
    page, checker, found = context.new_page(), axe.Axe(), {}
    for name, (path, there) in PAGES.items():
        page.goto(path)
        page.locator(there).first.wait_for(state="attached")
        results = checker.run(page, context=CONTEXT, options=options)
        if results.violations_count:
            found[name] = [(rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in results.response["violations"]]
    context.close()
    assert found == {}


def test_switch_to_the_nearest_profile(page):
    page.goto("campaigns/spring_newsletter?profile=california&slot=loyalty&force=loyalty:2")
    expect(page.locator("#panel h2")).to_have_text("loyalty → nothing")
    page.locator(".nearest", has_text="also gold").get_by_role("button", name="Switch to this profile").click()
    expect(page.locator("#panel h2")).to_have_text("loyalty → loyalty / gold")
    expect(page.locator("#profile")).to_have_text("california (edited)")
    assert "force" not in page.url
    page.go_back()
    expect(page.locator("#panel h2")).to_have_text("loyalty → nothing")


def test_create_the_missing_profiles(page, served):
    campaign = served.previewer.live.root / "campaigns" / "vip.yaml"
    campaign.write_text("subject: Hi\nslots:\n  text:\n    block: text\n    parameters: {paragraphs: [Hi]}\n    choose:\n      - {when: {segment: vip}, variant: lead}\n      - otherwise: default\n")
    made = served.previewer.live.root / "profiles" / "text-lead.yaml"
    try:
        served.previewer.live.changed([campaign])
        page.goto("permutations/vip")
        expect(page.get_by_role("heading", name="1 of 2 variants are covered by your preview profiles")).to_be_visible()
        page.get_by_role("button", name="Create 1 missing preview profile").click()
        expect(page.get_by_role("heading", name="2 of 2 variants are covered by your preview profiles")).to_be_visible()
        page.get_by_role("link", name="text-lead").first.click()
        expect(page.locator("#panel h2")).to_have_text("text → text / lead")
    finally:
        page.goto("about:blank")
        campaign.unlink()
        made.unlink(missing_ok=True)
        served.previewer.live.changed([campaign, made])


def test_compare_follows_its_controls(page):
    page.goto("compare/win_back?profile=gold&profile2=gold")
    expect(page.locator(".sum")).to_contain_text("Nothing differs")
    expect(page.locator("#pictures")).to_contain_text("Not one pixel differs.", timeout=PICTURES)
    page.locator('[name="profile2"]').select_option("lapsed")
    page.wait_for_url("**profile2=lapsed**")
    expect(page.locator(".sum")).to_contain_text("slots differ")
    expect(page.get_by_role("img", name="What differs")).to_be_visible()
    assert page.locator(".glass i").count() > 0
    page.keyboard.press("x")
    page.wait_for_url("**profile=lapsed&profile2=gold**")
    page.get_by_role("button", name="dark", exact=True).click()
    expect(page.locator("#pictures")).not_to_have_attribute("aria-busy", "true", timeout=PICTURES)


def test_a_parameter_shows_at_once_and_stays_in_the_address(page):
    page.goto("blocks/hero")
    message = page.frame_locator("iframe[title='default']")
    expect(message.locator("body")).to_contain_text("Plant now, smile in spring")
    page.get_by_label("title").fill("A title that I typed")
    expect(message.locator("body")).to_contain_text("A title that I typed")
    page.wait_for_url("**p.title=A+title+that+I+typed**")
    page.reload()
    expect(page.get_by_label("title")).to_have_value("A title that I typed")
    expect(message.locator("body")).to_contain_text("A title that I typed")
    page.get_by_label("eyebrow").fill("")
    expect(message.locator("body")).not_to_contain_text("New this week")
    page.get_by_label("eyebrow").blur()
    page.keyboard.press("1")
    assert "w=phone" in page.url
    assert message.locator("body").evaluate("() => innerWidth") == 375
    page.get_by_role("button", name="Back to the sample").click()
    expect(message.locator("body")).to_contain_text("Plant now, smile in spring")
    odd = page.locator("#weird option").count() - 2
    page.get_by_label("Sample").select_option("all")
    expect(page.locator(".variant")).to_have_count(3 * odd)


def test_filter_blocks_and_plugins(page):
    page.goto("blocks/")
    page.keyboard.press("/")
    page.keyboard.type("founder")
    expect(page.locator("#library > li:visible")).to_have_count(1)
    page.get_by_role("link", name="letter").click()
    expect(page.locator("h1")).to_contain_text("letter")
    page.goto("plugins/")
    page.get_by_label("Filter plugins and rules").fill("lifecycle")
    expect(page.locator(".component:visible")).to_have_count(1)
    page.locator(".component:visible summary").click()
    expect(page.get_by_role("table", name="Settings of lifecycle")).to_contain_text("birthday.before")
    expect(page.locator("#times table")).to_contain_text("µs")
