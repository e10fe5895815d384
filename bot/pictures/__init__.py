"""Pictures for the chat, drawn from own SVG templates: no browser, no system font, the same everywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HOME = Path(__file__).parent
FONT = HOME / "NotoSansSC.otf"
ZOOM = 1.5  # of the template's own units: 720 wide becomes 1080 pixels


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HOME), autoescape=True, undefined=StrictUndefined)


def draw(name: str, **facts: Any) -> bytes:
    """One template as a PNG."""
    import resvg_py

    svg = _templates().get_template(f"{name}.svg").render(**facts)
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family="Noto Sans CJK SC",
        sans_serif_family="Noto Sans CJK SC",
    )
