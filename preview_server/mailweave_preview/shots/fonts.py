"""The fonts that pictures are taken with: our own files and nothing of the machine's, so that every machine draws the same letters."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

_CONFIG: Final = Template("""\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$fonts</dir>
  <cachedir>$cache</cachedir>
  $aliases
</fontconfig>
""")
_ALIAS: Final = Template(
    '<match><test name="family"><string>$name</string></test><edit name="family" mode="assign"><string>$ours</string></edit></match>'
)
# Family that mail asks for → ours. Liberation has the widths of Arial, Times New Roman and Courier New.
_FAMILIES: Final = {
    "Liberation Sans": (
        *("Arial", "Helvetica", "Helvetica Neue", "Verdana", "Tahoma", "Trebuchet MS", "Segoe UI", "Roboto", "Open Sans", "Lato", "Inter"),
        *("Ubuntu", "sans-serif", "system-ui"),
    ),
    "Liberation Serif": ("Times New Roman", "Times", "Georgia", "Garamond", "Cambria", "Palatino", "serif"),
    "Liberation Mono": ("Courier New", "Courier", "Consolas", "Menlo", "Monaco", "monospace"),
}


def folder() -> Path:
    """The folder of the font files."""
    return Path(str(files("mailweave_preview.shots"))) / "fonts"


@cache
def version() -> str:
    """A hash of the fonts and of how families are mapped to them."""
    digest = hashlib.sha256(repr(_FAMILIES).encode())
    for path in sorted(folder().glob("*.ttf")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def write_config(into: Path) -> dict[str, str]:
    """Write a fontconfig file that knows only our fonts; the environment variables that make a browser use it."""
    path = into / "fonts.conf"
    pairs = [(name, ours) for ours, names in _FAMILIES.items() for name in names]
    aliases = "\n  ".join(_ALIAS.substitute(name=name, ours=ours) for name, ours in pairs)
    path.write_text(_CONFIG.substitute(fonts=folder(), cache=into / "cache", aliases=aliases), encoding="utf-8")
    return {"FONTCONFIG_FILE": str(path)}
