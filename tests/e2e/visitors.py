"""People with a browser, each with a profile of their own, and what no page may do to any of them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

#: Chromium says this of every answer of 400 and more. A page may be one; parts of a page are checked by status.
_STATUS_LINE = "Failed to load resource"
#: What htmx says of a request of the coach that ends because its page is left; an answer that is an error is
#: told by its status.
_CUT_OFF = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")


class Visitors:
    """Contexts of one test. ``faults`` tells each request that left the server and each error of a page."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def phone(self, **options: Any) -> Page:
        """A telephone: narrow, and touched."""
        return self.enter(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, **options)

    def desk(self, **options: Any) -> Page:
        """A wide window with a mouse."""
        return self.enter(viewport={"width": 1440, "height": 900}, **options)

    def enter(self, **options: Any) -> Page:
        """A new profile with one page."""
        context = self._browser.new_context(base_url=self.origin, **{"locale": "fr-FR", **options})
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        return context.new_page()

    def leave(self) -> None:
        """Close every profile."""
        for context in self._contexts:
            context.close()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.faults.append(f"left the server: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} for a part of a page: {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # A breach of the content security policy is told here as an error, too.
        if message.type == "error" and not message.text.startswith((_STATUS_LINE, *_CUT_OFF)):
            self.faults.append(f"console of {message.page.url if message.page else '?'}: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.faults.append(f"script error: {error.error}")
