"""Pictures of plants, pots and what a garden needs."""

from __future__ import annotations

import itertools

from canvas import Canvas, Mask
from colors import BRASS, CREAM, DARK_WOOD, LEAF, LEAF_DARK, LEAF_LIGHT, MUSTARD, OAK, RUST, SAGE, SAND, STONE, TERRACOTTA, WALNUT


def pot(c: Canvas, x: float, half: float, height: float, color: str, *, rim: bool = True) -> None:
    c.fill(c.polygon([(x - half * 0.72, 0), (x + half * 0.72, 0), (x + half * 0.94, height), (x - half * 0.94, height)]), color, shade=half * 0.34, light=half * 0.12)
    if rim:
        c.fill(c.box(x - half, height - height * 0.2, x + half, height + 1, 1), color, shade=half * 0.34, light=half * 0.12)


def olive_tree(c: Canvas) -> None:
    c.shadow(15)
    c.fill(c.line([(0, 18), (-1, 32), (1, 46), (0, 56)], 2), WALNUT)
    c.fill(c.line([(0, 36), (-9, 46)], 1.2), WALNUT)
    c.fill(c.line([(0, 40), (9, 50)], 1.2), WALNUT)
    for index in range(110):
        x, y = ((index * 37) % 43) - 21, 40 + (index * 23) % 29
        if (x / 21) ** 2 + ((y - 54) / 15) ** 2 < 1.05:
            lean = (x / 4) + (2 if index % 2 else -2)
            c.fill(c.leaf((x, y), (x + lean, y + 6 + index % 3), 3), ("#7f9f7a", "#5f8663", "#a3b994")[index % 3])
    for x, y in ((-9, 52), (6, 60), (11, 49)):
        c.fill(c.oval(x, y, 1.4, 1.8), "#4a4a3c")
    pot(c, 0, 15, 20, "#d8cdbb", rim=False)


def snake_plant(c: Canvas) -> None:
    c.shadow(15)
    for tip, bend in (((-17, 50), 2), ((15, 54), -2), ((-8, 64), 1), ((9, 44), -2), ((1, 70), 0), ((-3, 48), 1)):
        base = (tip[0] * 0.32, 18)
        c.fill(c.leaf(base, tip, 9, bend), "#c6c777")
        c.fill(c.leaf(base, (tip[0] * 0.98, tip[1] - 1.5), 6.4, bend), LEAF_DARK)
        for part in (0.3, 0.45, 0.6, 0.75):
            x, y = base[0] + (tip[0] - base[0]) * part, base[1] + (tip[1] - base[1]) * part
            c.fill(c.line([(x - 1.8, y), (x, y + 0.8), (x + 1.8, y)], 0.6), LEAF_LIGHT, opacity=0.8)
    pot(c, 0, 15, 22, "#efe7da", rim=False)


def monstera(c: Canvas) -> None:
    c.shadow(15)
    for tip, size in (((-23, 50), 1), ((22, 54), 1.05), ((-6, 66), 1.1), ((13, 36), 0.75), ((-14, 34), 0.7)):
        c.fill(c.line([(0, 18), (tip[0] * 0.5, tip[1] * 0.66), tip], 1), LEAF_DARK)
        _split_leaf(c, tip, size, LEAF if tip[0] > 0 else LEAF_DARK)
    pot(c, 0, 14, 20, TERRACOTTA)


def _split_leaf(c: Canvas, centre: tuple[float, float], size: float, color: str) -> None:
    x, y = centre
    side = 1 if x > 0 else -1
    outline = [(0, -7), (9, -5), (12, 3), (7, 10), (0, 14), (-7, 10), (-12, 3), (-9, -5)]
    leaf = c.blob([(x + px * size + side * 2, y + py * size) for px, py in outline])
    c.fill(leaf, color, shade=2.4)
    c.within(leaf, c.line([(x + side * 2, y - 6 * size), (x + side * 2, y + 12 * size)], 0.6), LEAF_LIGHT)
    for level in (-1, 3, 7):
        for way in (-1, 1):
            start = (x + side * 2 + way * 5.4 * size, y + level * size + 0.6)
            end = (x + side * 2 + way * 12.4 * size, y + (level + 2) * size)
            c.within(leaf, c.line([start, end], 1.1), "#e7ecdf")


