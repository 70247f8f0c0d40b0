"""Editing a profile as text, and saving it."""

import json

import pytest

from mailweave.yamlfile import load

JSON = {"Accept": "application/json"}


def post(client, path, **data):
    return client.post(path, json=data, headers={**client.token, **JSON})


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_the_text_of_a_profile_is_no_edit(client, kind):
    for name in client.previewer.workspace.profile_names():
        text = client.get("/profiles/text", query_string={"profile": name, "kind": kind}).json["text"]
        assert post(client, "/profiles/edit", text=text, profile=name).json == {"edit": {}}


def test_an_edit_is_what_differs(client):
    data = dict(client.previewer.workspace.profile("gold").data)
    data["first_name"] = "Zoë"
    del data["points"]
    assert post(client, "/profiles/edit", text=json.dumps(data), profile="gold").json == {"edit": {"first_name": "Zoë", "points": None}}


def test_a_mistake_in_the_text_has_its_place(client):
    answer = post(client, "/profiles/edit", text="first_name: Ann\nemail: nonsense\n", profile="gold")
    assert answer.status_code == 422
    assert answer.json["problems"] == ["the profile:2:8: 'nonsense' is no e-mail address – write it like hello@shop.example"]


def test_saving_writes_a_profile_that_reads_back_the_same(own, shop):
    edit = {"first_name": "Zoë", "postal_code": "01067", "country": "NO", "points": None}
    answer = post(own, "/profiles/save", name="zoe", profile="gold", edit=edit, locale="de")
    assert answer.json == {"name": "zoe", "path": "profiles/zoe.yaml"}
    saved = load(shop / "profiles" / "zoe.yaml", "zoe").value
    expected = {**own.previewer.workspace.profile("gold").data, **edit, "locale": "de"}
    del expected["points"]
    assert saved == expected
    assert own.previewer.workspace.profile("zoe").data == saved
    assert (shop / "profiles" / "zoe.yaml").read_text().startswith("# Made in the previewer from 'gold'.\n")


def test_a_profile_is_replaced_only_when_that_is_asked_for(own, shop):
    before = (shop / "profiles" / "gold.yaml").read_text()
    answer = post(own, "/profiles/save", name="gold", profile="newcomer")
    assert (answer.status_code, answer.json) == (409, {"exists": True, "name": "gold"})
    assert (shop / "profiles" / "gold.yaml").read_text() == before
    assert post(own, "/profiles/save", name="gold", profile="newcomer", replace=True).status_code == 200
    assert load(shop / "profiles" / "gold.yaml", "gold").value["id"] == own.previewer.workspace.profile("newcomer").data["id"]


def test_a_profile_that_is_wrong_is_not_saved(own, shop):
    assert post(own, "/profiles/save", name="bad", profile="gold", edit={"email": "nonsense"}).status_code == 422
    assert not (shop / "profiles" / "bad.yaml").exists()
