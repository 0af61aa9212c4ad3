"""From a template and what it shows to an answer; times, money and days are put into words here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.money import in_digits
from domain.phones import spoken
from services.words import quoted
from web import early
from web.keys import SETTINGS, TEMPLATES
from web.settings import WebSettings
from web.statics import Statics

FOLDER = Path(__file__).parent / "pages"
CARE_COOKIE = "fengqiao-care"
WEEKDAYS = "一二三四五六日"


def environment(settings: WebSettings, statics: Statics) -> Environment:
    """Make the template engine: everything is escaped, an unknown name is an error."""
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = settings.centre.zone
    found.filters["when"] = lambda moment: when(moment, zone)
    found.filters["instant"] = lambda moment: moment.astimezone(zone).isoformat()
    found.filters["day"] = day
    found.filters["yuan"] = in_digits
    found.filters["duration"] = duration
    found.filters["clock"] = clock
    found.filters["phone"] = spoken
    found.filters["quoted"] = quoted
    found.globals["static"] = statics.address
    found.globals["centre"] = settings.centre
    found.globals["early"] = early.SCRIPT
    return found


def render(
    request: web.Request, template: str, shown: Mapping[str, Any], *, status: int = 200
) -> web.Response:
    """Show a page."""
    page = request.app[TEMPLATES].get_template(template)
    body = page.render(
        {
            "care": is_care(request),
            "here": request.path_qs,
            "framed": bool(request.app[SETTINGS].frame_origin),
            **shown,
        }
    )
    return web.Response(text=body, status=status, content_type="text/html")


def is_care(request: web.Request) -> bool:
    """Did the person choose large print (大字版)?"""
    return request.cookies.get(CARE_COOKIE) == "1"


def when(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as people here say it: 11月21日（周六）15:30."""
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def day(value: date) -> str:
    """Write a legal day: 2026年11月21日."""
    return f"{value.year}年{value.month}月{value.day}日"


def clock(seconds: float) -> str:
    """Write a place in a film: 1:03:05."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """Write a length of time: 3分05秒."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
