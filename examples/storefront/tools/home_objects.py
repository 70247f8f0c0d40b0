"""Pictures of candles, crockery and glass."""

from __future__ import annotations

from math import cos, pi, sin

from canvas import Canvas, Mask
from colors import BRASS, CLAY, CREAM, DARK_WOOD, FLAME, GLASS, INK, JUNIPER, MOSS, MUSTARD, OAK, OAT, RUST, SAGE, SAND, STONE, WALNUT, WHITE


def flame(c: Canvas, x: float, y: float, size: float = 1) -> None:
    c.fill(c.line([(x, y - 1), (x, y + 1.6 * size)], 0.6), INK)
    c.fill(c.blob([(x, y + 1 * size), (x + 1.9 * size, y + 3.4 * size), (x + 0.2, y + 8 * size), (x - 1.9 * size, y + 3.4 * size)]), FLAME)
    c.fill(c.blob([(x, y + 1.4 * size), (x + 0.9 * size, y + 2.8 * size), (x, y + 5 * size), (x - 0.9 * size, y + 2.8 * size)]), WHITE, opacity=0.75)


def jar_candle(c: Canvas, color: str, label: str, *, sprig: bool = True) -> None:
    c.shadow(19)
    flame(c, 0, 38)
    body = c.box(-19, 0, 19, 40, 4)
    c.fill(c.oval(0, 38, 19, 4), CREAM)
    c.fill(body, color, shade=6, light=2)
    c.fill(c.oval(0, 38.6, 19, 3.4), CREAM)
    c.fill(c.oval(0, 38.2, 15.5, 2.4), OAT)
    flame(c, 0, 39)
    c.fill(c.box(-12, 9, 12, 27, 1.2), label)
    if sprig:
        c.fill(c.line([(0, 12), (0, 24)], 0.7), JUNIPER)
        for y in (14, 17, 20):
            c.fill(c.leaf((0, y), (-5, y + 3.6), 2.4), JUNIPER)
            c.fill(c.leaf((0, y), (5, y + 3.6), 2.4), MOSS)
    else:
        c.fill(c.oval(0, 19, 4.4, 4.8), "#6b4a5e")
        c.fill(c.leaf((0, 23), (4.6, 26), 2.2), MOSS)
        c.fill(c.box(-7, 11.6, 7, 12.4), INK, opacity=0.5)


def cedar_candle(c: Canvas) -> None:
    jar_candle(c, "#3d5a4c", CREAM)


def fig_candle(c: Canvas) -> None:
    jar_candle(c, "#b98a84", WHITE, sprig=False)


def pillar_candles(c: Canvas) -> None:
    c.shadow(28)
    for x, height, color in ((-18, 28, OAT), (16, 20, SAND), (0, 42, CREAM)):
        c.fill(c.box(x - 9, 0, x + 9, height, 1.6), color, shade=3.6, light=1.2)
        c.fill(c.oval(x, height - 0.8, 9, 1.9), WHITE)
        flame(c, x, height - 0.5, 0.85)


def beeswax_tapers(c: Canvas) -> None:
    c.shadow(20)
    for x, height in ((-9, 58), (9, 50)):
        c.fill(c.polygon([(x - 1.9, 10), (x + 1.9, 10), (x + 1.2, height), (x - 1.2, height)]), MUSTARD, shade=1)
        flame(c, x, height, 0.75)
        c.fill(_holder(c, x), BRASS, shade=2, light=0.8)


def _holder(c: Canvas, x: float) -> Mask:
    profile = [(8, 0), (7.4, 1.6), (2, 3), (1.6, 7), (3.4, 10), (3.2, 13)]
    return c.polygon([(x + w, y) for w, y in profile] + [(x - w, y) for w, y in reversed(profile)])


def amber_diffuser(c: Canvas) -> None:
    c.shadow(15)
    for tip in ((-15, 62), (-6, 66), (4, 67), (14, 61)):
        c.fill(c.line([(tip[0] * 0.12, 30), tip], 1), DARK_WOOD)
    c.fill(c.turned([(14, 0), (15, 2), (15, 22), (12, 28), (5, 30), (5, 36)]), "#a9622c", shade=5, light=2)
    c.fill(c.box(-6, 34, 6, 38, 1), INK, shade=2)
    c.fill(c.box(-10, 7, 10, 20, 1), CREAM)
    c.fill(c.box(-6, 14.4, 6, 15.4), INK)
    c.fill(c.box(-4, 11, 4, 11.8), STONE)


def match_jar(c: Canvas) -> None:
    c.shadow(13)
    for x, y in ((-7, 44), (-3.5, 47), (0, 45), (3.4, 48), (7, 44)):
        c.fill(c.line([(x * 0.8, 6), (x, y)], 1.5), SAND)
        c.fill(c.oval(x, y, 1.4, 2.2), RUST)
    glass = c.box(-12.5, 0, 12.5, 36, 4)
    c.fill(glass, GLASS, opacity=0.55)
    c.fill(glass, GLASS, opacity=0.05, shade=3.4, light=2.4)
    c.fill(c.oval(0, 36, 12.5, 2), WHITE, opacity=0.7)
    c.fill(c.box(-8, 8, 8, 20, 1), CREAM)
    c.fill(c.oval(0, 14, 3, 3), RUST)


