"""Files included into MJML: where they end up, and that every mistake in them is told in their own file."""

import pytest

from mailweave.errors import MailweaveError
from mailweave.includes import with_includes
from mailweave.markup import check_mjml
from mailweave.source import Source


@pytest.fixture
def expand(tmp_path):
    def expand(files, main="main.mjml"):
        for name, text in files.items():
            path = tmp_path / "shop" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        root = tmp_path / "shop"
        file = root / main
        return with_includes(Source(main, file.read_text()), file, (root,), lambda path: path.relative_to(tmp_path.resolve() / "shop").as_posix())

    return expand


BODY = "<mjml><mj-body>{}</mj-body></mjml>"

CASES = {
    "a fragment stands in place": (BODY.format('a<mj-include path="b.mjml" />c'), {"b.mjml": "B"}, BODY.format("aBc")),
    "with an end tag": (BODY.format('a<mj-include path="b.mjml"> </mj-include>c'), {"b.mjml": "B"}, BODY.format("aBc")),
    "a document's body stands in place": (BODY.format('<mj-include path="b.mjml" />'), {"b.mjml": BODY.format("B")}, BODY.format("B")),
    "its head joins the head": (
        '<mjml><mj-head>h</mj-head><mj-body><mj-include path="b.mjml" /></mj-body></mjml>',
        {"b.mjml": "<mjml><mj-head>H</mj-head><mj-body>B</mj-body></mjml>"},
        "<mjml><mj-head>hH</mj-head><mj-body>B</mj-body></mjml>",
    ),
    "a head is made": (
        BODY.format('<mj-include path="b.css" type="css" />'),
        {"b.css": "p{}"},
        "<mjml><mj-head><mj-style>p{}</mj-style></mj-head><mj-body></mj-body></mjml>",
    ),
    "css to inline": (
        '<mjml><mj-head><mj-include path="b.css" type="css" css-inline="inline" /></mj-head></mjml>',
        {"b.css": "p{}"},
        '<mjml><mj-head><mj-style inline="inline">p{}</mj-style></mj-head></mjml>',
    ),
    "html is raw": (BODY.format('<mj-include path="b.html" type="html" />'), {"b.html": "<p>x"}, BODY.format("<mj-raw><p>x</mj-raw>")),
    "paths are those of the including file": (
        BODY.format('<mj-include path="d/b.mjml" />'),
        {"d/b.mjml": '1<mj-include path="./c.mjml" />2<mj-include path="../e.mjml" />', "d/c.mjml": "C", "e.mjml": "E"},
        BODY.format("1C2E"),
    ),
    "template tags stay": (BODY.format('{% if a %}<mj-include path="b.mjml" />{% endif %}'), {"b.mjml": "{{ b }}"}, BODY.format("{% if a %}{{ b }}{% endif %}")),
    "not in comments and contents": (
        '<!-- <mj-include path="x" /> --><mj-text><mj-include path="x" /></mj-text><mj-include path="b.mjml" />',
        {"b.mjml": "B"},
        '<!-- <mj-include path="x" /> --><mj-text><mj-include path="x" /></mj-text>B',
    ),
}


@pytest.mark.parametrize(("main", "files", "wanted"), CASES.values(), ids=CASES)
def test_puts_files_where_they_belong(expand, main, files, wanted):
    assert expand({"main.mjml": main, **files}).text == wanted


def test_a_head_file_takes_style_sheets(expand):
    assert expand({"head.mjml": '<mj-include path="b.css" type="css" />', "b.css": "p{}"}, "head.mjml").text == "<mj-style>p{}</mj-style>"


MISTAKES = {
    "no path": ("<mj-include />", {}, "main.mjml:1:1: `<mj-include>` has no `path`"),
    "no file": ('a\n <mj-include path="buton.mjml" />', {"button.mjml": ""}, "main.mjml:2:2: there is no file 'buton.mjml' – did you mean 'button.mjml'?"),
    "type": ('<mj-include path="b" type="cs" />', {"b": ""}, "main.mjml:1:1: 'cs' is no type of file to include – did you mean 'css'?"),
    "outside": ('<mj-include path="../x.mjml" />', {}, "main.mjml:1:1: '../x.mjml' lies outside"),
    "absolute": ('<mj-include path="/etc/passwd" />', {}, "main.mjml:1:1: '/etc/passwd' lies outside"),
    "itself": ('<mj-include path="main.mjml" />', {}, "main.mjml:1:1: 'main.mjml' includes itself: main.mjml → main.mjml"),
    "in a circle": (
        '<mj-include path="a.mjml" />',
        {"a.mjml": '\n<mj-include path="b.mjml" />', "b.mjml": '<mj-include path="a.mjml" />'},
        "b.mjml:1:1: 'a.mjml' includes itself: a.mjml → b.mjml → a.mjml",
    ),
    "a sheet in a body": ('<mj-include path="b.css" type="css" />', {"b.css": ""}, "main.mjml:1:1: a style sheet or a head can't be included into a part of a body"),
    "too many": ('<mj-include path="a.mjml" />', {f"{a}.mjml": f'<mj-include path="{b}.mjml" />' * 8 for a, b in ("ab", "bc", "cd", "de")}, "more than 1000 files"),
}


@pytest.mark.parametrize(("main", "files", "message"), MISTAKES.values(), ids=MISTAKES)
def test_says_what_is_wrong_and_where(expand, main, files, message):
    with pytest.raises(MailweaveError) as raised:
        expand({"e.mjml": "", "main.mjml": main, **files})
    assert message in str(raised.value)


def test_every_mistake_at_once(expand):
    with pytest.raises(MailweaveError) as raised:
        expand({"main.mjml": '<mj-include path="a" />\n<mj-include />'})
    assert [problem.place.line for problem in raised.value.problems] == [1, 2]


def test_a_link_out_of_the_workspace_is_not_followed(expand, tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "link.mjml").symlink_to(tmp_path / "secret")
    with pytest.raises(MailweaveError, match="lies outside"):
        expand({"main.mjml": '<mj-include path="link.mjml" />'})


def test_mistakes_in_an_included_file_are_told_there(expand):
    source = expand({"main.mjml": BODY.format('\n<mj-include path="b.mjml" />\n<mj-foo />'), "b.mjml": "\n  <mj-bar />"})
    assert [str(problem.place) for problem in check_mjml(source, source.text, "layout")] == ["b.mjml:2:3", "main.mjml:3:1"]
