import pytest

from mailweave.preheader import with_lang, with_preheader, with_title
from mailweave.textpart import text_of

PAGE = '<!doctype html><html lang="x" xmlns="y"><head><meta charset="utf-8"></head><body class="b"><p>Body</p></body></html>'


def test_a_preheader_comes_first_hidden_and_escaped():
    html = with_preheader(PAGE, "Tom & <b>Ann</b>")
    assert '<body class="b"><div style="display:none;' in html
    assert "Tom &amp; &lt;b&gt;Ann&lt;/b&gt;&#847;" in html
    assert text_of(html) == "Body\n"


@pytest.mark.parametrize(("text", "pads"), [("a" * 10, 140), ("a" * 150, 0), ("a" * 200, 0)])
def test_padding_fills_what_an_inbox_shows(text, pads):
    assert with_preheader(PAGE, text).count("&#847;") == pads


@pytest.mark.parametrize(("locale", "root"), [("de-AT", '<html lang="de-AT" dir="ltr" xmlns="y">'), ("ar", '<html lang="ar" dir="rtl" xmlns="y">')])
def test_the_root_says_language_and_direction(locale, root):
    assert root in with_lang(PAGE, locale)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # What MJML writes; webmail keeps this div, not the root.
        ('<html lang="und" dir="auto"><body><div aria-label="T" role="article" lang="und" dir="auto"><p>', '<html lang="he" dir="rtl"><body><div lang="he" dir="rtl" aria-label="T" role="article"><p>'),
        ("<HTML DIR=ltr class='a>b lang=x'><body>", "<HTML lang=\"he\" dir=\"rtl\" class='a>b lang=x'><body>"),
        ("<html><body><div><p dir='ltr'>", '<html lang="he" dir="rtl"><body><div><p dir=\'ltr\'>'),
        ("<p>no root", "<p>no root"),
    ],
)
def test_language_and_direction_stand_where_clients_keep_them(before, after):
    assert with_lang(before, "he") == after
    assert with_lang(after, "he") == after


def test_a_preheader_goes_after_a_body_tag_with_odd_attributes():
    assert with_preheader("<body title='a>b'>x", "P").startswith("<body title='a>b'><div style=\"display:none")


COMMENTED = (
    "<!-- <head><title>no</title></head><body> --><html><head><!--[if mso]><title>no</title><![endif]--><title>Old</title></head>"
    "<!--[if mso]><body class='mso'><![endif]--><!--[if !mso]><!--><body><!--<![endif]-->x</body></html>"
)


def test_what_stands_in_comments_is_neither_body_nor_title():
    assert with_title(COMMENTED, "T") == COMMENTED.replace("Old", "T")
    assert with_preheader(COMMENTED, "P").index("<div") == COMMENTED.rindex("<body>") + len("<body>")


def test_the_title_of_a_drawing_is_not_the_messages():
    page = "<html><head></head><body><svg><title>Chart</title></svg></body></html>"
    assert with_title(page, "T") == page.replace("<head>", "<head><title>T</title>")


@pytest.mark.parametrize("page", [PAGE, PAGE.replace("</head>", "<title>Old</title></head>")])
def test_the_title_is_set_once(page):
    html = with_title(page, r"A \1 <b> & c")
    assert html.count("<title>") == 1
    assert r"<title>A \1 &lt;b&gt; &amp; c</title>" in html
