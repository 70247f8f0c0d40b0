"""Draw every picture of the shop into assets/: products, hero pictures, logos and portraits. The same pixels on every run.

    python tools/draw_pictures.py [product …]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import bath_objects as bath
import home_objects as home
import plant_objects as plant
import room_objects as room
from canvas import Canvas
from colors import BACKGROUNDS
from scenes import HEROES, draw_logo, draw_portraits

ASSETS = Path(__file__).resolve().parent.parent / "assets"
HANGING = {"paper-pendant", "pothos", "festoon-lights", "wall-shelf"}

# Background, size, and what draws it.
PRODUCTS: dict[str, tuple[str, float, Callable[[Canvas], None]]] = {
    "cedar-candle": ("straw", 1.35, home.cedar_candle),
    "fig-candle": ("mint", 1.35, home.fig_candle),
    "pillar-candles": ("sky", 1.25, home.pillar_candles),
    "beeswax-tapers": ("stone", 1.0, home.beeswax_tapers),
    "amber-diffuser": ("cream", 1.12, home.amber_diffuser),
    "match-jar": ("blush", 1.4, home.match_jar),
    "stone-mug": ("blush", 1.25, home.stone_mug),
    "ridge-mug": ("mint", 1.25, home.ridge_mug),
    "enamel-kettle": ("straw", 1.12, home.kettle),
    "glass-carafe": ("blush", 1.15, home.carafe),
    "chopping-board": ("sky", 1.0, home.board),
    "storage-jars": ("mint", 1.2, home.storage_jars),
    "serving-bowl": ("blush", 1.2, home.bowl),
    "dinner-plates": ("sky", 1.0, home.plates),
    "bud-vase": ("mint", 1.0, home.bud_vase),
    "tall-vase": ("blush", 1.0, home.tall_vase),
    "linen-napkins": ("cream", 1.35, home.napkins),
    "water-glasses": ("blush", 1.3, home.glasses),
    "wool-throw": ("mint", 1.3, room.wool_throw),
    "waffle-blanket": ("sky", 1.3, room.waffle_blanket),
    "linen-cushion": ("blush", 1.3, room.linen_cushion),
    "stripe-cushion": ("straw", 1.3, room.stripe_cushion),
    "jute-rug": ("mint", 1.0, room.jute_rug),
    "linen-duvet": ("cream", 1.1, room.linen_duvet),
    "mushroom-lamp": ("sky", 1.0, room.mushroom_lamp),
    "arc-lamp": ("stone", 1.0, room.arc_lamp),
    "paper-pendant": ("mint", 1.0, room.paper_pendant),
    "night-owl-lamp": ("blush", 1.15, room.night_owl_lamp),
    "festoon-lights": ("sky", 1.0, room.festoon_lights),
    "olive-tree": ("blush", 1.08, plant.olive_tree),
    "snake-plant": ("straw", 1.0, plant.snake_plant),
    "monstera": ("mint", 1.0, plant.monstera),
    "pothos": ("blush", 1.0, plant.pothos),
    "succulents": ("sky", 1.2, plant.succulents),
    "tulip-bulbs": ("mint", 1.25, plant.tulip_bulbs),
    "daffodil-bulbs": ("sky", 1.25, plant.daffodil_bulbs),
    "terracotta-pot": ("mint", 1.3, plant.terracotta_pot),
    "herb-box": ("cream", 1.12, plant.herb_box),
    "watering-can": ("straw", 1.0, plant.watering_can),
    "garden-trowel": ("mint", 1.0, plant.garden_trowel),
    "lantern": ("stone", 1.15, room.lantern),
    "oak-stool": ("mint", 1.3, room.oak_stool),
    "lounge-chair": ("straw", 1.12, room.lounge_chair),
    "dining-chair": ("blush", 1.0, room.dining_chair),
    "side-table": ("mint", 1.25, room.side_table),
    "wall-shelf": ("cream", 1.12, room.wall_shelf),
    "round-mirror": ("blush", 1.1, room.round_mirror),
    "hand-soap": ("mint", 1.25, bath.hand_soap),
    "bath-towels": ("sky", 1.25, bath.towels),
    "bath-salts": ("straw", 1.5, bath.bath_salts),
    "soap-dish": ("blush", 1.2, bath.soap_dish),
    "laundry-basket": ("mint", 1.2, bath.laundry_basket),
}


def draw_product(name: str) -> None:
    """One product on a soft ground."""
    background, zoom, paint = PRODUCTS[name]
    canvas = Canvas(480, 480, BACKGROUNDS[background])
    if name not in HANGING:
        with canvas.at(50, 100):
            canvas.fill(canvas.box(-60, 0, 60, 26), "#2a2018", opacity=0.055)
    with canvas.at(50, 84 if name not in HANGING else 84 - (100 - 84) * (1 - zoom), zoom):
        paint(canvas)
    canvas.save(ASSETS / "products" / f"{name}.png")


def main(names: list[str]) -> None:
    """Draw the products named, or everything."""
    for name in names or PRODUCTS:
        draw_product(name)
    if not names:
        for name, draw in HEROES.items():
            draw(ASSETS / "hero" / f"{name}.png")
        draw_logo(ASSETS / "brand")
        draw_portraits(ASSETS / "people")


if __name__ == "__main__":
    main(sys.argv[1:])
