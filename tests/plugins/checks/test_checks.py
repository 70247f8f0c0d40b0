import pytest

from mailweave.testing import MINIMAL

BLOCK = MINIMAL["content_blocks/note/default.mjml"]


def found(workspace, name):
    return [str(problem) for problem in workspace.registry.checks[name].run(workspace)]


def with_text(text):
    return {"content_blocks/note/default.mjml": BLOCK.replace("{{ block.text }}", text)}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{{ block.text }}", []),
        ("{{ blok.text }}", ["3:17: nothing is called 'blok' – did you mean 'block'?"]),
        ("{{ block.txt }}", ["3:17: block 'note' has no parameter 'txt' – did you mean 'text'?"]),
        ("{% if block.txt %}x{% endif %}", ["3:20: block 'note' has no parameter 'txt' – did you mean 'text'?"]),
        ("{{ brand.nme }}", ["3:17: 'brand' has no 'nme' – did you mean 'name'?"]),
        ("{{ brand.colors.primry }}", ["3:17: 'brand.colors' has no 'primry' – did you mean 'primary'?"]),
        ("{{ links.unsubscrib }}", ["3:17: 'links' has no 'unsubscrib' – did you mean 'unsubscribe'?"]),
        ("{% if links.preferences %}{{ links.preferences }}{% endif %}", []),
        ("{{ customer.age }}", ["3:17: warning: 'customer.age' isn't declared – add `customer.age: {type: …, fallback: …}` under `variables`, or put an `if` around it"]),
        ("{% if customer.age %}{{ customer.age }}{% endif %}", []),
        ('{{ customer.age | default: "?" }}', []),
        ("{% for order in customer.orders %}{{ order.id }}{% endfor %}", ["3:30: warning: 'customer.orders' isn't declared – add `customer.orders: {type: …, fallback: …}` under `variables`, or put an `if` around it"]),
        ("{% assign x = block.text %}{{ x }}", []),
        ("{{ recommendations.first.name }}{{ at | date: 'long' }}{{ locale }}{{ campaign.name }}", []),
        ("{{ campaign.title }}", ["3:17: 'campaign' has no 'title' – use one of: locale, name"]),
    ],
)
def test_variables(make_workspace, text, problems):
    prefix = "content_blocks/note/default.mjml:"
    assert [problem.removeprefix(prefix) for problem in found(make_workspace(with_text(text)), "variables")] == problems


def test_a_campaign_has_no_block(make_workspace):
    shop = make_workspace({"campaigns/hello.yaml": 'subject: "{{ block.text }}"\nslots:\n  note: {block: note}\n'})
    assert found(shop, "variables") == ["campaigns/hello.yaml:1:14: only a block's own templates see `block` – use `campaign`, `brand` or `customer` here"]


@pytest.mark.parametrize(("text", "number"), [("{{ block.text }}", 0), ("{{ block.text | safe }}", 1), ("{{ block.text | safe }}{{ brand.name | safe }}", 2)])
def test_unescaped(make_workspace, text, number):
    problems = found(make_workspace(with_text(text)), "unescaped")
    assert len(problems) == number
    assert all("warning: this value isn't escaped – make sure that it can't hold a customer's own text" in problem for problem in problems)


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        ({"messages/en.yaml": "hello: Hello"}, []),
        ({"content_blocks/note/messages/en.yaml": "hello: Hello"}, []),
        ({"messages/en.yaml": "helo: Hello"}, ["content_blocks/note/default.mjml:3:17: there is no translation 'hello' in the default locale, en-US – did you mean 'helo'?"]),
        ({}, ["content_blocks/note/default.mjml:3:17: there is no translation 'hello' in the default locale, en-US – add it to messages/en.yaml"]),
        (
            {"messages/en.yaml": "hello: Hello", "messages/de.yaml": "bye: Tschüs"},
            ["content_blocks/note/default.mjml:3:17: warning: 'hello' has no text in 'de'; 'en-US' stands in – add it to messages/de.yaml"],
        ),
        ({"messages/en.yaml": "hello: Hello", "messages/de.yaml": "hello: Hallo", "messages/de-AT.yaml": "bye: Servus"}, []),
    ],
)
def test_messages(make_workspace, files, problems):
    assert found(make_workspace({**with_text("{{ 'hello' | t }}"), **files}), "messages") == problems
