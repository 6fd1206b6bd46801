"""Headers of every answer, errors and files included."""

from aiohttp import web

from console.site import SITE

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
SECURITY = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms, and over
    # plain HTTP, where there is no Sec-Fetch-Site, the origin check would have nothing to read.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR = "max-age=31536000"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Runs before each answer's headers are sent."""
    response.headers.update(SECURITY)
    # Files are asked for again but not sent again; pages are kept nowhere.
    is_file = request.path.startswith("/static/")
    response.headers["Cache-Control"] = "no-cache" if is_file else "no-store"
    response.headers.pop("Server", None)
    if request.app[SITE].settings.console_https:
        response.headers["Strict-Transport-Security"] = ONE_YEAR
