"""Each suite's reader, on a tiny checkout of our own words in the suite's format."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conformance.__main__ import main, run
from conformance.pictures import Pair, differences
from conformance.report import Report
from conformance.suites import SUITES, find_suite
from mailweave.errors import MailweaveError
from mailweave_preview.browser import find_chromium

Checkout = Callable[[Mapping[str, str]], Path]
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="no Node here")
needs_ruby = pytest.mark.skipif(not shutil.which("ruby"), reason="no Ruby here")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "checkout" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "checkout"

    return write


def verdicts(report: Report) -> dict[str, tuple[str, str]]:
    return {outcome.case.name: (outcome.verdict, outcome.kind) for outcome in report.outcomes}


SPECS = {
    "specs/interpolation.json": {"tests": [
        {"name": "Plain", "data": {"who": "Ann"}, "template": "Hi {{who}}", "expected": "Hi Ann"},
        {"name": "Code", "data": {"who": {"__tag__": "code", "js": "() => 1"}}, "template": "{{who}}", "expected": "1"},
        {"name": "Wrong", "data": {"who": "Ann"}, "template": "{{who}}", "expected": "Bob"},
    ]},
    "specs/sections.json": {"tests": [{"name": "Variable test", "data": {"a": {"b": 1}, "c": 2}, "template": "{{#a}}{{b}}{{c}}{{/a}}", "expected": "12"}]},
    "specs/delimiters.json": {"tests": [{"name": "Ours", "data": {}, "template": "{{=[[ ]]=}}", "expected": ""}]},
}  # fmt: skip


def test_mustache(checkout: Checkout, tmp_path: Path) -> None:
    folder = checkout({name: json.dumps(content) for name, content in SPECS.items()})
    assert verdicts(run(folder, tmp_path / "build")) == {
        "interpolation / Plain": ("same", ""),
        "interpolation / Code": ("left out", "code in the data"),
        "interpolation / Wrong": ("different", ""),
        "sections / Variable test": ("decided", "names of the contexts around"),
        "delimiters / Ours": ("refused", "set delimiters"),
    }


HANDLEBARS = """
describe('greetings', function () {
  beforeEach(function () { handlebarsEnv.registerPartial('sign', '~{{who}}'); });
  it('plain', function () { expectTemplate('Hi {{who}}').withInput({ who: 'Ann' }).withMessage('m').toCompileTo('Hi Ann'); });
  it('partials', () => { expectTemplate('{{> sign}}{{> more}}').withInput({ who: 'Ann' }).withPartial('more', '!').toCompileTo('~Ann!'); });
  it('wrong', () => expectTemplate('{{who}}').withInput({ who: 1 }).toCompileTo('2'));
  it('throws', () => expectTemplate('{{#who}}').toThrow(/Parse error/));
  it('should throw', () => expectTemplate('{{who}}').toThrow(Error));
  describe('only JavaScript', function () {
    it('helper', () => expectTemplate('{{shout who}}').withHelper('shout', (text) => text + '!').toCompileTo('!'));
    it('helper that is not called', () => expectTemplate('{{who}}').withHelpers({ shout: (text) => text }).toCompileTo(''));
    it('registered', () => { handlebarsEnv.registerHelper('shout', (text) => text); expectTemplate('{{shout 1}}').toCompileTo('1'); });
    it('function', () => expectTemplate('{{who}}').withInput({ who: () => 'Ann' }).toCompileTo('Ann'));
    it('object', () => expectTemplate('{{who}}').withInput({ who: new Handlebars.SafeString('<b>') }).toCompileTo('<b>'));
    it('class', () => { class Ann {} expectTemplate('{{who}}').withInput(new Ann()).toCompileTo(''); });
    it('setting', () => expectTemplate('{{who}}').withCompileOptions({ strict: true }).toThrow(Error));
    it('default setting', () => expectTemplate('{{who}}').withInput({ who: 1 }).withCompileOptions({ data: true }).toCompileTo('1'));
    it('compiler', () => { handlebarsEnv.compile = undefined; expectTemplate('{{who}}').toCompileTo('?'); });
    it('fails', () => { expectTemplate('{{who}}').toCompileTo(''); throw new Error('no'); });
    it.skip('skipped', () => expectTemplate('{{who}}').toCompileTo('?'));
  });
});
"""


@needs_node
def test_handlebars_js(checkout: Checkout, tmp_path: Path) -> None:
    found = verdicts(run(checkout({"lib/handlebars.js": "", "spec/ours.js": HANDLEBARS, "spec/spec.js": "nonsense("}), tmp_path / "build"))
    only = "ours / greetings / only JavaScript"
    assert found == {
        "ours / greetings / plain": ("same", ""),
        "ours / greetings / partials": ("same", ""),
        "ours / greetings / wrong": ("different", ""),
        "ours / greetings / throws": ("same", ""),
        "ours / greetings / should throw": ("different", ""),
        f"{only} / helper": ("left out", "its own JavaScript helpers"),
        f"{only} / helper that is not called": ("same", ""),
        f"{only} / registered": ("left out", "its own JavaScript helpers"),
        f"{only} / function": ("left out", "a JavaScript function in the data"),
        f"{only} / object": ("left out", "a JavaScript object in the data"),
        f"{only} / class": ("left out", "a JavaScript object in the data"),
        f"{only} / setting": ("left out", "settings of Handlebars.js"),
        f"{only} / default setting": ("same", ""),
        f"{only} / compiler": ("left out", "settings of Handlebars.js"),
        f"{only} / fails": ("left out", "a test that calls Handlebars.js itself"),
    }


RUBY = """
require 'test_helper'
class OursTest < Minitest::Test
  def test_text = assert_equal('Hi Ann', Liquid::Template.parse('Hi {{ who }}').render('who' => 'Ann'))
  def test_date = assert_equal('2020', Liquid::Template.parse('{{ day | date: "%Y" }}').render('day' => Date.new(2020, 1, 2)))
  def test_object = assert_equal('Object', Liquid::Template.parse('{{ who }}').render('who' => Object))
  def test_failing = assert_equal('nobody expects this', Liquid::Template.parse('{{ 1 | plus: 1 }}').render)
  def test_error = assert_raises(Liquid::SyntaxError) { Liquid::Template.parse('{% flourish %}') }
