"""No page has a violation that axe-core finds, in light and in dark."""

import pytest

from mailweave_preview.run_folders import id_of

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = {
    "start": "campaigns/",
    "workbench": "campaigns/spring_newsletter?profile=california&slot=greeting",
    "workbench, nothing chosen": "campaigns/win_back?profile=gold",
    "forced": "campaigns/spring_newsletter?profile=california&slot=greeting&force=greeting:0",
    "data": "campaigns/spring_newsletter?profile=california&tab=data&edit=%7B%22first_name%22%3A%22A%22%7D",
    "problems": "campaigns/spring_newsletter?profile=nobody-like-that&tab=problems",
    "source": "campaigns/win_back?profile=gold&tab=source",
    "text": "campaigns/win_back?profile=gold&tab=text",
    "matrix": "matrix/spring_newsletter",
    "pictures": "matrix/win_back?columns=viewports",
    "error": "campaigns/nothing-like-that?profile=gold",
    "runs": "runs/",
}


def pages_of(served):
    """Every page, with that of a bulk run."""
    return {**PAGES, "run": f"runs/{id_of(served.previewer.options.runs[0] / 'sent')}"}


# The message's own accessibility is a matter of the campaign, not of the previewer.
CONTEXT = {"exclude": [["iframe"]]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(browser, served, scheme):
    # Only colours differ in the dark.
    options = {"resultTypes": ["violations"], "iframes": False, **({"runOnly": ["color-contrast"]} if scheme == "dark" else {})}
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=served.url, color_scheme=scheme, reduced_motion="reduce")
    page, checker, found = context.new_page(), axe.Axe(), {}
    for name, path in pages_of(served).items():
        page.goto(path)
        page.wait_for_timeout(350)
        results = checker.run(page, context=CONTEXT, options=options)
        if results.violations_count:
            found[name] = [(rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in results.response["violations"]]
    for key, dialog in (("?", "#keys"), ("Control+k", "#palette")):
        page.goto(PAGES["workbench"])
        page.wait_for_timeout(300)
        page.keyboard.press(key)
        page.wait_for_timeout(200)
        results = checker.run(page, context={"include": [[dialog]]}, options=options)
        if results.violations_count:
            found[dialog] = [(rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in results.response["violations"]]
    context.close()
    assert found == {}


def test_every_page_fits_a_phone(browser, served):
    """Nothing makes a page wider than the phone that shows it; what is wider by nature scrolls in itself."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=served.url, is_mobile=True, has_touch=True)
    page, wide = context.new_page(), {}
    for name, path in {**pages_of(served), "permutations": "permutations/spring_newsletter", "compare": "compare/spring_newsletter?profile=gold", "block": "blocks/product_grid"}.items():
        page.goto(path)
        page.wait_for_timeout(350)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[name] = width
        opened = page.locator(".bar nav [aria-current]")
        assert opened.count() == 0 or opened.bounding_box()["x"] < 240, name
    context.close()
    assert wide == {}
