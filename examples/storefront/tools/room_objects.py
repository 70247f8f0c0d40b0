"""Pictures of textiles, lamps and furniture."""

from __future__ import annotations

from math import cos, pi, sin

from canvas import Canvas
from colors import (
    BRASS,
    CREAM,
    DARK_WOOD,
    DUSK,
    FLAME,
    INK,
    JUNIPER,
    MUSTARD,
    OAK,
    OAT,
    PINE,
    RUST,
    SAGE,
    SAND,
    SKY,
    STONE,
    TERRACOTTA,
    WALNUT,
    WHITE,
)


def glow(c: Canvas, x: float, y: float, radius: float) -> None:
    """The light around a lamp."""
    c.fill(c.oval(x, y, radius, radius), FLAME, opacity=0.14)
    c.fill(c.oval(x, y, radius * 0.72, radius * 0.72), FLAME, opacity=0.16)


def folded(c: Canvas, color: str, stripe: str, *, waffle: bool = False) -> None:
    c.shadow(31)
    for y, width in ((0, 31), (13, 30)):
        layer = c.box(-width, y, width, y + 14, 6.5)
        c.fill(layer, color, shade=6, light=2)
        c.within(layer, c.box(-width, y + 6.6, width - 6, y + 7.3), INK, 0.2)
    body = c.box(-29.5, 20, 29.5, 36, 7)
    c.fill(body, color, shade=6, light=2)
    if waffle:
        for step in range(-28, 30, 4):
            c.within(body, c.line([(step, 20), (step, 37)], 0.5), INK, 0.18)
        for y in (24, 28, 32):
            c.within(body, c.line([(-30, y), (30, y)], 0.5), INK, 0.18)
    else:
        for y in (25, 28, 31):
            c.within(body, c.box(-30, y, 30, y + 1.3), stripe)
        for x in range(-26, 27, 4):
            c.fill(c.line([(x, 20), (x - 0.4, 14.6)], 1), stripe)


def wool_throw(c: Canvas) -> None:
    folded(c, "#b9654a", CREAM)


def waffle_blanket(c: Canvas) -> None:
    folded(c, "#dfd3bd", WHITE, waffle=True)


def cushion(c: Canvas, color: str, *, stripes: str = "") -> None:
    c.shadow(26)
    outline = [(-27, 3), (-12, 1.4), (12, 1.4), (27, 3), (25, 18), (25, 34), (28, 51), (12, 48), (-12, 48), (-28, 51), (-25, 34), (-25, 18)]
    body = c.blob(outline)
    c.fill(body, color, shade=6, light=2.4)
    if stripes:
        for x in (-18, -13, 0, 5, 18):
            c.within(body, c.box(x - 1.2, -5, x + 1.2, 60), stripes)
    else:
        c.fill(c.line([(-9, 48.6), (0, 41), (2, 33)], 0.7), INK, opacity=0.2)
        c.fill(c.line([(14, 47), (9, 40)], 0.7), INK, opacity=0.2)
        for y in (8, 13):
            c.fill(c.oval(18.5, y, 1.3, 1.3), OAT)


def linen_cushion(c: Canvas) -> None:
    cushion(c, "#8fa79a")


def stripe_cushion(c: Canvas) -> None:
    cushion(c, CREAM, stripes="#5f7d92")


def jute_rug(c: Canvas) -> None:
    c.fill(c.oval(0, 24, 41, 22), INK, opacity=0.1)
    for step, radius in enumerate(range(40, 3, -4)):
        c.fill(c.oval(0, 26, radius, radius * 0.53), "#c9a06a" if step % 2 else "#ddbd8c")
    for angle in range(0, 360, 8):
        a = angle * pi / 180
        c.fill(c.line([(40 * cos(a), 26 + 21.2 * sin(a)), (42.4 * cos(a), 26 + 22.6 * sin(a))], 0.8), "#c9a06a")


def linen_duvet(c: Canvas) -> None:
    c.shadow(37)
    c.fill(c.box(-38, 8, 38, 58, 5), OAK, shade=3)
    for x in (-34, 34):
        c.fill(c.box(x - 2, 0, x + 2, 10, 0.8), WALNUT)
    for x in (-17, 17):
        c.fill(c.blob([(x - 15, 33), (x, 31), (x + 15, 33), (x + 14, 50), (x, 51.5), (x - 14, 50)]), WHITE, shade=4, light=1.4)
    c.fill(c.blob([(-39, 8), (0, 5), (39, 8), (38, 32), (20, 35), (0, 34), (-20, 35), (-38, 32)]), "#a3b2bb", shade=6, light=2)
    c.fill(c.blob([(-38, 28), (0, 26.5), (38, 28), (38, 35), (0, 36.5), (-38, 35)]), "#dbe2e5", shade=5)
    for x0, x1 in ((-20, -24), (3, 0), (22, 25)):
        c.fill(c.line([(x0, 24), ((x0 + x1) / 2 + 1, 17), (x1, 9)], 0.6), INK, opacity=0.2)


