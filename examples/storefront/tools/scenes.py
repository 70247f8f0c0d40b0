"""Hero pictures, logos and portraits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import home_objects as home
import plant_objects as plant
import room_objects as room
from canvas import OVERSAMPLING, Canvas, Mask
from colors import INK, TERRACOTTA, WALNUT, WHITE
from PIL import Image, ImageDraw, ImageFont

WIDE, HIGH = 1200, 640
CORD = "#6f7d6f"


def _place(c: Canvas, paint: Callable[[Canvas], None], x: float, ground: float, zoom: float) -> None:
    with c.at(x, ground, zoom):
        paint(c)


def _floor(c: Canvas, top: float, color: str) -> None:
    with c.at(0, 100):
        c.fill(c.box(0, -1, 190, 100 - top), color)


def _window(c: Canvas, left: float, bottom: float, right: float, top: float) -> None:
    """A window onto hills on a bright morning, in units from the picture's bottom left."""
    with c.at(0, 100):
        c.fill(c.box(left - 3, bottom - 3, right + 3, top + 3, 1), WHITE, shade=0.8)
        pane = c.box(left, bottom, right, top)
        c.fill(pane, "#d5e6ea")
        c.within(pane, c.oval(left + (right - left) * 0.7, top - 15, 8, 8), "#f7dd94")
        c.within(pane, c.oval(left + 5, bottom - 6, 46, 34), "#b9cfae")
        c.within(pane, c.oval(right - 5, bottom - 16, 54, 38), "#9cbb98")
        c.within(pane, c.oval((left + right) / 2, bottom - 30, 60, 40), "#7fa583")
        for x in (left + (right - left) / 3, left + (right - left) * 2 / 3):
            c.fill(c.box(x - 0.9, bottom, x + 0.9, top), WHITE)
        c.fill(c.box(left, (bottom + top) / 2 + 8, right, (bottom + top) / 2 + 9.8), WHITE)


def _curtain(c: Canvas, x: float, way: int) -> None:
    with c.at(x, 100):
        cloth = c.blob([(0, 102), (way * 24, 102), (way * 21, 60), (way * 17, 20), (way * 1, 20), (0, 60)])
        c.fill(cloth, "#f6efe2", shade=3)
        for fold in (5, 10, 15):
            c.within(cloth, c.line([(way * fold * 1.3, 102), (way * fold * 1.05, 60), (way * fold * 0.85, 20)], 0.7), INK, 0.1)


def spring(c: Canvas) -> None:
    """A window seat with pots, bulbs and tulips."""
    _window(c, 36, 34, 151, 92)
    _curtain(c, 16, 1)
    _curtain(c, 171, -1)
    _floor(c, 78, "#dcbb8c")
    with c.at(0, 100):
        c.fill(c.box(0, 21, 190, 23), WHITE, opacity=0.35)
        c.fill(c.box(0, 0, 190, 9), "#c9a473")
    _place(c, plant.watering_can, 49, 87, 0.78)
    with c.at(93, 86):
        c.shadow(22)
    with c.at(90, 57, 0.92):
        plant.tulips(c)
    with c.at(93, 86, 1.0):
        plant.pot(c, 0, 21, 28, TERRACOTTA)
    _place(c, plant.tulip_bulbs, 133, 89, 0.74)
    _place(c, plant.herb_box, 172, 90, 0.4)
    _place(c, plant.daffodil_bulbs, 18, 90, 0.58)
    with c.at(62, 94, 0.8):
        for x in (0, 9, 17):
            bulb = c.blob([(x - 5, 3), (x, -1), (x + 5, 3), (x + 2, 9), (x + 0.4, 13), (x - 2, 9)])
            c.fill(bulb, "#b5763f", shade=2, light=0.9)


def evening(c: Canvas) -> None:
    """A living room by lamplight."""
    _floor(c, 80, "#2b3b35")
    with c.at(46, 100):
        c.fill(c.oval(44, 9, 62, 7.5), "#3c5047")
        c.fill(c.oval(44, 9, 56, 6.4), "#46604f", opacity=0.7)
    for middle in (15, 94, 173):
        with c.at(middle, 41, 0.86):
            room.festoon_lights(c, cord=CORD)
    _place(c, room.arc_lamp, 84, 88, 1.02)
    _place(c, room.lounge_chair, 116, 91, 0.86)
    _place(c, room.side_table, 160, 91, 0.66)
    _place(c, home.cedar_candle, 155, 63.4, 0.36)
    _place(c, plant.snake_plant, 19, 88, 0.82)
    _place(c, home.pillar_candles, 42, 95, 0.4)


def home_again(c: Canvas) -> None:
    """A bright corner with a table, a shelf and a plant."""
    with c.at(0, 100):
        c.fill(c.box(52, 22, 136, 110, 42), "#ecd0bf")
    _floor(c, 80, "#e2c39c")
    _place(c, room.wall_shelf, 26, 60, 0.64)
    _place(c, room.paper_pendant, 94, 56, 0.62)
    _place(c, room.dining_chair, 68, 90, 0.8)
    _place(c, room.dining_chair, 120, 90, 0.8)
    with c.at(94, 92, 1.0):
        c.shadow(27)
        for x in (-22, 22):
            c.fill(c.polygon([(x - 1.4, 0), (x + 1.4, 0), (x * 0.9 + 1.8, 36), (x * 0.9 - 1.8, 36)]), WALNUT, shade=1)
        c.fill(c.box(-31, 34, 31, 38, 1.4), WALNUT, shade=6, light=2)
    _place(c, home.bud_vase, 94, 54.6, 0.36)
    _place(c, home.stone_mug, 78, 54.6, 0.26)
    _place(c, home.ridge_mug, 110, 54.6, 0.26)
    _place(c, plant.snake_plant, 161, 89, 0.6)
    _place(c, plant.olive_tree, 24, 90, 0.56)
    _place(c, room.round_mirror, 161, 41, 0.42)


