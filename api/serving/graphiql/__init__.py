"""GraphiQL, served from here: the page in which queries are written, tried and read about.

The problem: the page that comes with the GraphQL library loads its scripts from elsewhere, and a machine behind a
firewall then shows "Loading..." for ever. So the scripts lie beside this module, as their authors published them.

Example: ``asset("graphiql.min.js")`` is the script, compressed, with its media type.

Limits: the page asks no other host for anything, and its policy forbids it to.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["CONTENT_SECURITY_POLICY", "SHA384", "Asset", "asset", "page"]

_HERE = Path(__file__).parent

SHA384 = {
    "graphiql.min.css": "Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM",
    "graphiql.min.js": "HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie",
    "react.production.min.js": "tMH8h3BGESGckSAVGZ82T9n90ztNXxvdwvdM6UoR56cYcf+0iGXBliJ29D+wZ/x8",
    "react-dom.production.min.js": "bm7MnzvK++ykSwVJ2tynSE5TRdN+xL418osEVF2DE/L/gfWHj91J2Sphe582B1Bh",
}
"""The SHA-384 of each published file before compression, in base64, as browsers write it."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""What a browser lets the page load: only what comes from here. The editor writes its own styles into the page."""

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_OWN = frozenset({"page.js", "page.css"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page; ``is_compressed``: with gzip."""

    content: bytes
    media_type: str
    is_compressed: bool


@lru_cache(maxsize=16)
def asset(name: str) -> Asset | None:
    """A script or a style sheet of the page; None for any other name."""
    if name in SHA384:
        content = (_HERE / "third_party" / f"{name}.gz").read_bytes()
        return Asset(content, _TYPES[Path(name).suffix], is_compressed=True)
    if name in _OWN:
        return Asset((_HERE / name).read_bytes(), _TYPES[Path(name).suffix], is_compressed=False)
    return None


@lru_cache(maxsize=1)
def page() -> str:
    """The page itself."""
    return (_HERE / "page.html").read_text(encoding="utf-8")
