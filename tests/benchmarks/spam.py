"""How well ``scraper.spam.strip`` takes made-up spam off articles and leaves clean text and look-alikes alone.

``python tests/benchmarks/spam.py`` prints; it asserts nothing. The spam is made from the mechanism with random seeds:
names drawn from the gazetteer by lot, some cut short, some without suffix, now and then a word that is no place; every
separator and position; keyword titles above, keyword lists below; words replaced by a brand.
"""

import argparse
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from opencc import OpenCC

from scraper.model import Article, Rejected
from scraper.spam import strip
from scraper.spam.gazetteer import gazetteer, without_suffix

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SEPARATORS = ("|", "丨", "| ", " | ", "｜", " ", "　", "、", "·", "\n", "|\n", ",", "/", "\t", "  ")
LEADS = (
    None,
    None,
    "感谢您访问我们的网站，您可能还对以下资源感兴趣：",
    "主站蜘蛛池模板:",
    "友情链接：",
    "热门推荐",
    "您可能还喜欢：",
)
NO_PLACES = ("NBA", "焦点", "综合", "股票", "财经", "时尚", "游戏", "彩票", "汽车", "体育", "教育")
FURNITURE = (
    "版权所有 © 2019 某某新闻网 京ICP备00000000号",
    "关于我们 | 联系我们 | 网站地图",
    "本网站所刊载信息，不代表本网观点。刊用本网站稿件，务经书面授权。",
    "技术支持：某某科技",
    "上一篇：没有了",
)
KEYWORDS = (
    "手机游戏免费下载", "在线小说阅读网", "最新电影排行榜", "高清视频在线观看", "彩票开奖结果查询",
    "真人棋牌平台", "体育投注官网", "漫画大全免费看", "电视剧全集播放", "网络赚钱方法",
    "什么牌子的面膜好用", "减肥药哪种好", "装修设计效果图", "二手车交易市场", "属龙的今年多大",
    "梦见下雨是什么意思", "头发出油怎么办", "宝宝起名大全", "十二星座运势查询", "澳门娱乐网址",
    "免费壁纸下载", "笔记本电脑什么牌子好", "宠物用品专卖店", "英语单词怎么背", "发烧吃什么药最快",
    "足球比分直播吧",
)  # fmt: skip


