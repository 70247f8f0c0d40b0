"""A workspace opened again keeps what the changed files can't have touched, and nothing else."""

import pytest

from mailweave.errors import MailweaveError
from mailweave.reopen import reopen
from mailweave.testing import AT

FILES = {
    "campaigns/a.yaml": "subject: A\nslots: {note: {block: note}}\n",
    "campaigns/b.yaml": "subject: B\nslots: {card: {block: card}}\n",
    "content_blocks/card/block.yaml": "description: A card.\nvariants: {default: {}}\n",
    "content_blocks/card/default.mjml": "<mj-section><mj-column><mj-text>Card</mj-text></mj-column></mj-section>\n",
    "profiles/ann.yaml": "first_name: Ann\n",
    "profiles/bob.yaml": "first_name: Bob\n",
    "messages/en.yaml": "hi: Hi\n",
}


@pytest.fixture
def shop(make_workspace):
    shop = make_workspace(FILES)
    for read, names in ((shop.campaign, "ab"), (shop.profile, ("ann", "bob"))):
        for name in names:
            read(name)
    assert shop.sources == {}
    assert shop.catalogue
    return shop


def again(shop, path, text):
    file = shop.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return reopen(shop, [file])


@pytest.mark.parametrize(
    ("path", "text", "lost"),
    [
        ("profiles/ann.yaml", "first_name: Anna\n", {("profile", "ann")}),
        ("campaigns/a.yaml", "subject: AA\nslots: {note: {block: note}}\n", {("campaign", "a")}),
        ("content_blocks/card/default.mjml", "<mj-section />\n", {("block", "card"), ("campaign", "b")}),
        ("content_blocks/card/messages/en.yaml", "x: y\n", {("block", "card"), ("campaign", "b")}),
        ("layouts/base.mjml", "<mjml><mj-body><mw-slots /></mj-body></mjml>\n", {("layout", "base"), ("campaign", "a"), ("campaign", "b")}),
        ("messages/en.yaml", "hi: Hello\n", set()),
        ("data/products.csv", "id\n", set()),
    ],
)
def test_only_what_depends_on_the_file_is_lost(shop, path, text, lost):
    assert set(shop.parts) - set(again(shop, path, text).parts) == lost


def test_translations_and_sources_are_read_again_only_when_they_may_have_changed(shop):
    cached = {path: set(vars(again(shop, path, text))) & {"catalogue", "sources"} for path, text in [("profiles/ann.yaml", ""), ("messages/en.yaml", "hi: Hey"), ("data/x.csv", "")]}
    assert cached == {"profiles/ann.yaml": {"catalogue", "sources"}, "messages/en.yaml": {"sources"}, "data/x.csv": {"catalogue"}}


def test_settings_change_everything(shop):
    settings = shop.root / "mailweave.yaml"
    assert again(shop, "mailweave.yaml", settings.read_text().replace("name: Test", "name: Other", 1)).parts == {}


def test_errors_are_never_kept(shop, mailweave_engine):
    broken = again(shop, "campaigns/a.yaml", "subject: A\nslots: {note: {block: late}}\n")
    with pytest.raises(MailweaveError, match="there is no block 'late'"):
        broken.campaign("a")
    (broken.root / "content_blocks/late").mkdir()
    (broken.root / "content_blocks/late/default.mjml").write_text(FILES["content_blocks/card/default.mjml"])
    mended = again(broken, "content_blocks/late/block.yaml", FILES["content_blocks/card/block.yaml"])
    assert "Card" in mailweave_engine.render(mended, "a", "ann", AT).text


def test_a_workspace_block_that_hides_a_stock_one_is_found(make_workspace, mailweave_engine):
    shop = make_workspace({"campaigns/a.yaml": "subject: A\nslots: {text: {block: text, parameters: {paragraphs: [Stock]}}}\n"})
    assert "Stock" in mailweave_engine.render(shop, "a", {}, AT).text
    folder = shop.root / "content_blocks/text"
    folder.mkdir()
    (folder / "default.mjml").write_text(FILES["content_blocks/card/default.mjml"])
    (folder / "block.yaml").write_text("description: Ours.\nparameters: {paragraphs: {type: list}}\nvariants: {default: {}}\n")
    assert "Card" in mailweave_engine.render(reopen(shop, list(folder.iterdir())), "a", {}, AT).text
