"""Invented quarrels and wishes of an invented district, for lists that are not empty."""

from __future__ import annotations

from dataclasses import dataclass

STORIES = (
    ("楼上卫生间漏水，我家天花板泡坏了，找他三次都说不是他家的事", "枫溪花园3幢"),
    ("隔壁装修每天早上六点就开始砸墙，孩子睡不好，说了也不听", "枫溪路18号"),
    ("邻居把杂物堆在楼道里，电瓶车也在楼道充电，劝不动", "荷花新村7幢2单元"),
    ("宅基地边上的围墙往我家这边挪了半米，两家为这个吵了几次", "青山村东头水塘边"),
    ("老板拖欠三个月工资，一共一万两千元，打电话也不接", "老码头仓库"),
    ("买的洗衣机用了两天就坏，店里不肯换也不肯退", "枫溪菜市场旁家电店"),
    ("物业费交了一年，电梯坏了两个月没有人修", "枫溪花园"),
    ("广场舞音响开到晚上十点，窗户关着都听得见", "石桥头小广场"),
    ("借给同村人两万元，说好年底还，现在说没有这回事", "青山村晒谷场"),
    ("狗没有拴绳把我小腿咬伤了，打针花了九百多，对方只肯出一半", "桂花弄12号"),
    ("租的房子到期了，房东不退押金，说墙上有钉子眼", "荷花新村2幢"),
    ("承包的山地界线不清，两家都在上面种了茶树", "青山村后山"),
    ("电动车在路口碰了一下，修车钱谈不拢", "枫溪路与桂花弄路口"),
    ("姐弟几个为照顾老人轮流的事一直谈不好", "枫溪花园9幢"),
    ("加工的一批衣服对方说有瑕疵，尾款一直不付", "老码头裁缝店"),
    ("鱼塘的水被上游放的水弄浑了，死了一些鱼", "青山村东头水塘"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterStory:
    """A daily-life matter, and what became of it."""

    told: str
    place: str
    days_ago: float
    unit: str = ""
    answer: str = ""
    grade: str = ""
    reason: str = ""
    instead: str = ""


MATTERS = (
    MatterStory(told="路灯坏了三盏，晚上出门看不见路", place="枫溪路18号门口", days_ago=0.1),
    MatterStory(told="小区南门的下水道堵了，一下雨就积水", place="枫溪花园南门", days_ago=1),
    MatterStory(
        told="工地半夜还在打桩，孩子睡不着",
        place="石桥头工地",
        days_ago=2,
        unit="枫溪街道综合行政执法队",
    ),
    MatterStory(
        told="3幢的电梯停了一个礼拜，老人下不了楼",
        place="枫溪花园3幢",
        days_ago=3,
        unit="枫溪街道物业管理办公室",
        answer="配件已经到了，今天下午换好，现在能用了。再停请直接告诉我们。",
    ),
    MatterStory(
        told="垃圾房三天没有人清，臭得开不了窗",
        place="荷花新村西门",
        days_ago=3.5,
        unit="枫溪街道环卫所",
        answer="已经派人清运。",
        grade="unsatisfied",
    ),
    MatterStory(
        told="公交站的牌子倒了，等车的人看不到班次",
        place="老码头站",
        days_ago=9,
        unit="枫溪街道交通管理站",
        answer="站牌已经扶正、加固，班次表换了新的。",
        grade="satisfied",
    ),
    MatterStory(
        told="家里停电半天了，整幢楼都没有电",
        place="桂花弄12号",
        days_ago=6,
        reason="停电由供电公司抢修",
        instead="打95598报修，24小时有人接。",
    ),
)
