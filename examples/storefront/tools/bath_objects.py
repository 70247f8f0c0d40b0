"""Pictures of what stands in a bathroom."""

from __future__ import annotations

from canvas import Canvas
from colors import CREAM, GLASS, INK, JUNIPER, MOSS, OAK, TERRACOTTA, WALNUT, WHITE


def hand_soap(c: Canvas) -> None:
    c.shadow(14)
    c.fill(c.line([(0, 42), (0, 54), (-11, 54), (-12, 50)], 2.6, smooth=False), INK)
    c.fill(c.turned([(14, 0), (15, 2), (15, 30), (11, 37), (5, 39)]), "#8a5327", shade=5, light=2)
    c.fill(c.box(-6, 38, 6, 44, 1), INK, shade=2)
    c.fill(c.box(-10.5, 7, 10.5, 26, 1), CREAM)
    c.fill(c.line([(0, 11), (0, 22)], 0.6), JUNIPER)
    for y in range(12, 22, 3):
        c.fill(c.line([(0, y), (-3.6, y + 2.6)], 0.9), JUNIPER)
        c.fill(c.line([(0, y), (3.6, y + 2.6)], 0.9), JUNIPER)


def bath_salts(c: Canvas) -> None:
    c.shadow(17)
    jar = c.box(-16, 0, 16, 32, 4)
    c.fill(jar, GLASS)
    c.within(jar, c.blob([(-20, -4), (20, -4), (20, 22), (8, 25), (-4, 22), (-20, 25)]), "#e7d3d4")
    c.fill(jar, GLASS, opacity=0.04, shade=4, light=2.4)
    c.fill(c.box(-16.5, 31, 16.5, 38, 1.4), OAK, shade=4, light=1.4)
    c.fill(c.box(-9, 8, 9, 19, 1), WHITE)
    for x, y in ((-3, 13), (1, 15), (3, 12)):
        c.fill(c.oval(x, y, 1.7, 1.7), "#44587a")


def soap_dish(c: Canvas) -> None:
    c.shadow(29)
    c.fill(c.box(-22, 9, 22, 23, 6), "#d9e2cf", shade=5, light=2)
    c.fill(c.box(-13, 15.4, 13, 16.6, 0.6), MOSS, opacity=0.45)
    c.fill(c.polygon([(-31, 12), (31, 12), (25, 0), (-25, 0)]), "#7d8583", shade=7, light=2)
    c.fill(c.box(-33, 10, 33, 13.4, 1.6), "#8e9694", shade=7)
    for x, y, r in ((17, 28, 2.6), (22, 33, 1.8), (13, 34, 1.4)):
        c.fill(c.oval(x, y, r, r), WHITE, opacity=0.75)


def laundry_basket(c: Canvas) -> None:
    c.shadow(24)
    for x in (-21.5, 21.5):
        c.fill(c.ring(x, 36, 5, 6, 2), WALNUT)
    c.fill(c.blob([(-18, 38), (-12, 50), (0, 46), (10, 54), (18, 44), (20, 36), (0, 34)]), WHITE, shade=5)
    body = c.turned([(20, 0), (22, 3), (25, 24), (23.5, 42)])
    c.fill(body, "#cfa875", shade=8, light=2)
    for row in range(11):
        for column in range(-7, 8):
            x = column * 4 + (2 if row % 2 else 0)
            c.within(body, c.line([(x - 1.2, row * 4 + 1), (x + 1.2, row * 4 + 2.4)], 0.8), WALNUT, 0.4)
    c.fill(c.box(-24.5, 40.4, 24.5, 43.4, 1.4), TERRACOTTA, shade=6)


def towels(c: Canvas) -> None:
    c.shadow(29)
    for y, color, band in ((0, "#8aa59a", WHITE), (14, "#efe6d6", TERRACOTTA)):
        towel = c.box(-29, y, 29, y + 14.5, 6)
        c.fill(towel, color, shade=6, light=2)
        c.within(towel, c.box(-30, y + 6.7, 30, y + 7.5), INK, 0.18)
        c.within(towel, c.box(12, y, 15, y + 15), band, 0.85)
    c.fill(c.leaf((-8, 29), (-22, 40), 5), MOSS)
    c.fill(c.leaf((-8, 29), (-12, 45), 5), JUNIPER)
    c.fill(c.leaf((-8, 29), (1, 42), 5), MOSS)
