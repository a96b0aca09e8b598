"""The page that shows a failure in the browser of the one who develops (`--dev`), and to nobody else.

A traceback tells about files, settings and data. So it goes only to a client on this very machine: the address that the
server saw is a loopback one, no proxy or tunnel in front says that it speaks for another, and the name the client used
is this machine's own (a foreign site whose name was made to resolve to 127.0.0.1 could read the page otherwise).
"""

from __future__ import annotations

import html
from ipaddress import ip_address
from typing import Any

Answer = tuple[str, list[tuple[str, str]], bytes]

#: What proxies and tunnels add. Those the server does not believe it takes out, and tells us in another way.
RELAYED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_ORIGINAL_HOST",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_TRUE_CLIENT_IP",
)

STATUS = "500 Internal Server Error"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 16px sans-serif; margin: 2em }} pre {{ font-size: 14px; overflow-x: auto }}</style></head>
<body><h1>{title}</h1><pre>{text}</pre>
<p>Shown because plait runs with <code>--dev</code>, and only on this machine.</p></body></html>
"""


def failure_page(environ: dict[str, Any], text: str) -> Answer | None:
    """The answer that shows `text`, or None where the client may not see it."""
    if not may_see(environ):
        return None
    if accepts_html(str(environ.get("HTTP_ACCEPT", ""))):
        kind, body = "text/html", PAGE.format(title=html.escape(title(text)), text=html.escape(text))
    else:
        kind, body = "text/plain", text
    # A browser must not take it for a page of the application's, now or later.
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ]
    return STATUS, headers, body.encode("utf-8", "backslashreplace")


def title(text: str) -> str:
    """The exception, which stands in the last line that is not indented (its notes come after it)."""
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "\t", "plait: "))]
    return lines[-1] if lines else text.strip()


def may_see(environ: dict[str, Any]) -> bool:
    if any(name in RELAYED or name.startswith("HTTP_X_FORWARDED") for name in environ):
        return False
    return is_loopback(str(environ.get("REMOTE_ADDR", ""))) and is_own_name(str(environ.get("HTTP_HOST", "")))


def is_loopback(address: str) -> bool:
    """Of the four-in-six form, too. A Unix socket has no address, and usually a proxy at its other end."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback


def is_own_name(host: str) -> bool:
    """Whether a Host field names this machine. Without one (HTTP/1.0) no browser asked."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    name = name.lower().rstrip(".")
    return not host or name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def accepts_html(accept: str) -> bool:
    """Whether HTML is asked for by name, as browsers do; `*/*`, as curl says, is answered in plain text."""
    kinds = [part.split(";") for part in accept.lower().split(",")]
    return any(kind[0].strip() in ("text/html", "application/xhtml+xml") for kind in kinds)
