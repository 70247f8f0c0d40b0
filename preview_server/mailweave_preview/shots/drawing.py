"""Draw a difference so that a person finds it: the new picture pale, what differs in red, what wasn't there in green."""

from __future__ import annotations

from typing import Final

import numpy as np

from mailweave_preview.shots.pixelmatch import Mask
from mailweave_preview.shots.png import Pixels

_DIFFERENT: Final = (214, 0, 64)
_ADDED: Final = (0, 138, 92)
# The darkest grey that is left, of 255.
_PALE: Final = 209


def difference(after: Pixels, mask: Mask, absent: Mask) -> Pixels:
    """The picture of a difference, as large as the new picture."""
    wide = after.astype(np.uint16)
    grey = (wide[..., 0] * 77 + wide[..., 1] * 150 + wide[..., 2] * 29) >> 8
    pale = (_PALE + grey * (256 - _PALE) // 256).astype(np.uint8)
    drawn = np.repeat(pale[..., None], 3, axis=2)
    drawn[mask] = _DIFFERENT
    # Added areas stay legible under their colour.
    drawn[absent] = (drawn[absent].astype(np.float32) * 0.55 + np.array(_ADDED, dtype=np.float32) * 0.45).astype(np.uint8)
    return drawn
