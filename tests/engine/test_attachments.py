"""Files that travel in a message, read back by Python's own MIME parser."""

import base64
import email.policy
from email.parser import BytesParser

import pytest

from mailweave.errors import MailweaveError
from mailweave.reopen import reopen
from mailweave.testing import AT

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
BLOCK = '<p><img src="logo.png" alt="a"><img src="./a/b &amp; c.png" alt="b"><a href="https://assets.test.example/logo.png">{{ customer.first_name }}</a></p>'
ANN = {"id": "7", "email": "ann@test.example", "first_name": "Ann"}


@pytest.fixture
def shop(make_workspace):
    def make(lines: str):
        files = {
            "campaigns/hello.yaml": f"subject: Hi\nslots: {{note: {{block: own}}}}\n{lines}\n",
            "content_blocks/own/block.yaml": "description: A note.\nvariants: {default: {}}\nvariables: {customer.first_name: {type: string, fallback: you}}\n",
            "content_blocks/own/default.html": BLOCK,
            "terms/a.pdf": "%PDF",
            "assets/note.txt": "x",
        }
        workspace = make_workspace(files)
        for path in ("assets/logo.png", "assets/a/b & c.png", "assets/unused.gif"):
            (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace.root / path).write_bytes(PNG + path.encode())
        return workspace

    return make


def mail(engine, workspace, **options):
    data = engine.render(workspace, "hello", ANN, AT, **options).eml
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")
    return BytesParser(policy=email.policy.default).parsebytes(data)


def tree(part):
    return [part.get_content_type(), *map(tree, part.iter_parts())] if part.is_multipart() else part.get_content_type()


@pytest.mark.parametrize("reference", [True, False])
def test_attachments_and_embedded_pictures(shop, mailweave_engine, reference):
    found = mail(mailweave_engine, shop("attachments: [terms/a.pdf, {file: terms/a.pdf, name: Übersicht 2026.pdf}]\nembed: [logo.png, a/b & c.png, unused.gif]"), reference=reference)
    page = ["multipart/related", "text/html", "image/png", "image/png"]
    assert tree(found) == ["multipart/mixed", ["multipart/alternative", "text/plain", page], "application/pdf", "application/pdf"]
    assert [(part.get_filename(), part.get_content()) for part in found.iter_attachments()] == [("a.pdf", b"%PDF"), ("Übersicht 2026.pdf", b"%PDF")]
    html, *pictures = found.get_body(("related",)).iter_parts()
    text = html.get_content()
    for picture, path in zip(pictures, ["logo.png", "a/b & c.png"], strict=True):
        assert picture.get_content() == PNG + f"assets/{path}".encode()
        assert picture.get_content_disposition() == "inline"
        assert text.count(f'src="cid:{picture["Content-ID"].strip("<>")}"') == 1
    assert 'href="https://assets.test.example/logo.png"' in text


def test_only_what_a_message_shows_travels_in_it(shop, mailweave_engine):
    assert tree(mail(mailweave_engine, shop("embed: [unused.gif]"))) == ["multipart/alternative", "text/plain", "text/html"]
    assert tree(mail(mailweave_engine, shop("attachments: [terms/a.pdf]"))) == ["multipart/mixed", ["multipart/alternative", "text/plain", "text/html"], "application/pdf"]


def test_html_keeps_its_links(shop, mailweave_engine):
    message = mailweave_engine.render(shop("embed: [logo.png]"), "hello", ANN, AT)
    assert 'src="https://assets.test.example/logo.png"' in message.html
    assert "cid:" not in message.html


def test_the_same_bytes_each_time(shop, mailweave_engine):
    one, other = (mailweave_engine.render(shop("embed: [logo.png]\nattachments: [terms/a.pdf]"), "hello", ANN, AT).eml for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("attachments: [terms/b.pdf]", "3:15: there is no file 'terms/b.pdf' – did you mean 'a.pdf'?"),
        ("attachments: [../../etc/passwd]", "3:15: '../../etc/passwd' is outside the workspace"),
        ("attachments: [/etc/passwd]", "'/etc/passwd' is outside the workspace"),
        ("attachments: [terms]", "there is no file 'terms'"),
        (f"attachments: [{'a' * 5000}]", "is not a valid path of a file"),
        ('attachments: ["a\\0b"]', "is not a valid path of a file"),
        ("attachments: [terms/a.pdf, terms/a.pdf]", "two attachments are called 'a.pdf' – give one another `name`"),
        ("attachments: [{file: terms/a.pdf, name: a/b.pdf}]", "'a/b.pdf' is not a valid file name"),
        ('attachments: [{file: terms/a.pdf, name: "a\\r\\nX-Evil: b.pdf"}]', "is not a valid file name"),
        ("embed: [note.txt]", "3:9: 'note.txt' is not a picture – embed .png, .jpg, .gif or .webp files of assets/"),
        ("embed: [lgo.png]", "there is no file 'lgo.png' – did you mean 'logo.png'?"),
        ("embed: [../terms/a.png]", "'../terms/a.png' is outside"),
    ],
)
def test_mistakes_have_their_place(shop, mailweave_engine, lines, said):
    with pytest.raises(MailweaveError) as caught:
        mail(mailweave_engine, shop(lines))
    assert said in str(caught.value)
    assert "campaigns/hello.yaml" in str(caught.value)


def test_too_much_is_refused(shop, mailweave_engine):
    workspace = shop("attachments: [terms/a.pdf]")
    (workspace.root / "terms/a.pdf").write_bytes(bytes(18_000_001))
    with pytest.raises(MailweaveError, match=r"attachments and embedded pictures have 18\.0 MB together – keep them below 18 MB"):
        mail(mailweave_engine, workspace)


def test_a_file_that_changes_is_read_again(shop, mailweave_engine):
    workspace = shop("embed: [logo.png]")
    first = mail(mailweave_engine, workspace).as_bytes()
    logo = workspace.root / "assets/logo.png"
    logo.write_bytes(PNG + b"new")
    assert mail(mailweave_engine, reopen(workspace, [logo])).as_bytes() != first
