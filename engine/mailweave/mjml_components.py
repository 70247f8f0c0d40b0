"""MJML's components: where each may stand and which attributes it takes.

Taken from the definitions in the npm package `mjml`, 4.15.3 and 5.4.1 (`allowedAttributes`, `endingTag`, and the `dependencies` of
`mjml-preset-core`). An attribute's type is written as there: `unit(px,%){1,4}`, `enum(left,right)`, `color`, `integer`, `boolean` or `string`.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Component(NamedTuple):
    """A component. `ending` says that its content is HTML, CSS or text and not MJML; the root has no `parents`."""

    parents: tuple[str, ...]
    attributes: dict[str, str]
    ending: bool = False


def _component(parents: str, attributes: str = "", ending: bool = False) -> Component:
    return Component(tuple(parents.split()), dict(part.split("=", 1) for part in attributes.split()), ending)


COMPONENTS: Final = {
    "mj-accordion": _component(
        "mj-column mj-hero",
        "border=string container-background-color=color font-family=string icon-align=enum(top,middle,bottom) icon-height=unit(px,%) "
        "icon-position=enum(left,right) icon-unwrapped-alt=string icon-unwrapped-url=string icon-width=unit(px,%) icon-wrapped-alt=string "
        "icon-wrapped-url=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%)",
    ),
    "mj-accordion-element": _component(
        "mj-accordion",
        "background-color=color border=string font-family=string icon-align=enum(top,middle,bottom) icon-height=unit(px,%) "
        "icon-position=enum(left,right) icon-unwrapped-alt=string icon-unwrapped-url=string icon-width=unit(px,%) icon-wrapped-alt=string "
        "icon-wrapped-url=string",
    ),
    "mj-accordion-text": _component(
        "mj-accordion-element",
        "background-color=color color=color font-family=string font-size=unit(px) font-weight=string letter-spacing=unitWithNegative(px,em) "
        "line-height=unit(px,%,) padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%)",
        ending=True,
    ),
    "mj-accordion-title": _component(
        "mj-accordion-element",
        "background-color=color color=color font-family=string font-size=unit(px) font-weight=string padding=unit(px,%){1,4} "
        "padding-bottom=unit(px,%) "
        "padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%)",
        ending=True,
    ),
    "mj-attributes": _component("mj-head"),
    "mj-body": _component("mjml", "background-color=color id=string width=unit(px)"),
    "mj-breakpoint": _component("mj-head", "width=unit(px)", ending=True),
    "mj-button": _component(
        "mj-column mj-hero",
        "align=enum(left,center,right) background-color=color border=string border-bottom=string border-left=string border-radius=string "
        "border-right=string border-top=string color=color container-background-color=color font-family=string font-size=unit(px) "
        "font-style=string font-weight=string height=unit(px,%) href=string inner-padding=unit(px,%){1,4} "
        "letter-spacing=unitWithNegative(px,em) line-height=unit(px,%,) name=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) "
        "padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) rel=string target=string "
        "text-align=enum(left,right,center) text-decoration=string text-transform=string title=string "
        "vertical-align=enum(top,bottom,middle) width=unit(px,%)",
        ending=True,
    ),
    "mj-carousel": _component(
        "mj-column mj-hero",
        "align=enum(left,center,right) border-radius=string container-background-color=color icon-width=unit(px,%) "
        "left-icon=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%) right-icon=string tb-border=string tb-border-radius=string tb-hover-border-color=color "
        "tb-selected-border-color=color tb-width=unit(px,%) thumbnails=enum(visible,hidden,supported)",
    ),
    "mj-carousel-image": _component(
        "mj-carousel",
        "alt=string border-radius=string href=string rel=string src=string target=string tb-border=string "
        "tb-border-radius=string thumbnails-src=string title=string",
        ending=True,
    ),
    "mj-column": _component(
        "mj-group mj-section",
        "background-color=color border=string border-bottom=string border-left=string border-radius=string border-right=string "
        "border-top=string direction=enum(ltr,rtl) inner-background-color=color inner-border=string inner-border-bottom=string "
        "inner-border-left=string inner-border-radius=string inner-border-right=string inner-border-top=string "
        "padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) "
        "vertical-align=enum(top,bottom,middle) width=unit(px,%)",
    ),
    "mj-divider": _component(
        "mj-column mj-hero",
        "align=enum(left,center,right) border-color=color border-style=string border-width=unit(px) container-background-color=color "
        "padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) "
        "width=unit(px,%)",
    ),
    "mj-font": _component("mj-head", "href=string name=string"),
    "mj-group": _component("mj-section", "background-color=color direction=enum(ltr,rtl) vertical-align=enum(top,bottom,middle) width=unit(px,%)"),
    "mj-head": _component("mjml"),
    "mj-hero": _component(
        "mj-body mj-wrapper",
        "background-color=color background-height=unit(px,%) background-position=string background-url=string background-width=unit(px,%) "
        "border-radius=string container-background-color=color height=unit(px,%) inner-background-color=color inner-padding=unit(px,%){1,4} "
        "inner-padding-bottom=unit(px,%) inner-padding-left=unit(px,%) inner-padding-right=unit(px,%) inner-padding-top=unit(px,%) "
        "mode=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%) vertical-align=enum(top,bottom,middle)",
    ),
    "mj-html-attribute": _component("mj-selector", "name=string", ending=True),
    "mj-html-attributes": _component("mj-head"),
    "mj-image": _component(
        "mj-column mj-hero",
        "align=enum(left,center,right) alt=string border=string border-bottom=string border-left=string border-radius=string "
        "border-right=string border-top=string container-background-color=color fluid-on-mobile=boolean font-size=unit(px) "
        "height=unit(px,auto) href=string max-height=unit(px,%) name=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) "
        "padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) rel=string sizes=string src=string srcset=string "
        "target=string title=string usemap=string width=unit(px)",
    ),
    "mj-navbar": _component(
        "mj-column mj-hero",
        "align=enum(left,center,right) base-url=string hamburger=string ico-align=enum(left,center,right) ico-close=string ico-color=color "
        "ico-font-family=string ico-font-size=unit(px,%) ico-line-height=unit(px,%,) ico-open=string ico-padding=unit(px,%){1,4} "
        "ico-padding-bottom=unit(px,%) ico-padding-left=unit(px,%) ico-padding-right=unit(px,%) ico-padding-top=unit(px,%) "
        "ico-text-decoration=string ico-text-transform=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) "
        "padding-right=unit(px,%) padding-top=unit(px,%)",
    ),
    "mj-navbar-link": _component(
        "mj-navbar",
        "color=color font-family=string font-size=unit(px) font-style=string font-weight=string href=string "
        "letter-spacing=unitWithNegative(px,em) line-height=unit(px,%,) name=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) "
        "padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) rel=string target=string text-decoration=string "
        "text-transform=string",
        ending=True,
    ),
    "mj-preview": _component("mj-head", ending=True),
    "mj-raw": _component(
        "mj-accordion mj-accordion-element mj-body mj-column mj-group mj-head mj-hero mj-navbar mj-section mj-social mj-wrapper mjml",
        "position=enum(file-start)",
        ending=True,
    ),
    "mj-section": _component(
        "mj-body mj-wrapper",
        "background-color=color background-position=string background-position-x=string background-position-y=string "
        "background-repeat=enum(repeat,no-repeat) background-size=string background-url=string border=string border-bottom=string "
        "border-left=string border-radius=string border-right=string border-top=string direction=enum(ltr,rtl) "
        "full-width=enum(full-width,false,) padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) "
        "padding-right=unit(px,%) padding-top=unit(px,%) text-align=enum(left,center,right) text-padding=unit(px,%){1,4}",
    ),
    "mj-selector": _component("mj-html-attributes", "path=string"),
    "mj-social": _component(
        "mj-column mj-hero",
        "align=enum(left,right,center) border=string border-radius=string color=color container-background-color=color font-family=string "
        "font-size=unit(px) font-style=string font-weight=string icon-height=unit(px,%) icon-padding=unit(px,%){1,4} icon-size=unit(px,%) "
        "inner-padding=unit(px,%){1,4} line-height=unit(px,%,) mode=enum(horizontal,vertical) padding=unit(px,%){1,4} "
        "padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) table-layout=enum(auto,fixed) "
        "text-decoration=string text-padding=unit(px,%){1,4} vertical-align=enum(top,bottom,middle)",
    ),
    "mj-social-element": _component(
        "mj-social",
        "align=enum(left,center,right) alt=string background-color=color border=string border-radius=string color=color font-family=string "
        "font-size=unit(px) font-style=string font-weight=string href=string icon-height=unit(px,%) icon-position=enum(left,right) "
        "icon-padding=unit(px,%){1,4} "
        "icon-size=unit(px,%) line-height=unit(px,%,) name=string padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) "
        "padding-right=unit(px,%) padding-top=unit(px,%) rel=string sizes=string src=string srcset=string target=string "
        "text-decoration=string text-padding=unit(px,%){1,4} title=string vertical-align=enum(top,middle,bottom)",
        ending=True,
    ),
    "mj-spacer": _component(
        "mj-column mj-hero",
        "border=string border-bottom=string border-left=string border-right=string border-top=string container-background-color=color "
        "height=unit(px,%) padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%)",
    ),
    "mj-style": _component("mj-head", "inline=string", ending=True),
    "mj-table": _component(
        "mj-column mj-hero",
        "align=enum(left,right,center) border=string cellpadding=integer cellspacing=integer color=color container-background-color=color "
        "font-family=string font-size=unit(px) font-weight=string line-height=unit(px,%,) padding=unit(px,%){1,4} padding-bottom=unit(px,%) "
        "padding-left=unit(px,%) padding-right=unit(px,%) padding-top=unit(px,%) role=enum(none,presentation) "
        "table-layout=enum(auto,fixed,initial,inherit) vertical-align=enum(top,bottom,middle) width=unit(px,%,auto)",
        ending=True,
    ),
    "mj-text": _component(
        "mj-column mj-hero",
        "align=enum(left,right,center,justify) background-color=color color=color container-background-color=color font-family=string "
        "font-size=unit(px) font-style=string font-weight=string height=unit(px,%) letter-spacing=unitWithNegative(px,em) "
        "line-height=unit(px,%,) padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) padding-right=unit(px,%) "
        "padding-top=unit(px,%) text-decoration=string text-transform=string vertical-align=enum(top,bottom,middle)",
        ending=True,
    ),
    "mj-title": _component("mj-head", ending=True),
    "mj-wrapper": _component(
        "mj-body",
        "background-color=color background-position=string background-position-x=string background-position-y=string "
        "background-repeat=enum(repeat,no-repeat) background-size=string background-url=string border=string border-bottom=string "
        "border-left=string border-radius=string border-right=string border-top=string direction=enum(ltr,rtl) "
        "full-width=enum(full-width,false,) gap=unit(px) padding=unit(px,%){1,4} padding-bottom=unit(px,%) padding-left=unit(px,%) "
        "padding-right=unit(px,%) padding-top=unit(px,%) text-align=enum(left,center,right) text-padding=unit(px,%){1,4}",
    ),
    "mjml": _component("", "dir=string lang=string owa=string"),
}
