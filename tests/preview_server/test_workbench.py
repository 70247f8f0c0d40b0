"""The workbench in a real browser: each of its interactions, with the pointer and with the keyboard."""

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

NEWS = "campaigns/spring_newsletter?profile=california"


def open_bench(page, path=NEWS):
    page.goto(path)
    shown(page)


def shown(page):
    """Wait until every frame shows its message."""
    page.wait_for_function("() => { const all = [...document.querySelectorAll('.frame')]; return all.length && all.every(one => one.querySelector('iframe:not(.next)') && !one.querySelector('iframe.next')) && !document.querySelector('.frames.waiting') }")


def message(page, index=0):
    return page.frame_locator(".frame iframe:not(.next)").nth(index)


def address(page):
    return page.evaluate("Object.fromEntries([...new URLSearchParams(location.search).keys()].map(key => [key, new URLSearchParams(location.search).getAll(key).join()]))")


def press(page, key):
    page.keyboard.press(key)
    page.wait_for_timeout(30)
    shown(page)


def test_shows_the_message_its_slots_and_its_inbox_line(page):
    open_bench(page)
    expect(message(page).get_by_text("Good to see you again, Marisol")).to_be_visible()
    expect(page.locator("#slots").get_by_role("button", name="greeting loyal")).to_be_visible()
    expect(page.locator(".inbox summary")).to_contain_text("Marisol, spring begins in November")
    page.locator(".inbox summary").click()
    expect(page.get_by_role("row", name=re.compile("^iPhone Mail"))).to_be_visible()
    expect(page.locator("#status")).to_contain_text("kB of 102")


def test_profiles_by_keys_buttons_and_search(page):
    open_bench(page)
    press(page, "j")
    assert address(page)["profile"] == "full-cart"
    expect(page.locator("#profile")).to_have_text("full-cart")
    press(page, "k")
    page.get_by_role("button", name="Next profile").click()
    shown(page)
    page.get_by_role("button", name="Previous profile").click()
    shown(page)
    assert address(page)["profile"] == "california"
    page.keyboard.press("Control+k")
    page.keyboard.type("newc")
    expect(page.get_by_role("option", name="Profile newcomer")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#slots").get_by_role("button", name="greeting welcome")).to_be_visible()
    assert address(page)["profile"] == "newcomer"
    page.go_back()
    expect(page.locator("#profile")).to_have_text("california")


def test_a_slot_lights_up_in_the_message_and_the_message_in_its_slot(page):
    open_bench(page)
    hero = page.locator("#slots").get_by_role("button", name="hero default")
    hero.hover()
    light = page.locator(".frame .light")
    expect(light.first).to_contain_text("hero")
    box, frame = light.first.bounding_box(), page.locator(".frame iframe").first.bounding_box()
    assert abs(box["width"] - frame["width"]) < 5
    assert 100 < box["height"] < 900
    message(page).get_by_text("Good to see you again").hover()
    expect(page.locator("#slots button.lit")).to_contain_text("greeting")


def test_a_click_in_the_message_asks_why_and_follows_no_link(page):
    open_bench(page)
    message(page).get_by_role("link", name="See the bulbs").first.click()
    expect(page.locator("#panel h2")).to_have_text("hero → hero / default")
    expect(page.locator("#toast")).to_have_text("Link: https://juniper.example/bulbs")
    assert len(page.context.pages) == 1
    assert address(page) == {"profile": "california", "slot": "hero", "tab": "why"}


def test_why_and_force_by_keyboard(page):
    open_bench(page)
    for _ in range(3):
        press(page, "n")
    expect(page.locator("#panel h2")).to_have_text("greeting → greeting / loyal")
    expect(page.locator("#panel")).to_contain_text("Because 3 orders within 90 days, at least 3.")
    page.get_by_role("button", name="Force welcome").focus()
    page.keyboard.press("Enter")
    expect(message(page).get_by_text("Welcome").first).to_be_visible()
    expect(page.locator("#slots")).to_contain_text("forced")
    expect(page.locator("#panel")).to_contain_text("Forced, not chosen by the rules")
    assert address(page)["force"] == "greeting:0"
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#panel h2")).to_have_text("greeting → greeting / loyal")
    press(page, "Escape")
    assert "slot" not in address(page)


def test_viewports_side_by_side_free_and_fitted(page):
    open_bench(page)
    page.goto(NEWS + "&w=phone")
    shown(page)
    press(page, "2")
    press(page, "3")
    assert address(page)["w"] == "phone,tablet,desktop"
    widths = [message(page, index).locator("body").evaluate("body => innerWidth") for index in range(3)]
    assert widths == [375, 600, 900]
    press(page, "z")
    frames, last = page.locator("#frames").bounding_box(), page.locator(".frame").last.bounding_box()
    assert last["x"] + last["width"] <= frames["x"] + frames["width"] + 1
    assert message(page, 2).locator("body").evaluate("body => innerWidth") == 900
    for key in "z123":
        press(page, key)
    press(page, "0")
    handle = page.get_by_role("slider", name="Width of the frame free")
    handle.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    shown(page)
    assert address(page)["w"].endswith("570")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] - 45, box["y"] + 200, steps=4)
    page.mouse.up()
    assert int(address(page)["w"].split(",")[-1]) < 560