def articles() -> list[str]:
    with gzip.open(SHARED / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"].strip() for line in file]
    return [text for text in texts if len(text) >= 150]


def place_names(rng: random.Random, count: int) -> list[str]:
    """Names as the spider pool writes them: most in full, some short, cut or no place at all."""
    every = sorted(gazetteer().full)
    shorts = sorted(gazetteer().short)
    bare = rng.random() < 0.15
    names = []
    for _ in range(count):
        kind = rng.random()
        name = rng.choice(every)
        if kind < 0.03 and count >= 8:
            name = rng.choice(NO_PLACES)
        elif kind < 0.08:
            name = rng.choice(shorts)
        elif kind < 0.1 and len(name) > 4:
            name = name[: rng.randint(2, len(name) - 1)]
        elif bare and count >= 8:
            name = without_suffix(name)
        names.append(name)
    return names


def place_tail(rng: random.Random, text: str) -> str:
    count = rng.choice([5, 6, 8, 10, 15, 20, 30, 40, 40, 60, 100, 200])
    separator, lead = rng.choice(SEPARATORS), rng.choice(LEADS)
    tail = separator.join(place_names(rng, count)) + (separator.rstrip() if rng.random() < 0.5 else "")
    if rng.random() < 0.1:
        tail = OpenCC("s2t").convert(tail)
    if lead:
        tail = lead + rng.choice(["\n", "", " "]) + tail if lead.endswith((":", "：")) else f"{lead}\n{tail}"
    glued = separator != "\n" and text.endswith(("。", "！", "”", "）")) and rng.random() < 0.3
    return text + rng.choice(["", " "] if glued else ["\n", "\n\n"]) + tail


def keyword_list(rng: random.Random, fewest: int, most: int, separators: str) -> str:
    return rng.choice(separators.split()).join(rng.sample(KEYWORDS, rng.randint(fewest, most)))


def keyword_head(rng: random.Random, text: str) -> str:
    return "\n".join(keyword_list(rng, 3, 6, "_ , - |") for _ in range(rng.choice([1, 1, 2]))) + "\n" + text


def keyword_tail(rng: random.Random, text: str) -> str:
    lead = rng.choice(LEADS)
    return text + "\n" + (lead + "\n" if lead else "") + keyword_list(rng, 8, 20, "| | _") + rng.choice(["", "|"])


FORMS = {"place tail": place_tail, "keyword head": keyword_head, "keyword tail": keyword_tail}


def with_furniture(rng: random.Random, text: str) -> str:
    return text + "\n" + "\n".join(rng.sample(FURNITURE, rng.randint(1, 3))) if rng.random() < 0.25 else text


def made_up(seed: int, count: int) -> None:
    rng = random.Random(seed)
    pool = articles()
    for name, form in FORMS.items():
        exact, failures = 0, []
        for _ in range(count):
            text = rng.choice(pool)
            spoiled = with_furniture(rng, form(rng, text))
            found = strip(Article(title=None, text=spoiled))
            good = not isinstance(found, Rejected) and found.text == text
            exact += good
            if not good:
                failures.append((spoiled, found))
        print(f"{name}: {exact} of {count} exactly as before ({100 * exact / count:.2f} %)")
        for spoiled, found in failures[:5]:
            print(
                "   ",
                repr(spoiled[-160:]),
                "->",
                repr(found)[:60] if isinstance(found, Rejected) else repr(found.text[-120:]),
            )


ANNOUNCEMENTS = (
    "预警覆盖县市：", "高风险地区包括：", "受影响的县（市、区）有：", "具体名单如下：", "以下地区有大到暴雨：",
    "城市覆盖：", "考点设在：", "参加调研的县：", "现将入选名单公布如下。", "以下县市空气质量达标。",
    "受灾县市", "决赛入围城市", "第二批试点县名单", "本次检查范围", "发布预警的站点",
    "各赛区", "附表：", "倡议单位：", "供水受影响区域", "撤县设区一览",
    "最终排名", "涉及地区", "中奖彩票售出地：",
)  # fmt: skip
CAPITALS = (
    "北京", "上海", "天津", "重庆", "石家庄", "太原", "沈阳", "长春", "哈尔滨", "南京", "杭州", "合肥", "福州",
    "南昌", "济南", "郑州", "武汉", "长沙", "广州", "南宁", "海口", "成都", "贵阳",
)  # fmt: skip
BRANDS = ("澳门新葡京", "亚博体育", "太阳城娱乐", "真人百家乐", "华体会体育", "必威体育", "开云体育")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静强磊军洋勇艳杰涛明超兰霞平刚桂英华建国文"


def announced_list(rng: random.Random) -> str:
    places = place_names(rng, rng.choice([5, 8, 12, 20, 40]))
    announcement = rng.choice(ANNOUNCEMENTS)
    return (
        announcement
        + rng.choice(["\n", ""] if announcement.endswith("：") else ["\n"])
        + rng.choice(SEPARATORS).join(places)
    )


def list_of_one_province(rng: random.Random) -> str:
    province = rng.choice(["13", "14", "21", "33", "37", "41", "43", "44", "51", "53", "61", "62"])
    names = [name for name, place in gazetteer().full.items() if place.provinces == {province}]
    start = rng.randrange(len(names) - 20)
    return rng.choice(SEPARATORS).join(names[start : start + rng.choice([5, 8, 12, 20])])


def capitals(rng: random.Random) -> str:
    return rng.choice(SEPARATORS).join(rng.sample(CAPITALS, rng.randint(5, 20)))


def sentence(rng: random.Random) -> str:
    return "今天有雨的包括" + "、".join(place_names(rng, rng.randint(5, 20))) + rng.choice(["等地", "等县市。", "。"])


def table(rng: random.Random) -> str:
    rows = [name + rng.choice("| ") + str(rng.randint(1, 40)) for name in place_names(rng, rng.randint(5, 15))]
    return "\n".join([rng.choice(["城市|气温", "县市 降水量", "地区 得票"]), *rows])


def people(rng: random.Random) -> str:
    names = [rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2]))) for _ in range(rng.randint(5, 40))]
    return rng.choice(["", "联名人\n", "签名："]) + rng.choice(SEPARATORS).join(names)


