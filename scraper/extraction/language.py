"""Simplified or Traditional: judged by the characters that only one of the two writes."""

import re

_SIMPLIFIED = frozenset(
    "们这国说时会对发经业产过还没开关问题无为从两现应长东车见给让认识话谈请语读议论记讨设许诉证评订计划规则买卖费资质购贸财"
    "责败账货贵战场动劳务势励区医华单卫厂历压参双变后员听启团园围图场坏块坚声备复实审写将尔层岁师带归总战户护报拥择据断"
    "新术权条来极构标样检楼欢气决况泪泽济测浓满灵灾点炼热爱牵状独环电画疗监盘着确离种积称稳竞笔签简类粮红级纪约纯纳线组"
    "细织终绍结绝统继续维综网罗职联肃胜脑节艺苏药获营虑补装观规视觉角触讯训赛赢赵趋跃轮软转轻载输运进远连迟选遗邮邻"
)
_TRADITIONAL = frozenset(
    "們這國說時會對發經業產過還沒開關問題無為從兩現應長東車見給讓認識話談請語讀議論記討設許訴證評訂計劃規則買賣費資質購貿財"
    "責敗帳貨貴戰場動勞務勢勵區醫華單衛廠歷壓參雙變後員聽啟團園圍圖壞塊堅聲備復實審寫將爾層歲師帶歸總戶護報擁擇據斷"
    "術權條來極構標樣檢樓歡氣決況淚澤濟測濃滿靈災點煉熱愛牽狀獨環電畫療監盤確離種積稱穩競筆簽簡類糧紅級紀約純納線組"
    "細織終紹結絕統繼續維綜網羅職聯肅勝腦節藝蘇藥獲營慮補裝觀視覺觸訊訓賽贏趙趨躍輪軟轉輕載輸運進遠連遲選遺郵鄰"
)
_ONLY_SIMPLIFIED = re.compile(f"[{''.join(sorted(_SIMPLIFIED - _TRADITIONAL))}]")
_ONLY_TRADITIONAL = re.compile(f"[{''.join(sorted(_TRADITIONAL - _SIMPLIFIED))}]")
_SAMPLE = 800
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_KANA_OR_HANGUL = re.compile("[\u3041-\u30fa\u30fd\u30fe\uac00-\ud7a3]+")
_LETTER = re.compile("[A-Za-z\u00c0-\u052f]+")


def written_language(text: str) -> str | None:
    """``zh-Hans`` or ``zh-Hant`` by the characters of its beginning, None where it has none that tells.

    >>> written_language("记者从会上了解到"), written_language("記者從會上瞭解到"), written_language("abc")
    ('zh-Hans', 'zh-Hant', None)
    """
    sample = text[:_SAMPLE]
    simplified = len(_ONLY_SIMPLIFIED.findall(sample))
    traditional = len(_ONLY_TRADITIONAL.findall(sample))
    if simplified == traditional:
        return "zh-Hans" if simplified else None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def is_chinese(text: str) -> bool:
    """Whether a text is Chinese: Han characters are most of its letters, and few are kana or hangul.

    Chinese quotes Japanese; in Japanese, kana are more than half as many as Han, in nearly all of it more than these.

    >>> is_chinese("记者从会上了解到，iPhone 的销量"), is_chinese("これは日本語の文章です"), is_chinese("A plain text.")
    (True, False, False)
    >>> is_chinese("东京一家超市贴着「値上げのお知らせ」，店员说这个月换了三次价签。")
    True
    """
    sample = text[:_SAMPLE]
    others = _HAN.sub("", sample)
    han, foreign, letters = len(sample) - len(others), _count(_KANA_OR_HANGUL, others), _count(_LETTER, others)
    return han > 0 and foreign * 3 < han and letters < han * 3


def _count(runs: re.Pattern[str], text: str) -> int:
    return sum(map(len, runs.findall(text)))