def mushroom_lamp(c: Canvas) -> None:
    glow(c, 0, 36, 40)
    c.shadow(16)
    c.fill(c.turned([(15, 0), (14.6, 2), (7, 6), (5.4, 14), (6.4, 32)]), "#c4683f", shade=3.6, light=1.4)
    c.fill(c.oval(0, 33, 26, 3.6), "#fbe3a6")
    c.fill(c.turned([(27.5, 33), (26, 42), (18, 51), (7, 55.4), (0.1, 56)]), "#cf7549", shade=8, light=3)


def arc_lamp(c: Canvas) -> None:
    glow(c, 21, 43, 27)
    c.shadow(17, -18)
    c.fill(c.box(-34, 0, -4, 4, 2), STONE, shade=5, light=2)
    c.fill(c.line([(-20, 3), (-24, 30), (-18, 54), (0, 67), (17, 62), (21, 52)], 1.6), BRASS)
    c.fill(c.oval(21, 42.4, 13, 2), "#fbe3a6")
    c.fill(c.polygon([(8, 42), (34, 42), (32, 47), (27, 52), (21, 54), (15, 52), (10, 47)]), INK, shade=4, light=1.4)


def paper_pendant(c: Canvas) -> None:
    c.fill(c.line([(0, 100), (0, 62)], 0.8), INK)
    glow(c, 0, 38, 40)
    body = c.oval(0, 38, 27, 24)
    c.fill(body, "#fdf3da", shade=6)
    for level in range(-20, 21, 4):
        half = 27 * (1 - (level / 24) ** 2) ** 0.5
        c.within(body, c.line([(-half, 38 + level + 1.2), (0, 38 + level - 0.6), (half, 38 + level + 1.2)], 0.4), "#c9ad78", 0.7)
    c.fill(c.box(-6, 60, 6, 63.4, 1), OAK)
    c.fill(c.box(-6, 13, 6, 15.4, 1), OAK)


def night_owl_lamp(c: Canvas) -> None:
    c.fill(c.polygon([(14, 40), (34, 0), (-10, 0), (4, 34)]), FLAME, opacity=0.28)
    c.shadow(15, -14)
    c.fill(c.box(-28, 0, 0, 3.4, 1.6), PINE, shade=4)
    c.fill(c.line([(-14, 3), (-22, 32)], 2, smooth=False), PINE)
    c.fill(c.line([(-22, 32), (4, 55)], 2, smooth=False), PINE)
    c.fill(c.oval(-22, 32, 2.6, 2.6), BRASS)
    c.fill(c.polygon([(2, 58), (8, 55), (17, 38), (0, 31), (-3, 50)]), JUNIPER, shade=3, light=1.4)
    c.fill(c.oval(3, 55, 2.6, 2.6), BRASS)


def festoon_lights(c: Canvas, cord: str = INK) -> None:
    strings = [[(-46, 58), (-20, 41), (0, 39), (22, 44), (46, 60)], [(-46, 34), (-22, 17), (0, 14), (24, 20), (46, 38)]]
    for string in strings:
        c.fill(c.line(string, 0.8), cord)
        for x, y in [*string[1:-1], (-33, string[0][1] - 8.4), (34, string[0][1] - 6.4)]:
            glow(c, x, y - 7, 9)
            c.fill(c.box(x - 1.4, y - 3.6, x + 1.4, y + 0.6, 0.6), cord)
            c.fill(c.blob([(x, y - 3), (x + 3, y - 7), (x, y - 11), (x - 3, y - 7)]), FLAME, light=0.8)


def lantern(c: Canvas) -> None:
    glow(c, 0, 22, 30)
    c.shadow(17)
    c.fill(c.ring(0, 55, 6, 7, 1.2), INK)
    c.fill(c.box(-14, 3, 14, 42), "#fbe9bd", opacity=0.75)
    c.fill(c.box(-5, 3, 5, 16, 0.8), CREAM, shade=2)
    c.fill(c.blob([(0, 17), (2.4, 20), (0, 26), (-2.4, 20)]), "#f0a93a")
    for x in (-14, 0, 14):
        c.fill(c.box(x - 0.8, 3, x + 0.8, 42), INK)
    c.fill(c.box(-16.5, 0, 16.5, 4, 0.8), INK, shade=4)
    c.fill(c.polygon([(-18, 41), (18, 41), (7, 51), (-7, 51)]), INK, shade=4, light=1.4)


def legs(c: Canvas, places: tuple[tuple[float, float], ...], top: float, color: str, width: float = 2.6) -> None:
    """Legs from (x on the ground, x at the top) pairs."""
    for ground, above in places:
        c.fill(c.line([(ground, 1), (above, top)], width, smooth=False), color)


def oak_stool(c: Canvas) -> None:
    c.shadow(22)
    legs(c, ((-10, -7), (10, 7)), 42, "#a97f54")
    c.fill(c.line([(-13, 16), (13, 16)], 1.6), "#a97f54")
    legs(c, ((-20, -13), (20, 13)), 42, OAK, 3)
    c.fill(c.box(-22, 41, 22, 47, 3), OAK, shade=6, light=2)
    c.fill(c.oval(0, 46.6, 21, 1.6), "#e0bd90")


