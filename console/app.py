"""The console's application: one table of routes, each with the permission it needs."""

from pathlib import Path

from aiohttp import web

from console.access import Permission
from console.errors import error_pages
from console.forms import MAX_BODY
from console.guard import Route, guarded
from console.headers import add_headers
from console.pages import blocks, front, health, journal, queue, report, sign_in
from console.rendering import set_up
from console.site import SITE, Site

STATIC = Path(__file__).parent / "static"
REPORT = r"/bao-cao/{id:[0-9]{1,18}}"

ROUTES = (
    Route("GET", "/dang-nhap", "sign_in", sign_in.show, None),
    Route("POST", "/dang-nhap", "sign_in_submit", sign_in.submit, None),
    Route("POST", "/dang-xuat", "sign_out", sign_in.leave, Permission.enter),
    Route("GET", "/", "front", front.show, Permission.enter),
    Route("GET", queue.PATH, "queue", queue.show, Permission.read),
    Route(
        "GET", f"{queue.PATH}/bang", "queue_table", queue.refresh, Permission.read, background=True
    ),
    Route("GET", REPORT, "report", report.show, Permission.read),
    Route("POST", f"{REPORT}/dau-vet", "report_reveal", report.reveal, Permission.reveal),
    Route("POST", f"{REPORT}/buoc", "report_status", report.change_status, Permission.decide),
    Route("POST", f"{REPORT}/hoi", "report_ask", report.ask, Permission.ask),
    Route("POST", f"{REPORT}/chan", "block", blocks.block, Permission.block),
    Route("GET", blocks.PATH, "blocks", blocks.show, Permission.block),
    Route(
        "POST", rf"{blocks.PATH}/{{id:[0-9]{{1,18}}}}/bo", "unblock", blocks.end, Permission.block
    ),
    Route("GET", "/nhat-ky", "journal", journal.show, Permission.enter),
)


def make_app(site: Site) -> web.Application:
    """The application over `site`; its database connections end with it."""
    app = web.Application(middlewares=[error_pages], client_max_size=MAX_BODY)
    app[SITE] = site
    set_up(app)
    app.on_response_prepare.append(add_headers)
    app.on_cleanup.append(_close)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route), name=route.name)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_static("/static", STATIC, name="static")
    return app


async def _close(app: web.Application) -> None:
    await app[SITE].engine.dispose()
