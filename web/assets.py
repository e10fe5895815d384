"""The page's own files, held in memory: each version has its own address and may be kept for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HOME = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    data: bytes
    zipped: bytes
    kind: str
    etag: str


class Assets:
    """All files below a folder; `version` changes when any of them does."""

    def __init__(self, home: Path = HOME) -> None:
        self._assets = {
            path.relative_to(home).as_posix(): _asset(path)
            for path in sorted(home.rglob("*"))
            if path.is_file()
        }
        tags = "".join(name + asset.etag for name, asset in self._assets.items())
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]

    def url(self, name: str) -> str:
        assert name in self._assets, name
        return f"/static/{self.version}/{name}"

    def text(self, name: str) -> str:
        return self._assets[name].data.decode()

    def route(self) -> Route:
        return Route("/static/{version}/{name:path}", self.serve, methods=["GET"])

    async def serve(self, request: Request) -> Response:
        """One file; a page of an older version gets today's file, but is not to keep it."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        current = request.path_params["version"] == self.version
        headers = {
            "ETag": asset.etag,
            "Cache-Control": _FOR_EVER if current else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if asset.zipped and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.zipped, media_type=asset.kind, headers=headers)
        return Response(asset.data, media_type=asset.kind, headers=headers)


def _asset(path: Path) -> Asset:
    data = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    zipped = gzip.compress(data, 9, mtime=0) if path.suffix in (".js", ".css", ".svg") else b""
    return Asset(data=data, zipped=zipped, kind=kind, etag=f'"{hashlib.sha256(data).hexdigest()[:16]}"')
