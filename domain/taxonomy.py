"""The 21 dispute types (矛盾纠纷类型), a stable two-digit code each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NewType

TypeCode = NewType("TypeCode", str)

OTHER = TypeCode("99")

DISPUTE_TYPES: Mapping[TypeCode, str] = MappingProxyType(
    {
        TypeCode("01"): "婚姻家庭",
        TypeCode("02"): "邻里",
        TypeCode("03"): "房屋宅基地",
        TypeCode("04"): "合同",
        TypeCode("05"): "生产经营",
        TypeCode("06"): "损害赔偿",
        TypeCode("07"): "劳动争议",
        TypeCode("08"): "村务管理",
        TypeCode("09"): "山林土地",
        TypeCode("10"): "征地拆迁",
        TypeCode("11"): "环境污染",
        TypeCode("12"): "道路交通",
        TypeCode("13"): "物业",
        TypeCode("14"): "医疗",
        TypeCode("15"): "消费",
        TypeCode("16"): "旅游",
        TypeCode("17"): "互联网",
        TypeCode("18"): "校园",
        TypeCode("19"): "感情恋爱",
        TypeCode("20"): "涉酒及治安调解",
        OTHER: "其他",
    }
)
