import json

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL

HEAD = "<mj-style>\n  .a { color: red }\n  {{ brand.name }}\n</mj-style>\n<mj-style>td:nth-child(2) { color: red }</mj-style>\n"


def warnings(workspace):
    return [str(problem) for problem in workspace.registry.checks["inliner"].run(workspace)]


def test_says_which_inliner_takes_a_sheet(make_workspace):
    shop = make_workspace({"content_blocks/note/head.mjml": HEAD})
    assert warnings(shop) == [
        "content_blocks/note/head.mjml:5:1: warning: premailer can't match the selector 'td:nth-child(2)', so css-inline inlines the messages"
        " with this style sheet – say `inliner: css-inline` in mailweave.yaml to use it for every message"
    ]


def test_says_nothing_where_it_was_chosen(make_workspace):
    settings = MINIMAL["mailweave.yaml"].replace("name: Test\n", "name: Test\n        inliner: css-inline\n", 1)
    assert warnings(make_workspace({"content_blocks/note/head.mjml": HEAD, "mailweave.yaml": settings})) == []
    assert warnings(make_workspace({"content_blocks/note/head.mjml": "<mj-style>a:hover { color: red }</mj-style>"})) == []


@pytest.mark.parametrize(
    ("head", "inliner"),
    [
        ("<mj-style>a:hover { color: red }</mj-style>", {"name": "premailer", "because": "'inliner' is premailer"}),
        (HEAD, {"name": "css-inline", "because": "premailer can't match the selector 'td:nth-child(2)'"}),
    ],
)
def test_explain_says_it_too(make_workspace, capfd, head, inliner):
    root = str(make_workspace({"content_blocks/note/head.mjml": head, "profiles/ann.yaml": "first_name: Ann\n"}).root)
    assert run(["explain", "hello", "--profile", "ann", "-w", root, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["inliner"] == inliner
    assert run(["explain", "hello", "--profile", "ann", "-w", root]) == 0
    assert f"CSS is inlined by {inliner['name']}\n  because  {inliner['because']}\n" in capfd.readouterr().out
