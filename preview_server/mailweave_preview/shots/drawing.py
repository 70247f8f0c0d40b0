"""Draw a difference so that a person finds it: the new picture pale, what differs in red, what wasn't there in green."""

from __future__ import annotations

from typing import Final

import numpy as np

from mailweave_preview.shots.pixelmatch import Mask
from mailweave_preview.shots.png import Pixels

_DIFFERENT: Final = (214, 0, 64)
_ADDED: Final = (0, 138, 92)
_PALE: Final = 0.82


def difference(after: Pixels, mask: Mask, absent: Mask) -> Pixels:
    """The picture of a difference, as large as the new picture."""
    grey = after.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    pale = (255 * _PALE + grey * (1 - _PALE)).astype(np.uint8)
    drawn = np.repeat(pale[..., None], 3, axis=2)
    drawn[mask] = _DIFFERENT
    # Added areas stay legible under their colour.
    drawn[absent] = (drawn[absent].astype(np.float32) * 0.55 + np.array(_ADDED, dtype=np.float32) * 0.45).astype(np.uint8)
    return drawn
