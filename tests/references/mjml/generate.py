"""Documents whose widths depend on everything that MJML computes them from: `python generate.py 80 > documents.json`; always the same ones.

Each puts random components into each other, with random paddings, borders and widths in every unit, on the tags, in `mj-attributes` and in classes.
"""

from __future__ import annotations

import json
import random
import sys

PARTS = ("0", "20px", "5%", "1em", "7.5px", "10", "0px", "33px", "2.5%", "12pt")
CLEAN = ("0px", "5px", "20px", "33px")
WIDTHS = ("50px", "33.33%", "25%", "187.5px", "120px", "40%", "66.6667%", "100%", "70", "240px", "10em")
BORDERS = ("1px solid #000", "solid 3px #000", "none", "0", "2.5px dashed #00f", "10px solid red")
COUNT = {"mj-section": 3, "mj-wrapper": 2, "mj-column": 3, "mj-group": 3, "mj-hero": 3}
LEAVES = ("mj-image", "mj-image", "mj-divider", "mj-button", "mj-carousel", "mj-text", "mj-spacer", "mj-table", "mj-social", "mj-raw")


def main() -> None:
    """Print so many documents as JSON."""
    print(json.dumps([document(random.Random(number)) for number in range(int(sys.argv[1]))], indent=0))


def document(chance: random.Random) -> str:
    """One document."""
    head = ""
    if chance.random() < 0.3:
        defaults = "".join(f"<{name}{attributes(chance, name)} />" for name in chance.sample([*COUNT, "mj-image", "mj-divider"], 2))
        classes = f'<mj-class name="k"{padding(chance, "padding")} />' + (f"<mj-all{padding(chance, 'padding')} />" if chance.random() < 0.3 else "")
        head = f"<mj-head><mj-attributes>{defaults}{classes}</mj-attributes></mj-head>"
    width = chance.choice(("", "", ' width="640px"', ' width="501px"', ' width="600"'))
    return f"<mjml>{head}<mj-body{width}>{''.join(outermost(chance) for _ in range(chance.randint(1, 2)))}</mj-body></mjml>"


def outermost(chance: random.Random) -> str:
    name = chance.choice(("mj-section", "mj-section", "mj-wrapper", "mj-hero"))
    if name == "mj-wrapper":
        return element(chance, name, "".join(container(chance, chance.choice(("mj-section", "mj-section", "mj-hero"))) for _ in range(chance.randint(1, 2))))
    return container(chance, name)


def container(chance: random.Random, name: str) -> str:
    if name == "mj-hero":
        return element(chance, name, leaves(chance))
    children = [column(chance, chance.choice(("mj-column", "mj-column", "mj-group"))) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.2:
        children.insert(chance.randint(0, len(children)), chance.choice(("<mj-raw><!-- x --></mj-raw>", "<!-- comment -->")))
    return element(chance, name, "".join(children))


def column(chance: random.Random, name: str) -> str:
    if name == "mj-group":
        return element(chance, name, "".join(column(chance, "mj-column") for _ in range(chance.randint(1, 3))))
    return element(chance, name, leaves(chance))


def leaves(chance: random.Random) -> str:
    return "".join(leaf(chance, chance.choice(LEAVES)) for _ in range(chance.randint(1, 3)))


def leaf(chance: random.Random, name: str) -> str:
    if name == "mj-raw":
        return "<mj-raw><tr><td>raw</td></tr></mj-raw>"
    inner = {
        "mj-carousel": '<mj-carousel-image src="a.png" alt="" />' * chance.randint(1, 3),
        "mj-table": "<tr><td>cell</td></tr>",
        "mj-social": '<mj-social-element name="x" href="#">X</mj-social-element>',
    }
    return element(chance, name, inner.get(name, "text" if name in ("mj-text", "mj-button") else ""))


def element(chance: random.Random, name: str, inner: str) -> str:
    own = attributes(chance, name)
    if chance.random() < 0.15:
        own += ' mj-class="k"'
    if chance.random() < 0.3:
        own += ' css-class="a b"' if chance.random() < 0.3 else ' css-class="own"'
    return f"<{name}{own}>{inner}</{name}>"


def attributes(chance: random.Random, name: str) -> str:
    """Attributes of a component that have to do with widths."""
    found = ' src="a.png" alt=""' if name == "mj-image" else ' href="#"' if name == "mj-button" and chance.random() < 0.6 else ""
    if name != "mj-group":
        found += padding(chance, "padding")
    if name == "mj-button":
        found += padding(chance, "inner-padding")
    if name in ("mj-section", "mj-wrapper", "mj-column", "mj-image", "mj-button"):
        found += border(chance, "border")
    if name == "mj-column":
        found += border(chance, "inner-border")
    widths = {"mj-column": 0.4, "mj-group": 0.3, "mj-image": 0.4, "mj-divider": 0.4, "mj-button": 0.6, "mj-table": 0.3}
    if chance.random() < widths.get(name, 0):
        found += f' width="{chance.choice(WIDTHS)}"'
    if name in ("mj-section", "mj-wrapper"):
        found += ' full-width="full-width"' if chance.random() < 0.15 else ""
        found += ' background-url="b.png"' if chance.random() < 0.2 else ""
    if name == "mj-hero":
        found += f' height="{chance.choice(("300px", "200", "0px"))}"' if chance.random() < 0.6 else ""
        found += ' background-url="b.png"' if chance.random() < 0.4 else ""
        found += ' background-width="700px" background-height="300px"' if chance.random() < 0.4 else ""
        found += ' mode="fluid-height"' if chance.random() < 0.2 else ""
    return found


def padding(chance: random.Random, name: str) -> str:
    found = ""
    if chance.random() < 0.6:
        parts = CLEAN if chance.random() < 0.2 else PARTS
        found += f' {name}="{" ".join(chance.choice(parts) for _ in range(chance.randint(1, 4)))}"'
    if name == "padding":
        for side in ("left", "right", "top"):
            found += f' padding-{side}="{chance.choice(PARTS)}"' if chance.random() < 0.15 else ""
    return found


def border(chance: random.Random, name: str) -> str:
    found = f' {name}="{chance.choice(BORDERS)}"' if chance.random() < 0.2 else ""
    return found + "".join(f' {name}-{side}="{chance.choice(BORDERS)}"' for side in ("left", "right") if chance.random() < 0.1)


if __name__ == "__main__":
    main()
