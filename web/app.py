"""The web application, put together: desks in, addresses out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from web.api import (
    accounts,
    agreements,
    cases,
    centre,
    checks,
    followups,
    handover,
    joining,
    listening,
    matters,
    meetings,
    messages,
    operating,
    originals,
    papers,
    privacy,
    reports,
    representation,
    sessions,
    staff_phones,
    talks,
    warnings,
)
from web.api.describe import add_description
from web.api.openapi import describe
from web.api.operations import Api
from web.desks import Desks
from web.failures import answer_always
from web.headers import add_headers
from web.keys import DESKS, LIVE, MEASURES, PICTURES, RATES, SETTINGS, STATICS, TEMPLATES
from web.measures import Measures
from web.origin import own_origin_only
from web.pictures import PagePictures
from web.public import routes
from web.rates import Rates
from web.rendering import environment
from web.settings import WebSettings
from web.sites import accounts as account_pages
from web.sites import checks as check_pages
from web.sites import doors, files, invitations, live, playback, residents, strangers, workbench
from web.sites import joining as joining_pages
from web.sites import matters as matter_pages
from web.sites import operating as operating_pages
from web.sites import privacy as privacy_pages
from web.sites import talks as talk_pages
from web.sites import trials as trial_pages
from web.statics import Statics

APIS: tuple[Api, ...] = (
    centre.api,
    sessions.api,
    joining.api,
    handover.api,
    reports.api,
    cases.api,
    representation.api,
    meetings.api,
    agreements.api,
    originals.api,
    papers.api,
    followups.api,
    messages.api,
    accounts.api,
    operating.api,
    privacy.api,
    listening.api,
    talks.api,
    checks.api,
    matters.api,
    warnings.api,
    staff_phones.api,
)
SITES = (
    doors.site,
    residents.site,
    privacy_pages.site,
    joining_pages.site,
    talk_pages.site,
    check_pages.site,
    matter_pages.site,
    workbench.site,
    playback.site,
    trial_pages.site,
    account_pages.site,
    operating_pages.site,
    strangers.site,
    files.site,
    invitations.site,
)
BODY_LIMIT = 64 * 1024


def build(desks: Desks, settings: WebSettings) -> web.Application:
    """Make the application that serves pages, API and files."""
    app = web.Application(middlewares=[answer_always, own_origin_only], client_max_size=BODY_LIMIT)
    statics = Statics()
    app[DESKS] = desks
    app[SETTINGS] = settings
    app[STATICS] = statics
    app[TEMPLATES] = environment(settings, statics)
    app[RATES] = Rates(settings.limits_url)
    app[MEASURES] = Measures()
    app[PICTURES] = PagePictures()
    app[LIVE] = set()
    _add_addresses(app, settings)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(live.end_all)
    return app


def description(settings: WebSettings) -> dict[str, Any]:
    """The API's own description."""
    return describe(
        (one for api in APIS for one in api.operations),
        title=f"{settings.centre.name} API",
        version=settings.version,
    )


def _add_addresses(app: web.Application, settings: WebSettings) -> None:
    app.add_routes(routes)
    app.router.add_get("/desk/events", live.events)
    for api in APIS:
        api.add_to(app)
    add_description(app, description(settings))
    for site in SITES:
        site.add_to(app)
