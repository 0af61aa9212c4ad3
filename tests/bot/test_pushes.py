"""Every message and event of WeChat becomes ours, from XML and from JSON alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xmltodict

from bot.fields import named
from bot.happenings import KNOWN_EVENTS
from bot.pushes import is_unknown, read_message
from domain.conversations import Incoming, MessageKind
from domain.happenings import (
    AskedWhere,
    Fate,
    MediaChecked,
    PrivacyChange,
    PrivacyStep,
    SubscribedSent,
    SubscriptionChosen,
    TemplateSent,
)
from storage.inbox import INCOMING

ROOT = Path(__file__).parents[2]
SENDER = {"ToUserName": "gh_1", "FromUserName": "o-li", "CreateTime": 1348831860}


def from_json(**fields: Any) -> Incoming:
    read = json.loads(json.dumps({**SENDER, **fields}))
    return read_message("wx1", named(read), "digest")


def from_xml(**fields: Any) -> Incoming:
    written = xmltodict.unparse({"xml": {**SENDER, **fields}}, pretty=True)
    read = xmltodict.parse(written, strip_whitespace=False)["xml"]
    return read_message("wx1", named(read), "digest")


def read(**fields: Any) -> Incoming:
    """Read it in both formats, and through the database; all three must say the same."""
    incoming = from_xml(**fields)
    assert incoming == from_json(**fields) == INCOMING.read(INCOMING.write(incoming))
    return incoming


def event(name: str, **fields: Any) -> Incoming:
    incoming = read(MsgType="event", Event=name, **fields)
    assert not is_unknown(incoming)
    return incoming


# What people write.


def test_a_text():
    incoming = read(MsgType="text", Content="楼上漏水 🙂", MsgId=1234567890123456)

    assert (incoming.kind, incoming.text, incoming.choice) == (MessageKind.TEXT, "楼上漏水 🙂", "")
    assert incoming.openid == "o-li"


def test_a_tapped_answer_is_a_text_that_names_it():
    incoming = read(MsgType="text", Content="满意", bizmsgmenuid="101", MsgId=1)

    assert (incoming.text, incoming.choice) == ("满意", "101")


def test_a_text_keeps_its_blanks():
    assert from_json(MsgType="text", Content="  一\n二  ", MsgId=1).text == "  一\n二  "
    assert from_xml(MsgType="text", Content="  一\n二  ", MsgId=1).text == "  一\n二  "


def test_an_image():
    incoming = read(MsgType="image", PicUrl="http://x/1", MediaId="m1", MsgId=1)

    assert (incoming.kind, incoming.media_id) == (MessageKind.IMAGE, "m1")


def test_a_voice_whose_words_are_not_recognised():
    told = {"MediaId": "m1", "Format": "amr", "MediaId16K": "m2", "Recognition": None}

    incoming = read(MsgType="voice", MsgId=1, **told)

    assert (incoming.kind, incoming.media_id) == (MessageKind.VOICE, "m1")
    assert incoming.text == ""


@pytest.mark.parametrize("name", ["video", "shortvideo"])
def test_a_video(name):
    incoming = read(MsgType=name, MediaId="m1", ThumbMediaId="t1", MsgId=1)

    assert (incoming.kind, incoming.media_id) == (MessageKind.VIDEO, "m1")


def test_a_location_on_wechats_map_becomes_wgs_84():
    place = {"Location_X": "23.134521", "Location_Y": "113.358803", "Scale": "20"}

    incoming = read(MsgType="location", Label="位置信息", MsgId=1, **place)

    assert (incoming.kind, incoming.label) == (MessageKind.LOCATION, "位置信息")
    assert (incoming.latitude, incoming.longitude) == pytest.approx((23.137, 113.353), abs=1e-3)


def test_a_link():
    incoming = read(MsgType="link", Title="通知", Description="关于", Url="https://a/b", MsgId=1)

    assert (incoming.kind, incoming.title) == (MessageKind.LINK, "通知")
    assert incoming.url == "https://a/b"


def test_the_card_of_a_mini_program():
    card = {"AppId": "wx2", "PagePath": "pages/home", "ThumbUrl": "http://t", "ThumbMediaId": "t1"}

    incoming = read(MsgType="miniprogrampage", Title="枫桥", MsgId=1, **card)

    assert (incoming.kind, incoming.title, incoming.url) == (MessageKind.CARD, "枫桥", "pages/home")


def test_a_message_number_of_the_mini_program_is_text():
    one = from_json(MsgType="text", Content="好", MsgId="49d7_1555684067")
    two = from_json(MsgType="text", Content="好", MsgId="49d7_1555684068")

    assert one.key != two.key


# What people do.


@pytest.mark.parametrize(
    ("name", "event_key", "scene"),
    [
        ("subscribe", "qrscene_123123", "123123"),
        ("subscribe", "", ""),
        ("SCAN", "123123", "123123"),
        ("CLICK", "REPORT", "REPORT"),
        ("VIEW", "https://a/qrscene_", "https://a/qrscene_"),
        ("view_miniprogram", "pages/home", "pages/home"),
    ],
)
def test_events_with_a_key(name, event_key, scene):
    incoming = event(name, EventKey=event_key, Ticket="T")

    assert (incoming.kind, incoming.event) == (MessageKind.EVENT, name.lower())
    assert (incoming.event_key, incoming.happenings) == (scene, ())


@pytest.mark.parametrize("name", ["unsubscribe", "user_enter_tempsession"])
def test_events_without_a_key(name):
    assert event(name).event == name


@pytest.mark.parametrize("name", ["scancode_push", "scancode_waitmsg"])
def test_a_code_read_by_the_menu(name):
    told = {"ScanType": "qrcode", "ScanResult": "https://a/c/x"}

    incoming = event(name, EventKey="k", ScanCodeInfo=told)

    assert (incoming.event_key, incoming.happenings) == ("k", ())


@pytest.mark.parametrize("name", ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"])
def test_pictures_picked_by_the_menu(name):
    told = {"Count": "2", "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}}

    incoming = event(name, EventKey="k", SendPicsInfo=told)

    assert (incoming.event_key, incoming.happenings) == ("k", ())


def test_a_place_picked_by_the_menu_is_not_kept():
    told = {"Location_X": "23", "Location_Y": "113", "Scale": "15", "Label": "广州", "Poiname": ""}

    incoming = event("location_select", EventKey="k", SendLocationInfo=told)

    assert (incoming.event_key, incoming.happenings) == ("k", ())
    assert "广州" not in INCOMING.write(incoming)


def test_where_the_phone_is_is_not_kept():
    incoming = event("LOCATION", Latitude="23.1", Longitude="113.3", Precision="119.3")

    kept = INCOMING.write(incoming)
    assert (incoming.latitude, incoming.happenings) == (None, ())
    assert ("23.1" in kept, "113.3" in kept) == (False, False)


@pytest.mark.parametrize("odd", ["", "nan", "inf", "1e99", "north"])
def test_a_place_that_is_nowhere_tells_nothing(odd):
    told = {"Location_X": odd, "Location_Y": "113"}

    assert event("location_select", SendLocationInfo=told).happenings == ()
    assert event("LOCATION", Latitude=odd, Longitude="113").happenings == ()


# What became of our messages.


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        ("success", Fate.DELIVERED),
        ("failed:user block", Fate.BLOCKED),
        ("failed: system failed", Fate.FAILED),
        ("something new", Fate.FAILED),
    ],
)
def test_a_template_message_arrived_or_not(status, fate):
    incoming = event("TEMPLATESENDJOBFINISH", MsgID=200163836, Status=status)

    assert incoming.happenings == (TemplateSent(message_id="200163836", fate=fate, status=status),)


@pytest.mark.parametrize("status", ["send success", "sendsuccess", "err(20431)"])
def test_a_message_to_many_tells_nothing_that_is_kept(status):
    counts = {"TotalCount": 296, "FilterCount": 295, "SentCount": 290, "ErrorCount": 5}

    incoming = event("MASSSENDJOBFINISH", MsgID=1000000338, Status=status, **counts)

    assert (incoming.event, incoming.happenings) == ("masssendjobfinish", ())


SENT = {"TemplateId": "T1", "MsgID": "18643", "ErrorCode": "0", "ErrorStatus": "success"}
LOST = {"TemplateId": "T2", "MsgID": "18644", "ErrorCode": "107", "ErrorStatus": "limited"}


def wrapped_and_bare(name: str, wrapper: str, listed: Any) -> Incoming:
    """XML wraps the items, JSON has a bare ``List``; both mean the same."""
    wrapped = from_xml(MsgType="event", Event=name, **{wrapper: {"List": listed}})
    bare = from_json(MsgType="event", Event=name, List=listed)
    assert wrapped == bare == INCOMING.read(INCOMING.write(bare))
    return bare


def test_a_subscription_message_arrived():
    incoming = wrapped_and_bare("subscribe_msg_sent_event", "SubscribeMsgSentEvent", SENT)

    (sent,) = incoming.happenings
    assert isinstance(sent, SubscribedSent)
    assert (sent.template_id, sent.message_id, sent.fate) == ("T1", "18643", Fate.DELIVERED)


def test_several_subscription_messages_are_told_at_once():
    incoming = wrapped_and_bare("subscribe_msg_sent_event", "SubscribeMsgSentEvent", [SENT, LOST])

    fates = [sent.fate for sent in incoming.happenings if isinstance(sent, SubscribedSent)]
    assert fates == [Fate.DELIVERED, Fate.FAILED]


def chosen(template_id: str, status: str) -> Mapping[str, str]:
    return {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": "1"}


def test_a_person_allows_one_template_and_refuses_another():
    listed = [chosen("T1", "accept"), chosen("T2", "reject")]

    incoming = wrapped_and_bare("subscribe_msg_popup_event", "SubscribeMsgPopupEvent", listed)

    assert incoming.happenings == (
        SubscriptionChosen(template_id="T1", accepted=True, where=AskedWhere.PAGE),
        SubscriptionChosen(template_id="T2", accepted=False, where=AskedWhere.PAGE),
    )


@pytest.mark.parametrize("wrapper", ["SubscribeMsgChangeEvent", "SubscribeMsgPopupEvent"])
def test_a_person_takes_a_template_back_whatever_the_element_is_called(wrapper):
    refused = {"TemplateId": "T1", "SubscribeStatusString": "reject"}

    incoming = wrapped_and_bare("subscribe_msg_change_event", wrapper, refused)

    taken_back = SubscriptionChosen(template_id="T1", accepted=False, where=AskedWhere.SETTINGS)
    assert incoming.happenings == (taken_back,)


@pytest.mark.parametrize(("label", "advice"), [("100", "pass"), (20001, "risky"), ("x", "review")])
def test_a_picture_was_looked_at(label, advice):
    told = {"suggest": advice, "label": label}
    look = {"strategy": "content_model", "errcode": 0, "suggest": advice, "label": label}

    incoming = event(
        "wxa_media_check", appid="wxb0", trace_id="690b", version=2, result=told, detail=look
    )

    seen = MediaChecked(trace_id="690b", advice=advice, label=str(label), error_code="0")
    assert incoming.happenings == (seen,)


def test_a_picture_could_not_be_looked_at():
    incoming = event("wxa_media_check", trace_id="690b", errcode=-1008, errmsg="fetch failed")

    assert incoming.happenings == (
        MediaChecked(trace_id="690b", advice="", label="", error_code="-1008"),
    )


# What people take back.


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("user_info_modified", PrivacyStep.MODIFIED),
        ("user_authorization_revoke", PrivacyStep.REVOKED),
        ("user_authorization_cancellation", PrivacyStep.CANCELLED),
    ],
)
def test_a_privacy_event_is_about_the_person_and_not_about_the_platform(name, step):
    about = {"OpenID": "o-wang", "UnionID": "u1", "AppID": "wx13", "RevokeInfo": "8"}

    incoming = event(name, **about)

    (change,) = incoming.happenings
    assert isinstance(change, PrivacyChange)
    assert (incoming.openid, change.step, change.codes) == ("o-wang", step, ("8",))


def test_stray_blanks_in_the_names_of_a_privacy_event():
    incoming = from_json(
        MsgType="event",
        Event="user_authorization_revoke",
        **{" OpenID": "o-wang", "RevokeInfo ": 1},
    )

    (change,) = incoming.happenings
    assert isinstance(change, PrivacyChange)
    assert (incoming.openid, change.codes) == ("o-wang", ("1",))


@pytest.mark.parametrize(
    ("told", "codes"), [("9999", ("9999",)), ("6,13", ("6", "13")), ("", ()), (301, ("301",))]
)
def test_codes_that_nobody_knows_are_kept(told, codes):
    incoming = event("user_authorization_revoke", OpenID="o-wang", RevokeInfo=told)

    (change,) = incoming.happenings
    assert isinstance(change, PrivacyChange)
    assert change.codes == codes


def test_a_privacy_event_without_a_person_is_not_read():
    with pytest.raises(ValueError, match="OpenID"):
        from_json(MsgType="event", Event="user_authorization_revoke", RevokeInfo="8")


# What nobody knows.


def test_a_message_of_an_unknown_type_is_known_as_such():
    incoming = read(MsgType="hologram", MediaId="m1", MsgId=1)

    assert (incoming.kind, incoming.unknown_type) == (MessageKind.UNKNOWN, "hologram")
    assert is_unknown(incoming)


def test_an_unknown_event_is_known_as_such():
    incoming = read(MsgType="event", Event="debug_demo", debug_str="hello")

    assert (incoming.event, incoming.happenings) == ("debug_demo", ())
    assert is_unknown(incoming)


@pytest.mark.parametrize("name", sorted(KNOWN_EVENTS))
@pytest.mark.parametrize("odd", ["text", 7, None, True, ["a", {"List": 3}], {"List": [[], None]}])
def test_no_event_is_upset_by_odd_insides(name, odd):
    places = ("List", "SubscribeMsgSentEvent", "result", "SendPicsInfo", "ScanCodeInfo", "EventKey")

    incoming = from_json(MsgType="event", Event=name, OpenID="o-wang", **dict.fromkeys(places, odd))

    assert INCOMING.read(INCOMING.write(incoming)) == incoming


# What names a message, beside what the official pages say, from what was seen in reports.


def key(**fields: Any) -> str:
    return from_json(**fields).key


def test_a_message_number_repeated_among_people_who_spoke_at_once():
    """Fifteen people sent a voice at once and five were lost (WxJava#333)."""
    spoken = {"MsgType": "voice", "MediaId": "m", "MsgId": "6400"}

    assert key(**spoken, FromUserName="o-li") != key(**spoken, FromUserName="o-wang")


def test_a_message_number_used_again_in_another_second():
    spoken = {"MsgType": "text", "Content": "好", "MsgId": "6400"}

    assert key(**spoken, CreateTime=1) != key(**spoken, CreateTime=2)


def test_leaving_in_the_second_in_which_the_position_was_told():
    """LOCATION comes each 5 s and shares sender and second (weixin-java-tools#66)."""
    position = key(MsgType="event", Event="LOCATION", Latitude="23.1", Longitude="113.3")
    leaving = key(MsgType="event", Event="unsubscribe")

    assert position != leaving


def test_positions_of_different_seconds():
    told = {"MsgType": "event", "Event": "LOCATION", "Latitude": "23.1", "Longitude": "113.3"}

    assert key(**told, CreateTime=100) != key(**told, CreateTime=105)


def test_several_checked_pictures_of_one_person_and_second():
    """They share everything but the trace_id (WxJava#2231)."""
    checked = {"MsgType": "event", "Event": "wxa_media_check", "result": {"suggest": "pass"}}

    assert key(**checked, trace_id="690b-1") != key(**checked, trace_id="690b-2")


def test_several_notices_of_one_person_and_second():
    finished = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "Status": "success"}

    assert key(**finished, MsgID=1) != key(**finished, MsgID=2)


