"""Who we are and which terms we keep, from the settings."""

from __future__ import annotations

from datetime import time, timedelta

from commands.holidays import working_days
from config import Config
from domain.office_hours import OfficeHours
from services.settings import Centre, LoginTerms


def centre_of(config: Config, *, demo: bool) -> Centre:
    """Who we are, for the desks."""
    return Centre(
        name=config.centre.name,
        committee=config.centre.committee,
        phone=config.centre.phone,
        region=config.centre.region,
        zone=config.centre.zone,
        public_url=config.http.public_url,
        number_word=config.centre.number_word,
        official_appid=config.wechat.official.appid,
        miniprogram_appid=config.wechat.miniprogram.appid,
        check_content=config.wechat.check_content,
        demo=demo,
        hours=OfficeHours(
            opens=time.fromisoformat(config.centre.office_opens),
            closes=time.fromisoformat(config.centre.office_closes),
            days=frozenset(int(day) for day in config.centre.office_days),
        ),
        answer_within=timedelta(minutes=config.centre.answer_minutes),
        official_numbers=dict(one.split(" ", 1) for one in config.centre.official_numbers),
        next_alarm_after=timedelta(seconds=config.danger.next_after_seconds),
        quiet_after=timedelta(minutes=config.centre.quiet_minutes),
        matter_days=config.centre.matter_days,
        units=config.centre.units,
        matter_closes_after=timedelta(days=config.centre.matter_closes_days),
        matter_reopens_within=timedelta(days=config.centre.matter_reopens_days),
        working_days=working_days([int(day) for day in config.centre.office_days]),
    )


def login_terms(config: Config) -> LoginTerms:
    """How long residents stay logged in."""
    return LoginTerms(
        access=timedelta(minutes=config.login.access_minutes),
        renewal=timedelta(days=config.login.renewal_days),
        page=timedelta(days=config.login.page_days),
    )