def test_the_frame_is_as_high_as_the_message(page):
    open_bench(page, NEWS + "&w=phone")
    inside = message(page).locator("html").evaluate("html => html.getBoundingClientRect().height")
    assert abs(page.locator(".frame .glass").bounding_box()["height"] - inside) < 3
    assert inside > 2000


def test_colour_schemes_and_images(page):
    def ground(selector="body"):
        return message(page).locator(selector).first.evaluate("element => getComputedStyle(element.querySelector('[data-mailweave-slot] td') || element).color + getComputedStyle(document.body).backgroundColor")

    open_bench(page, NEWS + "&w=tablet")
    looks = [ground()]
    for _ in range(2):
        press(page, "d")
        looks.append(ground())
    assert len(set(looks)) == 3
    assert address(page)["scheme"] == "forced"
    press(page, "d")
    assert "scheme" not in address(page)
    loaded = "img => img.complete && img.naturalWidth > 0"
    picture = message(page).locator("img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert picture.evaluate(loaded)
    page.get_by_role("button", name="images").click()
    shown(page)
    assert not message(page).locator("img").first.evaluate(loaded)
    press(page, "i")
    assert "images" not in address(page)


def test_moment_locale_and_what_if(page):
    open_bench(page, "campaigns/spring_newsletter?profile=newcomer")
    expect(page.locator("#slots").get_by_role("button", name=re.compile("^countdown countdown_text"))).to_be_visible()
    page.locator("#at").fill("2026-12-24T10:00")
    page.locator("#at").blur()
    expect(page.locator("#slots").get_by_role("button", name="countdown nothing")).to_be_visible()
    page.locator("#locale").fill("de")
    page.locator("#locale").press("Enter")
    expect(page.locator(".inbox summary")).to_contain_text("Frühling")
    page.get_by_text("What if").click()
    page.get_by_label("recommendations").uncheck()
    expect(page.locator("#suppositions")).to_have_text("1")
    assert address(page) == {"profile": "newcomer", "at": "2026-12-24T10:00", "locale": "de", "without": "recommendations"}
    page.reload()
    shown(page)
    expect(page.locator("#locale")).to_have_value("de")
    expect(page.locator("#at")).to_have_value("2026-12-24T10:00")


def test_a_field_is_edited_with_the_result_at_once(page):
    open_bench(page, NEWS + "&tab=data")
    name = page.locator("#fields").get_by_label("first_name", exact=True)
    name.fill("Zoë")
    expect(message(page).get_by_text("Good to see you again, Zoë")).to_be_visible()
    expect(name).to_be_focused()
    expect(page.locator("[data-path=first_name]")).to_have_class(re.compile("edited"))
    assert address(page)["edit"] == '{"first_name":"Zoë"}'
    page.get_by_label("another field").fill("points")
    page.get_by_label("another field").press("Enter")
    page.locator("[data-path=points] input").last.fill("7")
    expect(page.locator("#profile")).to_have_text("california (edited)")
    page.locator("#edited").click()
    expect(message(page).get_by_text("Good to see you again, Marisol")).to_be_visible()
    expect(page.locator("#fields").get_by_label("first_name", exact=True)).to_have_value("Marisol")


def test_the_profile_as_text_with_its_mistakes(page):
    open_bench(page, NEWS + "&tab=data")
    page.get_by_role("button", name="YAML").click()
    text = page.get_by_label("The profile as text")
    expect(text).to_have_value(re.compile("first_name: Marisol"))
    text.fill("id: p-1\nfirst_name: Zoë\nemail: nonsense\n")
    expect(page.locator("#text-problems")).to_contain_text("the profile:3:8")
    text.fill("id: p-1\nfirst_name: Zoë\n")
    expect(page.locator("#text-problems")).to_be_empty()
    expect(message(page).get_by_text("Zoë").first).to_be_visible()
    page.get_by_role("button", name="JSON").click()
    expect(text).to_have_value(re.compile('"first_name": "Zoë"'))


def test_a_profile_is_saved(page, served):
    open_bench(page, "campaigns/spring_newsletter?profile=california&tab=data&edit=" + "%7B%22first_name%22%3A%22Zo%C3%AB%22%7D")
    page.get_by_label("Save as preview profile").fill("zoe-in-oslo")
    page.get_by_label("Save as preview profile").press("Enter")
    expect(page.locator("#toast")).to_have_text("Saved as profiles/zoe-in-oslo.yaml")
    file = served.previewer.live.root / "profiles" / "zoe-in-oslo.yaml"
    assert "first_name: Zoë" in file.read_text()
    expect(page.locator("#profile")).to_have_text("zoe-in-oslo")
    assert "edit" not in address(page)
    page.get_by_label("Save as preview profile").fill("zoe-in-oslo")
    page.get_by_label("Save as preview profile").press("Enter")
    expect(page.get_by_role("button", name="Replace it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("Saved as profiles/zoe-in-oslo.yaml")
    file.unlink()


def test_panels_by_keys_and_arrows(page):
    open_bench(page)
    for key, said in [("t", "The spring letter"), ("s", "<!doctype html>"), ("b", "problems|looking"), ("f", "first_name"), ("w", "Choose a slot")]:
        press(page, key)
        expect(page.locator("#panel")).to_contain_text(re.compile(said, re.IGNORECASE))
    page.get_by_role("tab", name="Why").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Data")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Data")).to_be_focused()


def test_keys_work_while_the_message_has_the_focus(page):
    open_bench(page)
    message(page).locator("body").evaluate("body => { body.tabIndex = 0; body.focus(); }")
    page.locator(".frame iframe").first.focus()
    message(page).locator("body").press("j")
    expect(page.locator("#profile")).to_have_text("full-cart")


def test_the_sheet_of_keys(page):
    open_bench(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Next")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_eml_is_downloaded(page):
    open_bench(page)
    with page.expect_download() as download:
        page.keyboard.press("e")
    assert download.value.suggested_filename == "spring_newsletter-california.eml"


def test_colours_of_the_previewer_are_kept(page):
    open_bench(page)
    page.keyboard.press("Shift+T")
    page.keyboard.press("Shift+T")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_template_runs_nothing(page, served):
    root = served.previewer.live.root
    file = root / "content_blocks" / "delivery_note" / "default.mjml"
    good = file.read_text()
    evil = "<mj-raw><div class='evil'><b>evil</b><img src='x' alt='' onerror='parent.document.title=1'><iframe src='https://evil.example'></iframe><a href='javascript:parent.document.title=2'>go</a></div></mj-raw>"
    try:
        file.write_text(re.sub(r"(?s)^", evil, good, count=1))
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(NEWS)
        page.wait_for_timeout(1500)
        expect(message(page).locator(".evil")).to_be_attached()
        assert page.title().startswith("spring_newsletter")
        assert page.complaints
        page.complaints.clear()
        assert [url for url in asked if "evil.example" in url and not url.startswith(served.url)] == []
    finally:
        file.write_text(good)
        page.wait_for_timeout(300)
