"""Names under which the application keeps its parts."""

from __future__ import annotations

import asyncio

from aiohttp import web
from jinja2 import Environment

from web.desks import Desks
from web.measures import Measures
from web.pictures import PagePictures
from web.rates import Rates
from web.settings import WebSettings
from web.statics import Statics

DESKS = web.AppKey("desks", Desks)
SETTINGS = web.AppKey("settings", WebSettings)
RATES = web.AppKey("rates", Rates)
MEASURES = web.AppKey("measures", Measures)
PICTURES = web.AppKey("pictures", PagePictures)
STATICS = web.AppKey("statics", Statics)
TEMPLATES = web.AppKey("templates", Environment)
LIVE = web.AppKey("live", set[asyncio.Task[None]])  #: open event streams, ended at shutdown
REF = web.RequestKey("ref", str)  #: the request's number in the log
