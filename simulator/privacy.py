"""What people change about their data at the platform, and how the account is told.

Source: developers.weixin.qq.com, 用户信息授权变更 (mini-program) and 授权用户资料变更 (H5):
the person stands in ``OpenID``; the sender is the platform, unless assumed otherwise.
"""

from __future__ import annotations

from typing import Any, Final

from simulator import deliveries, people
from simulator.settings import Account, Settings
from simulator.store import Db

EVENTS: Final = {
    "modify": "user_info_modified",
    "revoke": "user_authorization_revoke",
    "cancel": "user_authorization_cancellation",
}
PLATFORM: Final = "oSimulatedPlatformAnnouncer0"


def change(
    db: Db, settings: Settings, account: Account, openid: str, *, what: str, info: str, at: float
) -> int:
    """Tell the account that a person changed, revoked or cancelled; gives the delivery."""
    person = people.identity(db, openid)
    sender = openid if settings.assumed.privacy_sender == "person" else PLATFORM
    fields: dict[str, Any] = {
        "ToUserName": account.original_id,
        "FromUserName": sender,
        "CreateTime": int(at),
        "MsgType": "event",
        "Event": EVENTS[what],
        "OpenID": openid,
        "AppID": account.appid,
        "RevokeInfo": info,
    }
    if settings.open_platform:
        fields["UnionID"] = people.user_of_id(db, person.user_id).unionid
    return deliveries.queue(
        db,
        appid=account.appid,
        openid=sender,
        user_id=deliveries.NOBODY,
        fields=fields,
        answered_on_screen=False,
        due_at=at,
    )