def _save(paint: Callable[[Canvas], None], wall: str) -> Callable[[Path], None]:
    def draw(path: Path) -> None:
        canvas = Canvas(WIDE, HIGH, wall)
        paint(canvas)
        canvas.save(path, colors=128, most=60_000)

    return draw


HEROES = {"spring": _save(spring, "#eee3cf"), "evening": _save(evening, "#34473f"), "home-again": _save(home_again, "#f3e2d6")}


def draw_logo(folder: Path) -> None:
    """The mark and the name, for light and for dark grounds, on nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, ink, green, light in (("logo", "#234a3e", "#1f6f54", "#7fa583"), ("logo-dark", "#eef2f0", "#6fcfa8", "#a8dcc3")):
        _logo(ink, green, light).save(folder / f"{name}.png", optimize=True)


def _logo(ink: str, green: str, light: str) -> Image.Image:
    """The logo at twice its shown size, with its transparency."""
    size = (400, 80)
    canvas = Canvas(*size, ink)
    alpha = Image.new("L", canvas.size, 0)

    def add(mask: Mask, color: str) -> None:
        canvas.fill(mask, color)
        alpha.paste(255, (0, 0), mask)

    with canvas.at(44, 96, 0.98):
        add(canvas.line([(0, 2), (1, 44), (0, 90)], 3.4), green)
        for y, reach in ((16, 30), (34, 27), (52, 22), (68, 15)):
            add(canvas.leaf((0, y), (-reach, y + 20), 12), green)
            add(canvas.leaf((0, y), (reach, y + 20), 12), light)
    _letters(canvas, alpha, "JUNIPER & PINE", ink)
    picture = canvas.image.convert("RGBA")
    picture.putalpha(alpha)
    return picture.resize(size, Image.Resampling.LANCZOS)


def _letters(canvas: Canvas, alpha: Mask, text: str, ink: str) -> None:
    """The name in Pillow's own typeface, widely spaced, so that no font has to be installed."""
    font = ImageFont.load_default(32 * OVERSAMPLING)
    mask = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(mask)
    x: float = 80 * OVERSAMPLING
    gap = (canvas.size[0] - x - font.getlength(text) - 2 * OVERSAMPLING) / (len(text) - 1)
    for letter in text:
        draw.text((x, canvas.size[1] / 2 + 4), letter, fill=255, font=font, anchor="lm")
        x += font.getlength(letter) + gap
    canvas.fill(mask, ink)
    alpha.paste(255, (0, 0), mask)


PORTRAITS = {
    "marisol": ("#f0d9c8", "#c98d68", "#3b2a24", "#1f6f54", "long"),
    "henrik": ("#dbe6e4", "#edc3a2", "#b98a4d", "#7c8ea3", "short"),
    "amara": ("#efe3c6", "#7a4e38", "#2a201c", "#c4683f", "bun"),
}


def draw_portraits(folder: Path) -> None:
    """Square pictures of three customers."""
    for name, (wall, skin, hair, cloth, cut) in PORTRAITS.items():
        canvas = Canvas(192, 192, wall)
        with canvas.at(50, 100):
            _portrait(canvas, skin, hair, cloth, cut)
        canvas.save(folder / f"{name}.png", colors=48)


def _portrait(c: Canvas, skin: str, hair: str, cloth: str, cut: str) -> None:
    if cut == "long":
        c.fill(c.blob([(-25, 20), (-27, 60), (-14, 84), (14, 84), (27, 60), (25, 20)]), hair)
    if cut == "bun":
        c.fill(c.oval(0, 88, 11, 10), hair)
    c.fill(c.blob([(-42, -20), (-36, 16), (-14, 27), (14, 27), (36, 16), (42, -20)]), cloth, shade=6)
    neck = c.box(-8, 20, 8, 42, 6)
    c.fill(neck, skin)
    c.within(neck, c.box(-10, 30, 10, 38), INK, 0.13)
    c.fill(c.oval(0, 56, 19, 23), skin, shade=3)
    if cut == "short":
        c.fill(c.blob([(-20, 60), (-21, 76), (-4, 86), (17, 82), (21, 62), (15, 71), (-6, 73)]), hair)
        c.fill(c.blob([(-17, 50), (-12, 36), (0, 31), (12, 36), (17, 50), (8, 44), (-8, 44)]), hair)
    else:
        c.fill(c.blob([(-20, 58), (-19, 76), (0, 84), (19, 76), (20, 58), (12, 72), (-4, 74)]), hair)
    for x in (-7, 7):
        c.fill(c.oval(x, 57, 1.7, 2), INK)
    c.fill(c.line([(-5, 45.4), (0, 43.4), (5, 45.4)], 1.3), INK if cut != "short" else WHITE)
