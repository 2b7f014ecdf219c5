"""The front door: where a browser lands until the console's pages are part of the server."""

from litestar import MediaType, Response, get
from litestar.response import Redirect

from helpdesk.api.access import PUBLIC, allow

NOTICE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Helpdesk</title>
<link rel="stylesheet" href="/docs/style.css"><h1>Helpdesk is running</h1>
<p>The console and the simulated phone come with the next version. Until then everything is reached
over HTTP and WebSocket: see the <a href="/docs">documentation of the API</a>, and the lines that
<code>helpdesk demo</code> prints.</html>"""


@get("/", opt=allow(PUBLIC), include_in_schema=False)
async def go_to_app() -> Redirect:
    """Send browsers to the console."""
    return Redirect("/app/")


@get(["/app/", "/phone/"], opt=allow(PUBLIC), include_in_schema=False)
async def show_notice() -> Response[str]:
    """Say that the pages are still to come, and what there is."""
    return Response(NOTICE, media_type=MediaType.HTML)


handlers = [go_to_app, show_notice]