def pothos(c: Canvas) -> None:
    c.fill(c.line([(0, 100), (-15, 62)], 0.7, smooth=False), SAND)
    c.fill(c.line([(0, 100), (15, 62)], 0.7, smooth=False), SAND)
    vines = [[(-10, 58), (-22, 50), (-24, 32), (-20, 12)], [(-4, 58), (-9, 40), (-6, 22)], [(4, 58), (11, 44), (9, 26), (13, 8)], [(10, 58), (23, 50), (25, 34)]]
    for vine in vines:
        c.fill(c.line(vine, 0.8), LEAF_DARK)
        for index, (x, y) in enumerate(vine[1:] + [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in itertools.pairwise(vine)]):
            way = -1 if index % 2 else 1
            c.fill(_heart(c, x, y, way), (LEAF, LEAF_LIGHT, LEAF_DARK)[index % 3], shade=1)
    for x, y in ((-13, 63), (-5, 68), (4, 69), (12, 64), (0, 63)):
        c.fill(_heart(c, x, y + 4, 1 if x > 0 else -1), LEAF if x else LEAF_LIGHT, shade=1)
    c.fill(c.turned([(8, 42), (14, 46), (16, 56), (15, 63)]), CREAM, shade=4, light=2)


def _heart(c: Canvas, x: float, y: float, way: int) -> Mask:
    return c.blob([(x, y + 1), (x + way * 3, y + 2.4), (x + way * 6, y - 1), (x + way * 5, y - 6), (x + way * 1.4, y - 4)])


def succulents(c: Canvas) -> None:
    c.shadow(31)
    for x, color, kind in ((-21, "#e3b6a3", 0), (21, "#8aa0a8", 2), (0, CREAM, 1)):
        if kind == 0:
            for tip in ((-12, 30), (-7, 36), (0, 39), (7, 36), (12, 30)):
                c.fill(c.leaf((x, 16), (x + tip[0], tip[1]), 6), LEAF_LIGHT if tip[0] else SAGE)
        elif kind == 1:
            body = c.oval(x, 27, 9, 13)
            c.fill(body, LEAF, shade=3, light=1.4)
            for line in (-5, -1.6, 1.8, 5.2):
                c.within(body, c.line([(x + line, 14), (x + line * 1.1, 40)], 0.5), "#d6e3c6", 0.9)
            c.fill(c.oval(x, 40.6, 2.6, 2), "#d97f8a")
        else:
            for lean, top in ((-7, 36), (-3.4, 43), (1.4, 46), (5.4, 39), (8.6, 33)):
                c.fill(c.leaf((x, 15), (x + lean, top), 3.4), LEAF_DARK if top % 2 else LEAF)
        pot(c, x, 10.5, 17, color, rim=False)


def bulb_bag(c: Canvas, flower: str) -> None:
    c.shadow(26)
    c.fill(c.polygon([(-22, 0), (14, 0), (16, 34), (18, 46), (-26, 46), (-24, 34)]), "#d9bf94", shade=5, light=2)
    c.fill(c.polygon([(-26, 46), (18, 46), (16.4, 38), (-24.4, 38)]), "#e8d4b0", shade=5)
    c.fill(c.box(-17, 7, 9, 31, 1.2), CREAM)
    if flower == "tulip":
        c.fill(c.line([(-4, 9), (-4, 19)], 0.9), LEAF_DARK)
        c.fill(c.leaf((-4, 9), (-10, 18), 2.8), LEAF)
        c.fill(c.leaf((-4, 9), (2, 17), 2.8), LEAF)
        c.fill(c.polygon([(-8, 28), (-6.2, 25.6), (-4, 29), (-1.8, 25.6), (0, 28), (-0.4, 21), (-4, 18), (-7.6, 21)]), "#c8434f")
    else:
        c.fill(c.line([(-4, 9), (-4, 20)], 0.9), LEAF_DARK)
        c.fill(c.leaf((-4, 9), (1.4, 19), 2.4), LEAF)
        for tip in ((-10, 22), (2, 22), (-7, 28), (-1, 28), (-7, 16.6), (-1, 16.6)):
            c.fill(c.leaf((-4, 22.4), tip, 3.4), "#f3cf4f")
        c.fill(c.oval(-4, 22.4, 2.5, 2.5), "#e0902f")
    for x, y in ((23, 6), (30, 4.6), (27, 14)):
        bulb = c.blob([(x - 5.4, y - 1), (x, y - 5), (x + 5.4, y - 1), (x + 2, y + 5), (x + 0.4, y + 9), (x - 2, y + 5)])
        c.fill(bulb, "#b5763f", shade=2, light=0.9)
        c.within(bulb, c.line([(x, y - 5), (x + 0.6, y + 8)], 0.5), DARK_WOOD, 0.5)


def tulip_bulbs(c: Canvas) -> None:
    bulb_bag(c, "tulip")


def daffodil_bulbs(c: Canvas) -> None:
    bulb_bag(c, "daffodil")