def test_two_templates_answered_in_one_second():
    popup = {"MsgType": "event", "Event": "subscribe_msg_popup_event"}
    asked = [
        {**popup, "List": listed} for listed in (chosen("T1", "accept"), chosen("T2", "accept"))
    ]

    assert key(**asked[0]) != key(**asked[1])


def test_two_menu_items_tapped_in_one_second():
    tapped = {"MsgType": "event", "Event": "CLICK"}

    assert key(**tapped, EventKey="REPORT") != key(**tapped, EventKey="HUMAN")


def test_two_people_whose_consent_ends_in_one_second_under_the_platforms_name():
    ended = {"MsgType": "event", "Event": "user_authorization_revoke", "RevokeInfo": "8"}

    assert key(**ended, OpenID="o-li") != key(**ended, OpenID="o-wang")


def test_the_same_message_to_two_accounts():
    said = {**SENDER, "MsgType": "text", "Content": "好", "MsgId": "1"}

    assert read_message("wx1", said, "d").key != read_message("wx2", said, "d").key


def test_the_same_event_delivered_again_in_the_other_format():
    listed = [SENT, LOST]
    wrapped = {"SubscribeMsgSentEvent": {"List": listed}}
    usual = {"MsgType": "event", "Event": "subscribe_msg_sent_event"}

    assert from_xml(**usual, **wrapped).key == from_json(**usual, List=listed).key


def test_the_documentation_names_every_event():
    page = (ROOT / "docs" / "bot.md").read_text("utf-8").partition("## What WeChat sends")[2]
    told = page.partition("\n## ")[0].lower()

    assert {name for name in KNOWN_EVENTS if name not in told} == set()