end
"""


def gem() -> Path | None:
    """Shopify's Liquid as a gem, when it is there."""
    if not shutil.which("ruby"):
        return None
    done = subprocess.run(["ruby", "-e", "puts Gem::Specification.find_by_name('liquid').gem_dir"], capture_output=True, text=True, check=False)
    return None if done.returncode else Path(done.stdout.strip())


@pytest.mark.skipif(gem() is None, reason="Ruby's gem liquid isn't here")
def test_shopify_liquid(checkout: Checkout, tmp_path: Path) -> None:
    folder = checkout({"test/test_helper.rb": "require 'minitest/autorun'\nrequire 'liquid'\n", "test/unit/ours_test.rb": RUBY})
    found = gem()
    assert found is not None
    (folder / "lib").symlink_to(found / "lib")
    ended = {(outcome.verdict, outcome.kind, outcome.case.template, outcome.got.split(" – ")[0]) for outcome in run(folder, tmp_path / "build").outcomes}
    assert ended >= {
        ("same", "", "Hi {{ who }}", "Hi Ann"),
        ("same", "", '{{ day | date: "%Y" }}', "2020"),
        ("left out", "a Ruby object in the data", "", ""),
        # What Ruby gives counts, not what the test says.
        ("same", "", "{{ 1 | plus: 1 }}", "2"),
    }


CHECKOUTS = {
    "liquid": {"lib/liquid.rb": "", "test/test_helper.rb": ""},
    "handlebars.js": {"lib/handlebars.js": "", "spec/a.js": ""},
    "mjmlio-email-templates": {"templates/a.mjml": "<mjml></mjml>"},
    "ColorlibHQ-email-templates": {"7/index.html": "<p>"},
}


@pytest.mark.parametrize("name", CHECKOUTS)
def test_what_cannot_run_here_is_not_run(name: str, checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither Ruby nor Node nor a browser is found."""
    for variable in ("PATH", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    for variable in ("MAILWEAVE_CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(variable, raising=False)
    folder = checkout(CHECKOUTS[name])
    suite = find_suite(folder)
    assert suite is not None
    assert suite.name == name
    assert main([str(folder), "--build", str(tmp_path / "build")]) == 3
    said = capsys.readouterr().out
    assert said.startswith(f"{name}: not run: ")
    assert "install" in said.split(" – ")[1]


@needs_ruby
def test_a_recorder_that_fails_is_not_run(checkout: Checkout, tmp_path: Path) -> None:
    assert "`ruby` recorded nothing" in run(checkout(CHECKOUTS["liquid"]), tmp_path / "build").not_run


def test_nothing_else_is_taken_for_a_suite(tmp_path: Path) -> None:
    assert find_suite(tmp_path) is None
    assert len({suite.name for suite in SUITES}) == len(SUITES) == 6


def has_browser() -> bool:
    try:
        return find_chromium().is_file()
    except MailweaveError:
        return False


@pytest.mark.deep
@pytest.mark.skipif(not has_browser(), reason="no browser here")
def test_pictures(tmp_path: Path, checkout: Checkout) -> None:
    page = "<!doctype html><html><head><title>t</title></head><body><p>%s</p><img src='own.png' width=20 height=20><img src='https://x.example/far.png'></body></html>"
    folder = checkout({"1/own.png": ""})
    shutil.copy(Path(__file__).parents[2] / "docs/screenshots/workbench-1600-light.png", folder / "1/own.png")
    pairs = [
        Pair("same", page % "a", page % "a", "1"),
        Pair("markup", page % "a", (page % "a").replace("<p>", "<p class='x' >"), "1"),
        Pair("text", page % "a", page % "b", "1"),
        Pair("missing", page % "a", page % "a", "2"),
        Pair("moved", page % "a", (page % "a").replace("'own.png'", "'https://x.example/own.png'"), "1"),
    ]
    found = differences(pairs, folder, tmp_path / "build")
    assert [bool(text) for text in found] == [False, False, True, False, True]
    assert found[2].startswith("phone: ")
    assert "; desktop: " in found[2]
    assert (tmp_path / "build/text-phone-after.png").is_file()


MAIL = """<!doctype html><html><head><title>Our news</title><style>p { color: #123456 } @media (max-width: 500px) { p { color: red !important } }</style></head>
<body><table width="600" align="center"><tr><td><p>Some news</p><img src="images/a.png" width="100"></td></tr></table></body></html>"""


@pytest.mark.deep
@pytest.mark.skipif(not has_browser(), reason="no browser here")
def test_colorlib(checkout: Checkout, tmp_path: Path) -> None:
    report = run(checkout({"1/index.html": MAIL, "2/index.html": "<p>{% nope %}</p>", "images/index.html": "<p>"}), tmp_path / "build")
    assert [(outcome.case.name, outcome.verdict) for outcome in report.outcomes] == [("1", "same"), ("2", "different")]
    assert report.outcomes[1].got.startswith("import: ")