def mug(c: Canvas, color: str, glaze: str, *, ridges: bool = False) -> None:
    c.shadow(18)
    c.fill(c.ring(19, 19, 10, 11, 3.6), color, shade=1.6)
    body = c.turned([(13, 0), (15.5, 2), (17, 10), (17, 34), (17, 36)])
    c.fill(body, color, shade=6, light=2.2)
    if ridges:
        for y in range(6, 22, 4):
            c.within(body, c.box(-18, y, 18, y + 1), INK, 0.16)
    c.within(body, c.blob([(-20, 26), (-9, 23), (0, 26.5), (9, 23.5), (20, 26), (20, 42), (0, 42), (-20, 42)]), glaze, 0.9)
    c.fill(c.oval(0, 36, 17, 3.6), glaze)
    c.fill(c.oval(0, 35.7, 14.6, 2.7), "#5a3826")
    for x in (-5, 3):
        c.fill(c.line([(x, 44), (x + 2.4, 48), (x - 1.2, 53), (x + 1.6, 58)], 1), WHITE, opacity=0.6)


def stone_mug(c: Canvas) -> None:
    mug(c, "#8fa3a0", CREAM)


def ridge_mug(c: Canvas) -> None:
    mug(c, CLAY, "#e9cdb7", ridges=True)


def kettle(c: Canvas) -> None:
    c.shadow(25)
    c.fill(c.line([(-16, 34), (-14, 56), (0, 61), (14, 56), (16, 34)], 2.8), DARK_WOOD)
    c.fill(c.polygon([(16, 14), (33, 36), (37, 36), (36, 32), (22, 8)]), "#2b6a58", shade=2)
    c.fill(c.turned([(22, 0), (25, 3), (25, 14), (20, 30), (11, 37), (9, 38)]), "#2f7561", shade=8, light=2.6)
    c.fill(c.turned([(11, 37), (10.4, 39), (4, 41), (2, 41.4)]), "#2b6a58")
    c.fill(c.oval(0, 43.4, 2.6, 2.4), DARK_WOOD)
    c.fill(c.box(-25, 0, 25, 1.6, 0.8), INK, opacity=0.35)


def carafe(c: Canvas) -> None:
    c.shadow(19)
    glass = c.turned([(18, 0), (19.5, 3), (19, 20), (10, 34), (6.5, 44), (8, 56)])
    c.fill(glass, GLASS, opacity=0.7)
    c.within(glass, c.box(-24, 0, 24, 20), "#9cc3c4", 0.75)
    c.within(glass, c.oval(0, 20, 18.6, 2.2), "#bcd9d8")
    c.fill(glass, GLASS, opacity=0.05, shade=4, light=3)
    c.fill(c.polygon([(-6.6, 52), (6.6, 52), (7.6, 63), (-7.6, 63)]), OAK, shade=3, light=1)


def board(c: Canvas) -> None:
    c.shadow(24)
    wood = c.box(-21, 0, 21, 50, 6)
    c.fill(c.box(-4.5, 44, 4.5, 68, 4.4), WALNUT, shade=2)
    c.fill(wood, WALNUT, shade=3, light=1.4)
    for x, top in ((-14, 46), (-7, 49), (1, 48), (9, 49), (15, 45)):
        c.within(wood, c.line([(x, 3), (x + 1.5, 20), (x - 1, 34), (x + 0.6, top)], 0.6), DARK_WOOD, 0.5)
    c.fill(c.oval(0, 63, 1.7, 1.7), "#f0e6d8")
    c.fill(c.line([(0, 63), (-4, 70), (4, 72), (0, 63)], 0.7), OAT)


def storage_jars(c: Canvas) -> None:
    c.shadow(31)
    for x, height, filling in ((-22, 30, "#d9b06a"), (21, 24, "#8a5a3c"), (0, 42, "#e6d3ae")):
        jar = c.box(x - 10.5, 0, x + 10.5, height, 3)
        c.fill(jar, GLASS, opacity=0.9)
        c.within(jar, c.box(x - 12, 0, x + 12, height * 0.68), filling)
        c.fill(jar, GLASS, opacity=0.04, shade=3, light=1.8)
        c.fill(c.box(x - 10, height - 0.5, x + 10, height + 5, 1.2), OAK, shade=3, light=1)


