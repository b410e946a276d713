"""A small HTTP server on a free loopback port that sends stored responses byte for byte.

``python -m scraper.crawl.sample_server`` serves the sample site until Ctrl-C. It also answers as a forward proxy
(requests in absolute form), which is how the crawl of the sample site reaches the invented host
``news.zhengwen.example``.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from scraper.tables import path


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A stored response. ``Content-Length`` is computed; every other header is sent as it stands here."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    body: bytes = b""


Site = Callable[[str], Resource | None]
"""Gives the resource at a path with its query, or None."""

NOT_FOUND = Resource(status=404, headers=(("Content-Type", "text/plain"),), body=b"not found\n")


def sample_resources() -> dict[str, Resource]:
    """The pages of the sample site, by path.

    >>> sample_resources()["/robots.txt"].body.startswith(b"User-agent")
    True
    """
    folder = path("sample_site")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {
        entry["path"]: Resource(
            status=entry["status"],
            headers=tuple(entry["headers"].items()),
            body=(folder / entry["file"]).read_bytes() if entry["file"] else b"",
        )
        for entry in manifest["resources"]
    }


class QuietServer(ThreadingHTTPServer):
    """A client that goes away in the middle of an answer is no news."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet."""


class LoopbackServer:
    """Serves a site from a thread while the ``with`` block runs.

    ``requested`` lists the paths asked for, in order, so that a test can see what a crawler did not ask for; ``agents``
    are the user agents that asked.
    """

    def __init__(self, site: Site | Mapping[str, Resource], *, port: int = 0) -> None:
        self.requested: list[str] = []
        self.agents: set[str] = set()
        find = site if callable(site) else site.get
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = parts.path + (f"?{parts.query}" if parts.query else "")
                server.requested.append(asked)
                server.agents.add(self.headers.get("User-Agent", ""))
                found = find(asked) or NOT_FOUND
                self.send_response_only(found.status)
                for name, value in found.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet: the crawl has its own log."""

        self._http = QuietServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, name="loopback-server", daemon=True)

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return self._http.server_port

    @property
    def address(self) -> str:
        """The server's base URL, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def main() -> None:
    """Serve the sample site until Ctrl-C."""
    with LoopbackServer(sample_resources()) as server:
        print(f"the sample site is served at {server.address}/ (Ctrl-C ends it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
