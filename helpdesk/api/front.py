"""The front door: the console's and the simulated phone's files, as the build left them."""

import gzip
import mimetypes
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.errors import NotFound

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "_bundled" / "web", PACKAGE.parent / "web" / "dist")
"""In a wheel, and beside the sources of an editable install."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Helpdesk</title>
<link rel="stylesheet" href="/docs/style.css"><h1>The console was not built</h1>
<p>The server runs, but its pages are missing. Install it again with <code>pip install -e .</code>
and without <code>HELPDESK_SKIP_WEB</code>, or read the <a href="/docs">documentation of the
API</a>.</html>"""


class Served(Struct, frozen=True):
    """A file as it is sent: plain and compressed."""

    media_type: str
    plain: bytes
    packed: bytes | None
    tag: str
    caching: str


class Front:
    """The built files, read once each. Names come from the folder itself, never from a request."""

    def __init__(self, places: Sequence[Path] = PLACES) -> None:
        root = next((place for place in places if (place / "index.html").is_file()), None)
        self._paths = (
            {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
            if root
            else {}
        )
        self._served: dict[str, Served] = {}

    def find(self, name: str) -> Served | None:
        """Return a file by its name, or None."""
        path = self._paths.get(name)
        if path is not None and name not in self._served:
            self._served[name] = _read(name, path)
        return self._served.get(name)

    def answer(self, request: AnyRequest, name: str) -> Response[bytes]:
        """Answer a file, compressed where the browser takes that; a notice where none is built."""
        served = self.find(name)
        if served is None:
            return Response(NOT_BUILT.encode(), media_type=MediaType.HTML)
        headers = {"ETag": served.tag, "Cache-Control": served.caching, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == served.tag:
            return Response(b"", status_code=304, headers=headers)
        content = served.plain
        if served.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            content = served.packed
        return Response(content, media_type=served.media_type, headers=headers)


def _read(name: str, path: Path) -> Served:
    plain = path.read_bytes()
    packed = gzip.compress(plain, mtime=0)
    return Served(
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        plain=plain,
        packed=packed if len(packed) < len(plain) * 0.9 else None,
        tag=f'"{sha256(plain).hexdigest()[:20]}"',
        caching=FOR_EVER if name.startswith("assets/") else ASK_AGAIN,
    )


def front_router() -> Router:
    """Return the routes of the pages."""
    front = Front()

    @get("/", opt=allow(PUBLIC), include_in_schema=False)
    async def go_to_app() -> Redirect:
        """Send browsers to the console."""
        return Redirect("/app/")

    @get(["/app/", "/app/{path:path}"], opt=allow(PUBLIC), include_in_schema=False)
    async def show_console(request: AnyRequest, path: FromPath[str] = "") -> Response[bytes]:
        """Serve a file of the console, or its document for every address within it."""
        name = path.strip("/")
        if front.find(name):
            return front.answer(request, name)
        if name.startswith("assets/") or "." in name.rpartition("/")[2]:
            raise NotFound("There is no such file.")
        return front.answer(request, "index.html")

    @get("/phone/", opt=allow(PUBLIC), include_in_schema=False)
    async def show_phone(request: AnyRequest) -> Response[bytes]:
        """Serve the simulated phone."""
        return front.answer(request, "phone.html")

    return Router("/", route_handlers=[go_to_app, show_console, show_phone])