def lounge_chair(c: Canvas) -> None:
    c.shadow(29)
    legs(c, ((-20, -14), (26, 20)), 18, WALNUT, 2.4)
    legs(c, ((-30, -22),), 18, DARK_WOOD, 2.4)
    c.fill(c.blob([(-30, 16), (-18, 13), (-14, 30), (-21, 58), (-31, 62), (-37, 56)]), "#54766a", shade=4, light=2)
    c.fill(c.box(-26, 13, 27, 25, 5), "#5f8577", shade=5, light=2)
    c.fill(c.box(-24, 22, 25, 30, 4), "#6d9485", shade=5, light=2)
    c.fill(c.line([(-22, 36), (10, 37), (26, 35)], 2.8), WALNUT)
    c.fill(c.line([(21, 19), (24, 35)], 2.4, smooth=False), WALNUT)
    c.fill(c.blob([(-22, 30), (-10, 29), (-8, 43), (-20, 45)]), MUSTARD, shade=2.4, light=1)


def dining_chair(c: Canvas) -> None:
    c.shadow(19)
    for x in (-11, -5.5, 0, 5.5, 11):
        c.fill(c.line([(x, 34), (x * 1.15, 62)], 1.2, smooth=False), PINE)
    legs(c, ((-13, -10), (13, 10)), 32, "#1b3a31", 2)
    legs(c, ((-18, -14), (18, 14)), 32, PINE, 2.6)
    c.fill(c.line([(-15.6, 14), (15.6, 14)], 1.4), PINE)
    c.fill(c.line([(-17, 34), (-18.6, 64)], 2.4, smooth=False), PINE)
    c.fill(c.line([(17, 34), (18.6, 64)], 2.4, smooth=False), PINE)
    c.fill(c.blob([(-20, 62), (0, 65), (20, 62), (20.6, 68), (0, 71), (-20.6, 68)]), PINE, shade=4, light=1.6)
    c.fill(c.box(-20, 31, 20, 36, 2.4), OAK, shade=5, light=2)


def side_table(c: Canvas) -> None:
    c.shadow(20)
    legs(c, ((-4, 3),), 38, "#4a2f1f", 2.4)
    legs(c, ((-20, -8), (20, 8)), 38, DARK_WOOD, 2.8)
    c.fill(c.oval(0, 39, 29, 4.4), DARK_WOOD)
    c.fill(c.oval(0, 41, 29, 4.4), WALNUT, shade=6, light=2)
    c.fill(c.box(-16, 41.4, 2, 44, 0.6), TERRACOTTA)
    c.fill(c.box(-14, 44, 3, 46, 0.6), SKY)
    c.fill(c.box(9, 41, 18, 50, 1.8), CREAM, shade=2.4)
    c.fill(c.ring(19, 46, 2.8, 3, 0.9), CREAM)


def wall_shelf(c: Canvas) -> None:
    for side in (-26, 26):
        c.fill(c.box(side - 1.2, 18, side + 1.2, 30), BRASS)
    for x, height, color in ((-30, 18, RUST), (-25, 21, CREAM), (-20, 16, DUSK), (-15.4, 19, SAGE)):
        c.fill(c.box(x, 34, x + 4.4, 34 + height, 0.5), color, shade=1)
    c.fill(c.turned([(5, 34), (7.4, 38), (6, 45), (2.6, 49), (3, 52)]), "#c98f7d", shade=2.4, light=1)
    c.fill(c.polygon([(17, 34), (29, 34), (30.6, 43), (15.4, 43)]), TERRACOTTA, shade=3)
    for tip in ((14, 56), (20, 61), (26, 60), (32, 54)):
        c.fill(c.leaf((23, 43), tip, 4.4), "#4f8a5b" if tip[0] % 4 else "#2f6b4a")
    c.fill(c.line([(-37, 40), (37, 40)], 0.8), BRASS)
    for x in (-36, 0, 36):
        c.fill(c.line([(x, 34), (x, 40)], 0.8), BRASS)
    c.fill(c.box(-39, 30, 39, 34.4, 1), OAK, shade=5, light=2)


def round_mirror(c: Canvas) -> None:
    c.fill(c.oval(1.2, 34.6, 31, 31), INK, opacity=0.12)
    c.fill(c.oval(0, 36, 30, 30), BRASS, shade=3)
    glass = c.oval(0, 36, 28, 28)
    c.fill(glass, "#d3e0e2")
    c.within(glass, c.polygon([(-30, 20), (4, 70), (16, 70), (-24, 12)]), WHITE, 0.55)
    c.within(glass, c.polygon([(2, 8), (36, 56), (36, 48), (8, 6)]), WHITE, 0.4)
    c.fill(c.box(-20, 0, 20, 3, 1), OAK, shade=4)
    c.fill(c.box(-13, 3, -6, 9, 1.4), SAND, shade=2)
    c.fill(c.box(9, 3, 12, 12, 1), "#8a5327", shade=1)
