"""Pictures as PNG files and as arrays of pixels."""

from __future__ import annotations

import hashlib
import io
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

# height × width × 3, 8 bits a channel, sRGB.
Pixels: TypeAlias = NDArray[np.uint8]


def decode(data: bytes) -> Pixels:
    """A picture's pixels; what is transparent stands on white.

    Raises:
        ValueError: the file is no picture, or is damaged.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return np.asarray(_opaque(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValueError(f"it is no picture: {error}") from error


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA" and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layer).convert("RGB")


def encode(pixels: Pixels, *, small: bool = True) -> bytes:
    """A PNG of exactly these pixels: with a palette where 256 colours do, and, when `small`, as small as zlib makes it."""
    image: Any = Image.fromarray(pixels)
    colors = image.getcolors(256) if small else None
    if colors:
        palette = [channel for _, color in colors for channel in color]
        image = _indexed(pixels, palette)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=small, compress_level=9 if small else 1)
    return out.getvalue()


def _indexed(pixels: Pixels, palette: list[int]) -> Image.Image:
    """The same picture with a palette. Our own mapping: Pillow's quantisers may merge near colours."""
    values = np.asarray(palette, dtype=np.int64).reshape(-1, 3)
    keys = (values[:, 0] << 16) | (values[:, 1] << 8) | values[:, 2]
    order = np.argsort(keys)
    wide = pixels.astype(np.int64)
    wanted = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    indexed = Image.frombytes("P", wanted.shape[::-1], np.searchsorted(keys[order], wanted).astype(np.uint8).tobytes())
    indexed.putpalette(values[order].astype(np.uint8).tobytes())
    return indexed


def fingerprint(pixels: Pixels) -> str:
    """A hash of a picture's size and pixels, however its file is written."""
    height, width = pixels.shape[:2]
    return hashlib.sha256(f"{width}x{height}\n".encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()[:20]
