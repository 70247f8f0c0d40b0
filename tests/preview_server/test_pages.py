"""Pages and their answers: what is shown, how fast, and what is shown when something is wrong."""

from time import process_time

import pytest

from mailweave.engine import Engine
from mailweave.testing import MINIMAL, write_files

JSON = {"Accept": "application/json"}


def state(client, campaign="spring_newsletter", **query):
    answer = client.get(f"/campaigns/{campaign}/state", query_string={"profile": "gold", **query}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize("path", ["/campaigns/", "/campaigns/win_back?profile=gold", "/matrix/win_back", "/matrix/win_back?columns=viewports"])
def test_every_page_is_html(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_the_first_page_comes_in_under_a_second(make_client):
    started = process_time()
    assert make_client().get("/campaigns/spring_newsletter?profile=gold").status_code == 200
    assert process_time() - started < 3  # 0.4 s on a machine that isn't busy


def test_a_profile_that_was_shown_before_is_there_at_once(make_client, monkeypatch):
    """Building takes most of a switch's time, so it is counted: the clock of a busy machine would say nothing."""
    built = []
    render = Engine.render

    def counted(self, workspace, campaign, profile, *rest, **options):
        built.append(profile.name)
        return render(self, workspace, campaign, profile, *rest, **options)

    monkeypatch.setattr(Engine, "render", counted)
    client = make_client()
    for profile in ("german", "tokyo", "oneil", "lapsed", "german", "tokyo"):
        state(client, profile=profile)
    assert built == ["german", "tokyo", "oneil", "lapsed"]


def test_a_campaign_without_a_profile_in_its_address_gets_the_first(client):
    assert client.get("/campaigns/win_back?tab=text").location == "?profile=austrian&tab=text"


def test_the_start_page_lists_campaigns_with_what_they_are_for(client):
    text = client.get("/campaigns/").text
    assert 'href="/campaigns/spring_newsletter"' in text
    assert "The letter of the season, about spring bulbs." in text
    assert "12 slots" in text


def test_why_says_what_was_chosen_from_what_and_what_was_tried(client):
    why = state(client, profile="california", slot="greeting", tab="why")["panel"]
    assert "Because 3 orders within 90 days, at least 3." in why
    assert "orders within 90 days" in why
    assert "campaigns/spring_newsletter.yaml:61:9" in why
    assert "mailweave:content_blocks/greeting/loyal.mjml" in why
    assert "the customer is active (last active 1 day ago), not new" in why


def test_a_forced_variant_is_shown_and_marked(client):
    forced = state(client, slot="greeting", tab="why", force="greeting:0")
    assert "it is forced; by the rules it would be greeting / loyal" in forced["panel"]
    assert '<span class="badge forced">forced</span>' in forced["slots"]
    document = client.get("/campaigns/spring_newsletter/message.html?profile=gold&force=greeting:0").text
    assert document != client.get("/campaigns/spring_newsletter/message.html?profile=gold").text


def test_an_edit_changes_the_message_and_one_that_says_nothing_is_taken_out(client):
    assert "Zoë, spring" in state(client, edit='{"first_name": "Zoë"}')["inbox"]
    assert state(client, edit='{"first_name": "Zoë"}')["edit"] == '{"first_name":"Zoë"}'
    assert state(client, edit='{"first_name": "Tomasz"}')["edit"] == ""


def test_an_edit_that_makes_no_sense_is_told_with_its_field_and_can_be_corrected(client):
    answer = state(client, edit='{"email": "nonsense"}', tab="data")
    assert "gold (edited):2:8" in answer["problems"]
    assert "<mark>nonsense</mark>" in answer["problems"]
    assert 'value="nonsense"' in answer["panel"]


def test_time_travel_and_locale(client):
    assert "nothing" in state(client, at="2026-12-24T10:00", slot="countdown", tab="why")["panel"]
    assert state(client, at="2026-12-24T10:00")["at"] == "2026-12-24T10:00"
    assert "Frühling" in state(client, locale="de")["inbox"]


def test_a_source_that_is_down_and_no_recommendations(client):
    for without in ("products", "recommendations"):
        panel = state(client, campaign="win_back", profile="gold", without=without, slot="products", tab="why")["panel"]
        assert "0 recommendations" in panel or "no recommendations" in panel or "only 0" in panel, panel


def test_what_is_not_there_can_not_be_taken_away(client):
    assert "there is no source or content &#39;prodcts&#39; to take away" in state(client, without="prodcts")["problems"]


def test_the_same_message_is_not_sent_again(client):
    first = state(client)
    answer = client.get("/campaigns/spring_newsletter/state", query_string={"profile": "gold", "known": first["id"]}, headers=JSON)
    assert (answer.status_code, answer.data) == (204, b"")


def test_the_document_is_marked_and_the_files_are_as_sent(client, mailweave_engine, shop):
    from mailweave.marks import without_marks
    from mailweave.testing import AT

    sent = mailweave_engine.render(mailweave_engine.open(shop), "win_back", "gold", AT)
    document = client.get("/campaigns/win_back/message.html?profile=gold").text
    assert 'data-mailweave-slot="hero"' in document
    assert "https://assets.juniper.example/" not in document
    assert 'src="/assets/brand/logo.png"' in document
    assert without_marks(document) != document
    eml = client.get("/campaigns/win_back/message.eml?profile=gold")
    assert eml.data == sent.eml
    assert "attachment" in eml.headers["Content-Disposition"]
    assert client.get("/campaigns/win_back/message.txt?profile=gold").text == sent.text


def test_without_an_assets_folder_pictures_stay_where_they_are(make_client, tmp_path):
    write_files(tmp_path / "small", {**MINIMAL, "campaigns/hello.yaml": "subject: Hi\nslots: {note: {block: note, parameters: {text: Hi}}}\n"})
    assert "/assets/" not in make_client(tmp_path / "small").get("/campaigns/hello/message.html").text.replace("https://assets", "")


def test_a_workspace_with_nothing_in_it(make_client, tmp_path):
    write_files(tmp_path / "empty", {"mailweave.yaml": MINIMAL["mailweave.yaml"]})
    client = make_client(tmp_path / "empty")
    assert "No campaigns yet" in client.get("/campaigns/").text
    assert client.get("/matrix/").location == "/campaigns/"


def test_a_campaign_without_profiles_is_shown_for_nobody(make_client, tmp_path):
    files = {**MINIMAL, "campaigns/hello.yaml": "subject: Hi\nslots: {note: {block: note}}\n"}
    write_files(tmp_path / "small", {name: text for name, text in files.items() if not name.startswith("profiles/")})
    client = make_client(tmp_path / "small")
    assert "no profile" in client.get("/campaigns/hello").text
    assert "Hello, there!" in client.get("/campaigns/hello/message.txt").text


def test_a_template_error_is_shown_with_its_line(own, shop):
    file = shop / "content_blocks" / "letter" / "hello.hbs.mjml"
    file.write_text(file.read_text().replace("{{", "{{#if", 1))
    own.previewer.live.changed([file])
    broken = state(own, campaign="win_back", profile="oneil")
    assert not broken["ok"]
    assert "content_blocks/letter/hello.hbs.mjml:" in broken["problems"]
    assert "<mark>" in broken["problems"]
    page = own.get("/campaigns/win_back?profile=oneil")
    assert page.status_code == 200
    assert "This message can't be built" in page.text
    document = own.get("/campaigns/win_back/message.html?profile=oneil")
    assert document.status_code == 422


def test_a_broken_workspace_is_a_page_until_it_is_mended(make_client, shop):
    settings = shop / "mailweave.yaml"
    good = settings.read_text()
    settings.write_text(good.replace("brand:", "brnad:", 1))
    client = make_client()
    answer = client.get("/campaigns/")
    assert answer.status_code == 422
    assert "did you mean &#39;brand&#39;?" in answer.text
    assert client.get("/campaigns/win_back/state", headers=JSON).json["problems"]
    settings.write_text(good)
    client.previewer.live.changed([settings])
    assert client.get("/campaigns/").status_code == 200
    settings.write_text(good.replace("brand:", "brnad:", 1))
    client.previewer.live.changed([settings])
    kept = state(client)
    assert kept["ok"]
    assert kept["trouble"] == "mailweave.yaml can't be read; this is how it was"


def test_a_fault_of_ours_is_a_page_too(own, monkeypatch, capsys):
    monkeypatch.setattr(type(own.previewer.workspace), "campaign_names", lambda self: 1 / 0)
    answer = own.get("/campaigns/")
    assert answer.status_code == 500
    assert "The previewer failed" in answer.text
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_plugin_that_fails_takes_only_its_part_away(client, monkeypatch, capsys):
    panel = client.previewer.engine.registry.panels["text"]
    monkeypatch.setattr(type(panel), "body", lambda self, shown: 1 / 0)
    answer = state(client, tab="text")
    assert answer["ok"]
    assert "the plugin &#39;previewer&#39; failed in panel &#39;text&#39;: ZeroDivisionError" in answer["panel"]


def test_the_matrix_says_what_each_profile_gets(client):
    rows = client.get("/matrix/spring_newsletter/rows?p=gold&p=newcomer&p=nobody", headers=JSON).json["rows"]
    assert [row["profile"] for row in rows] == ["gold", "newcomer", "nobody"]
    assert rows[0]["choice"]["loyalty"] == "loyalty / gold"
    assert rows[1]["choice"]["greeting"] == "greeting / welcome"
    assert rows[2]["problem"].startswith("there is no profile 'nobody'")


def test_names_for_the_palette(client):
    state(client)
    names = client.get("/names").json
    assert next(entry["hint"] for entry in names["profiles"] if entry["name"] == "gold").startswith("Tomasz ")
    assert [entry["name"] for entry in names["campaigns"]] == ["cart_reminder", "spring_newsletter", "win_back"]