def terracotta_pot(c: Canvas) -> None:
    c.shadow(24)
    c.fill(c.polygon([(-24, 4), (24, 4), (21, 0), (-21, 0)]), "#b55d38", shade=5)
    with_height = c.polygon([(-17, 4), (17, 4), (23, 36), (-23, 36)])
    c.fill(with_height, TERRACOTTA, shade=7, light=2.4)
    c.fill(c.box(-26, 34, 26, 46, 1.6), "#cb7048", shade=7, light=2.4)
    c.fill(c.oval(0, 46, 25, 3), "#9a4d2d")
    c.fill(c.oval(0, 45.4, 22.4, 2), "#4d3527")


def herb_box(c: Canvas) -> None:
    c.shadow(34)
    for x, color, tall in ((-24, LEAF_LIGHT, 0), (-8, LEAF_DARK, 5), (8, LEAF, 1), (24, SAGE, 7)):
        for step in (-6, -3, 0, 3, 6):
            top = 38 + tall - abs(step)
            c.fill(c.line([(x + step * 0.5, 16), (x + step, top)], 0.8), LEAF_DARK)
            for y in (24, 29, 34):
                if y < top:
                    c.fill(c.leaf((x + step * 0.8, y), (x + step - 4, y + 4), 2.8), color)
                    c.fill(c.leaf((x + step * 0.8, y), (x + step + 4, y + 4), 2.8), color)
            c.fill(c.leaf((x + step, top - 2), (x + step, top + 5), 3), color)
    box = c.box(-36, 0, 36, 20, 1.4)
    c.fill(box, OAK, shade=7, light=2)
    c.within(box, c.box(-36, 9.6, 36, 10.4), WALNUT, 0.7)
    for x in (-32, 32):
        c.fill(c.oval(x, 15, 0.9, 0.9), DARK_WOOD)
        c.fill(c.oval(x, 5, 0.9, 0.9), DARK_WOOD)


def watering_can(c: Canvas) -> None:
    c.shadow(24)
    c.fill(c.ring(-22, 26, 13, 15, 2.6), "#527d70")
    c.fill(c.line([(14, 8), (26, 24), (35, 42)], 4, smooth=False), "#5f8d80")
    c.fill(c.polygon([(29, 40), (40, 35), (43, 42), (31, 48)]), BRASS, shade=2)
    c.fill(c.polygon([(-20, 0), (20, 0), (18, 38), (-18, 38)]), "#6f9d8f", shade=8, light=2.6)
    c.fill(c.oval(0, 38, 18, 3.2), "#8bb3a6")
    c.fill(c.oval(-1, 37.6, 14, 2.2), "#3c5f55")
    c.fill(c.box(-19, 9, 19.4, 11), "#5f8d80")
    c.fill(c.line([(-14, 40), (0, 55), (14, 40)], 2.4), "#527d70")


def garden_trowel(c: Canvas) -> None:
    c.shadow(20, 2)
    c.fill(c.oval(0, 1, 25, 5), "#6b4a34")
    c.fill(c.oval(-7, 3, 12, 4), "#7d583f")
    blade = c.blob([(-8, 26), (-9, 12), (-3, 2), (0, -1), (3, 2), (9, 12), (8, 26), (0, 30)])
    c.fill(blade, "#a9b3b5", shade=4, light=2)
    c.within(blade, c.line([(0, 6), (0, 29)], 1), "#8b979a")
    c.within(blade, c.oval(0, -1, 26, 5.4), "#6b4a34")
    c.fill(c.line([(0, 29), (0, 40)], 1.8), "#8b979a")
    c.fill(c.box(-3, 37, 3, 41, 0.8), STONE)
    c.fill(c.turned([(2.8, 40), (4, 48), (3.4, 58), (4.2, 66), (2.6, 70), (0.1, 71)]), "#dcb98a", shade=2, light=1)
    c.fill(c.oval(0, 66, 0.9, 0.9), DARK_WOOD)
    c.fill(c.line([(0, 66), (6, 72), (8, 66)], 0.7), RUST)


def tulips(c: Canvas, colors: tuple[str, ...] = (RUST, "#d98b7d", MUSTARD)) -> None:
    """Tulips that grow from the ground; for the hero pictures."""
    for index, (x, height) in enumerate(((-14, 34), (-5, 42), (5, 36), (14, 44), (22, 33))):
        c.fill(c.leaf((x, 0), (x - 7, height * 0.62), 4.4, 1), LEAF)
        c.fill(c.leaf((x, 0), (x + 6, height * 0.54), 4.4, -1), LEAF_DARK)
        c.fill(c.line([(x, 0), (x + 0.6, height * 0.6), (x, height)], 1), LEAF_DARK)
        color = colors[index % len(colors)]
        cup = [(x - 4.6, height + 9), (x - 2.4, height + 6.4), (x, height + 10), (x + 2.4, height + 6.4), (x + 4.6, height + 9), (x + 4.4, height + 2), (x, height - 2), (x - 4.4, height + 2)]
        c.fill(c.polygon(cup), color, shade=1.6, light=0.7)