def bowl(c: Canvas) -> None:
    c.shadow(20)
    c.fill(c.turned([(11, 0), (12, 2), (24, 12), (32, 27), (32.5, 29)]), "#d9e0d6", shade=9, light=3)
    c.within(c.turned([(11, 0), (12, 2), (24, 12), (32, 27), (32.5, 29)]), c.box(-40, 24, 40, 27), JUNIPER, 0.85)
    c.fill(c.oval(0, 29, 32.5, 5.6), WHITE)
    c.fill(c.oval(0, 28.6, 29.5, 4.4), "#c9d3c8")
    for x, y, color in ((-13, 31, MUSTARD), (0, 34, RUST), (12, 31.4, MUSTARD)):
        c.fill(c.oval(x, y, 8, 7.6), color, shade=2.4, light=1)
        c.fill(c.leaf((x, y + 7), (x + 5, y + 10), 2.4), MOSS)
    c.fill(c.polygon(_front_rim()), "#d9e0d6")


def _front_rim() -> list[tuple[float, float]]:
    outer = [(32.5 * cos(a), 29 + 5.6 * sin(a)) for a in (pi + pi * step / 40 for step in range(41))]
    inner = [(29.5 * cos(a), 28.6 + 4.4 * sin(a)) for a in (2 * pi - pi * step / 40 for step in range(41))]
    return [*outer, *inner]


def plates(c: Canvas) -> None:
    c.shadow(28)
    for index in range(3):
        y = index * 3.2
        c.fill(c.turned([(15, y), (18, y + 0.8), (30, y + 4), (30, y + 5)]), "#e8e2d6" if index % 2 else WHITE, shade=8)
    c.fill(c.oval(0, 42, 30, 30), WHITE, shade=4)
    c.fill(c.ring(0, 42, 30, 30, 1.2), "#8aa0a8")
    c.fill(c.oval(0, 42, 20, 20), "#efeae0")
    c.fill(c.ring(0, 42, 20, 20, 0.6), STONE, opacity=0.6)


def stems(c: Canvas, bottom: float, flowers: bool = True) -> None:
    for (x, y), side in (((-13, 66), -1), ((1, 74), 1), ((13, 64), 1)):
        c.fill(c.line([(0, bottom), (x * 0.4, (bottom + y) / 2), (x, y)], 0.8), MOSS)
        for part in (0.45, 0.65):
            px, py = x * part**1.4, bottom + (y - bottom) * part
            c.fill(c.leaf((px, py), (px + 7 * side, py + 6), 3), MOSS)
        if flowers:
            c.fill(c.oval(x, y, 3.6, 3.6), MUSTARD, shade=1)
            c.fill(c.oval(x, y, 1.4, 1.4), RUST)
        else:
            c.fill(c.leaf((x, y - 3), (x * 1.15, y + 8), 4), SAGE)


def bud_vase(c: Canvas) -> None:
    c.shadow(13)
    stems(c, 28)
    c.fill(c.turned([(9, 0), (13.5, 4), (14.5, 11), (10, 19), (4, 24), (3.6, 29), (4.8, 31)]), "#c98f7d", shade=4.6, light=2)
    c.fill(c.oval(0, 31, 4.8, 1), "#8d5a4c")


def tall_vase(c: Canvas) -> None:
    c.shadow(14)
    stems(c, 40, flowers=False)
    body = c.turned([(10, 0), (11, 2), (15.5, 20), (14, 34), (7, 40), (7.4, 46)])
    c.fill(body, "#e6dfd2", shade=5, light=2)
    c.within(body, c.box(-20, 0, 20, 15), "#7f93a0")
    c.fill(body, "#e6dfd2", opacity=0.02, shade=5)
    c.fill(c.oval(0, 46, 7.4, 1.3), "#9a8f7f")


def glasses(c: Canvas) -> None:
    c.shadow(30)
    for x in (-22, 22, 0):
        glass = c.polygon([(x - 8, 0), (x + 8, 0), (x + 10.5, 34), (x - 10.5, 34)])
        c.fill(glass, "#c3dbd6" if x else "#d7e6e2", opacity=0.85)
        c.within(glass, c.box(x - 12, 2, x + 12, 22), "#a5cbc9", 0.8)
        for rib in range(-8, 9, 4):
            c.within(glass, c.line([(x + rib * 0.9, 1), (x + rib * 1.2, 33)], 0.6), WHITE, 0.55)
        c.fill(c.ring(x, 34, 10.5, 1.8, 0.6), WHITE)


def napkins(c: Canvas) -> None:
    c.shadow(27)
    for index, color in enumerate(("#b9c7c4", "#e9dcc5", "#c98f7d", "#f3ece0")):
        y = index * 7
        c.fill(c.box(-27 + index, y, 27 - index, y + 7.6, 3), color, shade=6, light=1.6)
    c.fill(c.box(-4, 0, 4, 29, 0.6), OAT, shade=1.4)
    c.fill(c.ring(-5, 34, 6, 4.4, 1.2), OAT)
    c.fill(c.ring(5, 34, 6, 4.4, 1.2), OAT)
    c.fill(c.oval(0, 31, 2.6, 2.2), OAT)
