import pytest
from markupsafe import Markup

from mailweave_plugins.filters.asset import asset
from mailweave_plugins.filters.pluralise import pluralise
from mailweave_plugins.filters.safe import safe
from mailweave_plugins.filters.t import t

RUSSIAN = {"one": "товар", "few": "товара", "many": "товаров", "other": "товара"}


@pytest.mark.parametrize(
    ("locale", "count", "words", "named", "text"),
    [
        ("en-US", 1, ("item", "items"), {}, "item"),
        ("en-US", "1", ("item", "items"), {}, "item"),
        ("en-US", 0, ("item", "items"), {}, "items"),
        ("en-US", 1.5, ("item", "items"), {}, "items"),
        ("fr-FR", 0, ("article", "articles"), {}, "article"),
        ("ja-JP", 1, ("x", "y"), {}, "y"),
        ("ru-RU", 21, (), RUSSIAN, "товар"),
        ("ru-RU", 3, (), RUSSIAN, "товара"),
        ("ru-RU", 11, (), RUSSIAN, "товаров"),
        ("en-US", 5, (), {"other": "items"}, "items"),
    ],
)
def test_pluralise(scope_of, locale, count, words, named, text):
    assert pluralise(scope_of(locale), count, *words, **named) == text


@pytest.mark.parametrize(
    ("count", "words", "named", "message"),
    [
        ("x", ("a", "b"), {}, "'x' is no number – give a number, with a point before the decimals, such as 12.50"),
        (1, ("a",), {}, "pluralise needs two words – give the one for 1 and the one for more, or name them: one, few, many, other"),
        (1, ("a", "b", "c"), {}, "pluralise needs two words – give the one for 1 and the one for more, or name them: one, few, many, other"),
        (1, ("a", "b"), {"other": "c"}, "pluralise needs two words – give the one for 1 and the one for more, or name them: one, few, many, other"),
        (1, (), {}, "pluralise has no word for `other` – give two words, or name at least `other`"),
        (1, (), {"one": "a"}, "pluralise has no word for `other` – give two words, or name at least `other`"),
        (1, (), {"oen": "a", "other": "b"}, "'oen' is no plural category – did you mean 'one'?"),
    ],
)
def test_pluralise_refuses(scope_of, count, words, named, message):
    with pytest.raises(ValueError, match="–") as caught:
        pluralise(scope_of(), count, *words, **named)
    assert str(caught.value) == message


def test_t_passes_the_key_and_values_on(scope_of):
    assert t(scope_of(), "cart.title") == "cart.title {}"
    # `scope` and `key` are names like any other for a translator.
    assert t(scope_of(), "a", count=2, key="k", scope="s") == "a {'count': 2, 'key': 'k', 'scope': 's'}"


def test_t_gives_the_reason(scope_of):
    def translate(key, values):
        raise LookupError("there is no text 'a' – write one")

    with pytest.raises(ValueError, match=r"^there is no text 'a' – write one$"):
        t(scope_of(translate=translate), "a")
    with pytest.raises(ValueError, match=r"^3 is no key of a text – give its name in quotes, such as 'cart\.title'$"):
        t(scope_of(), 3)


def test_t_keeps_markup_marked(scope_of):
    assert isinstance(t(scope_of(translate=lambda key, values: Markup("<b>")), "a_html"), Markup)


def test_asset(scope_of):
    assert asset(scope_of(), " images/a.png ") == "https://cdn.example/images/a.png"


@pytest.mark.parametrize("value", ["", "  ", None, 3])
def test_asset_refuses(scope_of, value):
    with pytest.raises(ValueError, match=r"is no path of an asset – give a path such as 'images/hero\.png'"):
        asset(scope_of(), value)


def test_safe_marks_a_text(scope_of):
    assert safe(scope_of(), "<b>&</b>") == Markup("<b>&</b>")
    assert isinstance(safe(scope_of(), "x"), Markup)
    with pytest.raises(ValueError, match="nothing is no markup – give a text"):
        safe(scope_of(), None)
