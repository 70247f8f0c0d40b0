"""What is asked of a loaded page, in the browser's own language. Only our questions run there: a message's scripts don't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mailweave.marks import ATTRIBUTE
from mailweave_preview.shots.regions import Box
from mailweave_preview.shots.scene import Mask

# Every picture decoded, every font there, every animation at its end (an endless one at its start).
SETTLE: Final = """async () => {
  for (const image of document.images) image.loading = "eager"
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)))
  await document.fonts.ready
  for (const animation of document.getAnimations()) { try { animation.finish() } catch { animation.cancel() } }
}"""

# The document's own height, not the window's; boxes of the slots and of the masks; pictures that can't be shown; how far it is too wide.
FACTS: Final = """([attribute, masks]) => {
  const root = document.documentElement, body = document.body
  const own = root.scrollHeight > root.clientHeight ? root.scrollHeight
    : body.getBoundingClientRect().bottom + (parseFloat(getComputedStyle(body).marginBottom) || 0)
  const box = element => {
    const r = element.getBoundingClientRect()
    return [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY]
  }
  const shown = b => b[2] > b[0] && b[3] > b[1]
  const slots = []
  for (const element of document.querySelectorAll(`[${attribute}]`)) {
    const b = [element, ...element.children].map(box).find(shown)
    if (b) slots.push([element.getAttribute(attribute), ...b])
  }
  const find = ([selector, slot]) => {
    const all = [...document.querySelectorAll(selector)]
    const inside = slot === null ? all : all.filter(element => element.closest(`[${attribute}="${CSS.escape(slot)}"]`))
    return inside.map(box).filter(shown)
  }
  return {
    height: Math.max(1, Math.ceil(own)),
    overflow: Math.max(0, root.scrollWidth - root.clientWidth),
    slots,
    masks: masks.map(mask => { try { return find(mask) } catch (error) { return String(error.message) } }),
    broken: [...document.images].filter(image => image.currentSrc && !image.naturalWidth).map(image => image.currentSrc),
  }
}"""


def question(masks: Sequence[Mask]) -> list[Any]:
    """What `FACTS` is given."""
    return [ATTRIBUTE, [[mask.selector, mask.slot] for mask in masks]]


def slot_boxes(found: Sequence[Sequence[Any]], width: int, height: int) -> Mapping[str, Box]:
    """One box for each slot, around all of its elements, in whole pixels and inside the picture."""
    edges: dict[str, list[float]] = {}
    for slot, left, top, right, bottom in found:
        old = edges.get(slot, [left, top, right, bottom])
        edges[slot] = [min(old[0], left), min(old[1], top), max(old[2], right), max(old[3], bottom)]
    boxes = {slot: whole(edge, width, height) for slot, edge in edges.items()}
    return {slot: box for slot, box in boxes.items() if box.width and box.height}


def whole(edge: Sequence[float], width: int, height: int) -> Box:
    """Edges (left, top, right, bottom) as a box in whole pixels inside the picture."""
    left, top = max(0, round(edge[0])), max(0, round(edge[1]))
    right, bottom = min(width, round(edge[2])), min(height, round(edge[3]))
    return Box(left, top, max(0, right - left), max(0, bottom - top))