def matches(rng: random.Random) -> str:
    names = iter(place_names(rng, 12))
    return "\n".join(
        f"{one}队 {rng.randint(0, 5)}:{rng.randint(0, 5)} {other}队" for one, other in zip(names, names, strict=False)
    )


def results(rng: random.Random) -> str:
    return "\n".join(
        f"{name} {rng.choice(SURNAMES)}{rng.choice(GIVEN)} {rng.randint(1000, 90000)}票" for name in place_names(rng, 8)
    )


def referred_to(rng: random.Random) -> str:
    return "\n".join([rng.choice(["|", " ", "、"]).join(place_names(rng, 12)), "以上县市请于本月底前上报。"])


LOOK_ALIKES = (announced_list, list_of_one_province, capitals, sentence, table, people, matches, results, referred_to)


def look_alikes(seed: int, count: int) -> None:
    rng = random.Random(seed)
    pool = articles()
    for form in LOOK_ALIKES:
        hurt = []
        for _ in range(count):
            text = f"{rng.choice(pool)}\n{form(rng)}"
            found = strip(Article(title=None, text=text))
            if isinstance(found, Rejected) or found.removed:
                hurt.append(text.rsplit("\n", 1)[-1] if isinstance(found, Rejected) else found.removed)
        print(f"look-alike {form.__name__}: {len(hurt)} of {count} hurt", *hurt[:3], sep="\n    ")


def brands(seed: int, count: int) -> None:
    """Articles whose most frequent pairs of characters are replaced by a brand, four times at least."""
    rng = random.Random(seed)
    rejected = tried = 0
    for text in rng.sample(articles(), count):
        pairs = Counter(text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalpha())
        word, times = pairs.most_common(1)[0]
        if times >= 4:
            tried += 1
            rejected += isinstance(strip(Article(title=None, text=text.replace(word, rng.choice(BRANDS)))), Rejected)
    print(f"brand throughout: {rejected} of {tried} rejected")


def clean_texts() -> Iterator[tuple[str, str]]:
    for path in [*sorted((SHARED / "clean").glob("*.jsonl.gz")), SHARED / "articles.jsonl.gz"]:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield path.name.split(".")[0], json.loads(line)["text"]
    for name in ("titles", "traditional"):
        with gzip.open(SHARED / f"{name}.txt.gz", "rt", encoding="utf-8") as file:
            for line in file:
                yield name, line.rstrip("\n")


def clean() -> None:
    rules: Counter[tuple[str, str]] = Counter()
    texts, seconds = 0, 0.0
    for source, text in clean_texts():
        article = Article(title=None, text=text)
        start = time.perf_counter()
        found = strip(article)
        seconds += time.perf_counter() - start
        texts += 1
        if isinstance(found, Rejected):
            rules[source, "REJECTED"] += 1
        else:
            rules.update((source, removal.rule) for removal in found.removed)
    print(f"clean: {texts} texts, {1e6 * seconds / texts:.0f} us a text; taken out: {dict(rules) or 'nothing'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="articles of each form")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        parser.exit(0, f"no texts to measure on: {SHARED} is no folder\n")
    made_up(arguments.seed, arguments.count)
    brands(arguments.seed, arguments.count)
    look_alikes(arguments.seed, arguments.count)
    clean()


if __name__ == "__main__":
    main()
