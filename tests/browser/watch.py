"""What a page must not do while nobody looks: complain, break, fail, or ask another host."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    WebSocket,
)

SIGNED_OUT = re.compile(r"status of 401 .*/api/v1/session$")
"""How the browser notes that the sign-in page asked who is signed in."""


@dataclass
class Watch:
    """Everything that was found in some contexts, and the patterns of what a test expects."""

    host: str
    found: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=lambda: [SIGNED_OUT])

    def follow(self, context: BrowserContext) -> None:
        """Look at every page of the context from now on."""
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)
        context.on("response", self._note_response)
        context.on("page", self._note_page)

    def expect(self, *patterns: str) -> None:
        """Pass over what a test brings about on purpose."""
        self.expected += [re.compile(pattern) for pattern in patterns]

    def take(self) -> list[str]:
        """Return what was found and not expected, and forget it."""
        found = [each for each in self.found if not any(e.search(each) for e in self.expected)]
        self.found.clear()
        return found

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            place = message.location.get("url", "")
            self.found.append(f"console {message.type}: {message.text} {place}".strip())

    def _note_error(self, error: WebError) -> None:
        self.found.append(f"page error: {error.error}")

    def _note_request(self, request: Request) -> None:
        self._note_address(request.url)

    def _note_page(self, page: Page) -> None:
        page.on("websocket", self._note_socket)

    def _note_socket(self, socket: WebSocket) -> None:
        self._note_address(socket.url)

    def _note_address(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.host:
            self.found.append(f"another host: {url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"answer {response.status}: {response.url}")
