"""Times as Chinese pages write them -> ISO 8601 in Beijing's offset; the day alone where no time is given."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import chain

BEIJING = timezone(timedelta(hours=8))

WEEKDAY = "(?:星期|周|週|禮拜|礼拜)[一二三四五六日天]"
YEAR = r"(?:19|20)\d\d\s?[-/.年]"
"""Patterns, to build others of: a day of the week, and a year with the mark behind it."""

_VISIBLE = re.compile(
    r"""(?P<year>(?:19|20)\d\d)(?:(?<![\d/.-]\d{4})|(?<=[\u4e00-\u9fff]/\d{4})|(?<=[:：][0-5]\d{5})|(?<=[-/]\d{6})(?=年))\s?(?P<mark>[-/.年])\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)(?:\s?[日号號])?
    (?:[T\s,，·|]{0,3}[(（]?"""
    + WEEKDAY
    + r"""[)）]?|\s?[(（][一二三四五六日天][)）])?
    (?:(?:\sHKT\s|\s[–—-]\s|\s/\s(?=[上下]午)|[T\s,，·|]{0,3})(?:(?:格林[尼威]治[标標][准準][时時][间間]\s?\d\d:\d\d\s?)?北京[时時][间間]\s?)?(?P<half>上午|下午|晚上|凌晨|中午|早上|[AaPp][Mm])?\s?
      (?P<hour>[01]?\d|2[0-3])(?:[:：]|[时時点點]\s?)(?P<minute>[0-5]\d)(?:(?!\d)|(?=[\d.]+\s?[万wW]?\+?\s?[人次阅浏点评播]))(?:(?:[:：]\s?|分\s?(?!\d{3}))(?P<second>[0-5]\d))?(?:\s?[分秒](?![钟鐘]))?
      (?:\.\d{1,9})?\s?(?P<zone>Z\b|[+-]\d\d:?\d\d\b)?\s?(?P<half2>[AaPp][Mm]\b)?)?""",
    re.VERBOSE,
)
_HOUR = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
_DAY_FIRST = re.compile(
    r"(?P<day>[0-3](?<![\d./-].)\d)(?P<mark>[./-])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<year>(?:19|20)\d\d)(?![\d./-])"
    rf"(?:[\s,，–—-]{{1,3}}{_HOUR}\s?(?P<half>[AaPp][Mm]\b)?)?"
)
"""The order of Europe and of Chinese papers abroad."""
_MONTH_FIRST = re.compile(
    r"(?<![\d./-])(?=\d\d?/(?:1[3-9]|2\d|3[01])/|[1-9]\d?/[1-9]\d?/20\d\d,?\s+[\d:]{4,8}\s?[AP]M\b)"
    r"(?P<month>0?[1-9]|1[0-2])/(?P<day>[0-3]?\d)/(?P<year>20\d\d)(?![\d./-]),?"
    rf"(?:[\s–—-]{{1,3}}{_HOUR}\s?(?P<half>[AP]M\b)?)?"
)
"""The order of America, which a clock with AM or PM tells, or a day that is no month."""
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HAN_MONTHS = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_MONTHS = {name: str(number) for names in (_MONTH_NAMES, _HAN_MONTHS) for number, name in enumerate(names, start=1)}
_MONTH = re.compile("|".join(_MONTH_NAMES))
_IN_ENGLISH = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})\s)?(?P<month>{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}\.?\s"
    rf"(?:(?P<behind>\d{{1,2}}),?\s)?(?P<year>(?:19|20)\d\d)\b(?:,?\s{_HOUR}\s?(?P<half>[AaPp][Mm]\b)?)?"
)
"""As VOA and other foreign sites write it in Chinese as well; a clock behind it is as little Beijing's."""
_TRANSLATED = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s(?P<month>{'|'.join(reversed(_HAN_MONTHS))})\s(?P<year>20\d\d)\b"
    rf"(?:,?\s{_HOUR}\s?(?P<half>[AP]M\b)?)?"
)
"""The order of English in Chinese words, as Joomla! writes it: ``04 十月 2010 03:11``."""
_STACKED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s{0,3}(?P<month>0[1-9]|1[0-2])\s?/\s?(?P<day>[0-3]\d)\s{0,3}"
    r"(?P<clock>[0-2]\d:[0-5]\d(?::[0-5]\d)?)"
)
"""Year, day and clock in elements of their own, with nothing between them."""
_CLOCK_BEFORE = re.compile(
    r"(?<![\d:：/.-])(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?\s?(?P<half>[AaPp][Mm])?\s{0,3}$"
)
CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?")
"""A line that is a time of the day alone."""
_HEAD_OF_PAGE = re.compile(
    "欢迎|歡迎|设为首页|設為首頁|加入收藏|收藏本站|登录|登錄|注册|手机版|农历|農曆|天气预报|无障碍|RSS"
)
_TODAY = re.compile(r"今[天日](?:是|[:：])|现在(?:是|时间)|当前(?:时间|日期)")
_WEEKDAY = re.compile(WEEKDAY)
_LONGEST_TODAY = 40
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?:([0-2]\d)([0-5]\d)(?:[0-5]\d)?)?")
_SHORT_DAY = re.compile(r"(?<![\d./-])(?P<year>[0-3]\d)[-/.](?P<month>0[1-9]|1[0-2])[-/.](?P<day>[0-3]\d)(?![\d./-])")
"""A day whose year has two digits; only behind a label is it one."""
SHORT = re.compile(
    r"(?=\d)(?<![\d.-])(?:(?P<year>\d\d)[-/年])?(?P<month>0?[1-9]|1[0-2])[-/.月](?P<day>[0-3]\d|[1-9](?!\d))日?\s{0,3}"
    r"(?P<hour>[01]\d|2[0-3]|\d(?!\d))[:：](?P<minute>[0-5]\d)(?!\d)"
)
"""A time whose year is left out or has two digits; only beside a label is it one."""
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
_URL = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[-/_]?(?P<month>0[1-9]|1[0-2])[-/_]?(?P<day>[0-3]\d)/|[/_]t(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)_\d"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time found in a text, from ``start`` to ``end``; ``clock`` says whether it surely names hour and minute: the
    clock of a time that is written as abroad is hardly Beijing's.
    """

    iso: str
    clock: bool
    start: int = 0
    end: int = 0

    @property
    def day(self) -> str:
        """The day alone, ISO 8601."""
        return self.iso[:10]

    @property
    def unsure(self) -> bool:
        """Whether it names a clock that is hardly Beijing's."""
        return not self.clock and "T" in self.iso


def find(text: str) -> Iterator[Moment]:
    """The times that a text names, in order; what names no possible day is no time.

    >>> [moment.iso for moment in find("2018年10月05日 16:09 来源，2018-13-01")]
    ['2018-10-05T16:09:00+08:00']
    >>> [moment.iso for moment in find("2020-01-01T20:30:00Z / 2019.9.7 / 08:15 2019-9-8")]
    ['2020-01-02T04:30:00+08:00', '2019-09-07', '2019-09-08T08:15:00+08:00']
    >>> [moment.iso for moment in find("202210/2822:27:15")], [moment.iso for moment in find("日期 07.09.2019")]
    (['2022-10-28T22:27:15+08:00'], ['2019-09-07'])
    >>> [moment.iso for moment in find("发表时间 07/09/2019 - 13:43")], [moment.iso for moment in find("1-07-09-2019")]
    (['2019-09-07T13:43:00+08:00'], [])
    >>> [moment.iso for text in ("1:43pm 07/09/2019", "2019年09月07日(六) 13:43") for moment in find(text)]
    ['2019-09-07T13:43:00+08:00', '2019-09-07T13:43:00+08:00']
    >>> [moment.iso for text in ("Sep 7, 2019", "7 September 2019 13:43") for moment in find(text)]
    ['2019-09-07', '2019-09-07T13:43:00+08:00']
    >>> [moment.iso for text in ("2019年9月7日 / 上午6点38分", "2019-09-072019年9月7日") for moment in find(text)]
    ['2019-09-07T06:38:00+08:00', '2019-09-07']
    >>> [moment.iso for moment in find("9/7/2019 1:43:44 PM")], [moment.iso for moment in find("比分9/7/2019")]
    (['2019-09-07T13:43:44+08:00'], [])
    >>> [moment.iso for moment in find("星期六, 09/28/2019 - 13:43")]
    ['2019-09-28T13:43:00+08:00']
    >>> [moment.iso for moment in find("2019年09月07日 格林尼治标准时间12:13北京时间20:13发表")]
    ['2019-09-07T20:13:00+08:00']
    >>> [moment.end for moment in find("2019-09-07 04:29:4439号楼网")]  # of two elements with nothing between
    [19]
    >>> [moment.iso for moment in find("2019-09-07 04:2986.4万人看过")]
    ['2019-09-07T04:29:00+08:00']
    """
    if not can_be_in(text):
        return
    for match in _VISIBLE.finditer(text):
        if moment := _moment(match):
            yield moment
    for match in _STACKED.finditer(text) if "/" in text else ():
        if iso := _iso(match["year"], match["month"], match["day"], match["clock"], None):
            yield Moment(iso=iso, clock=True, start=match.start(), end=match.end())
    for match in chain(
        _DAY_FIRST.finditer(text),
        _MONTH_FIRST.finditer(text) if "/" in text else (),
        _IN_ENGLISH.finditer(text) if _MONTH.search(text) else (),
        _TRANSLATED.finditer(text) if "月 20" in text else (),
    ):
        if moment := _moment(match):
            yield replace(moment, clock=False)


def can_be_in(text: str) -> bool:
    """Whether ``find`` may find a time in a text; False is sure."""
    return "20" in text or "19" in text


def may_be_short_in(text: str) -> bool:
    """Whether ``SHORT`` may match in a text; False is sure."""
    return ":" in text or "：" in text


def read(value: str) -> Moment | None:
    """The time that a metadata value is: as ``find``, and compact digits and seconds since 1970 besides.

    >>> read("20181005160900").iso, read("1538726940").iso
    ('2018-10-05T16:09:00+08:00', '2018-10-05T16:09:00+08:00')
    """
    value = value.strip()
    if _STAMP.fullmatch(value):
        return Moment(iso=datetime.fromtimestamp(int(value[:10]), BEIJING).isoformat(), clock=True)
    if compact := _COMPACT.fullmatch(value):
        year, month, day, hour, minute = compact.groups()
        return _checked(year, month, day, f"{hour}:{minute}" if hour else None)
    return first(value)


def is_today(text: str, heads_page: bool) -> bool:
    """Whether a line tells the day on which the page is read, as the heads of pages do (``heads_page``).

    >>> is_today("今天是2018年10月5日 星期五", False), is_today("2018年10月5日 星期五", True)
    (True, True)
    >>> is_today("2018年10月5日 星期五", False), is_today("2018-10-05 16:09 星期五", True)
    (False, False)
    >>> is_today("2018-10-05 16:09:22 欢迎访问某某网！设为首页 | 加入收藏", True)
    True
    """
    if heads_page and (_HEAD_OF_PAGE.search(text) or _TODAY.match(text)):
        return True
    if len(text) > _LONGEST_TODAY:
        return False
    if _TODAY.search(text):
        return True
    moment = first(text) if heads_page and _WEEKDAY.search(text) else None
    return moment is not None and not moment.clock


def first(text: str) -> Moment | None:
    """The first time that a text names."""
    return next(find(text), None)


def behind_label(text: str) -> str | None:
    """What a text behind the label of a time names first: a time, one without its year, or a day of six digits.

    >>> behind_label("2018-10-05 16:09 来源"), behind_label("10-05 16:09"), behind_label("24.10.05")
    ('2018-10-05 16:09 ', '10-05 16:09', '2024-10-05')
    """
    if moment := first(text):
        return text[moment.start : moment.end]
    if match := SHORT.search(text):
        return match[0]
    day = _SHORT_DAY.search(text)
    return f"20{day['year']}-{day['month']}-{day['day']}" if day else None


def without_year(text: str, now: str | None) -> Moment | None:
    """The time of a line that names month, day and time: the last such one up to ``now``, an ISO 8601 time. A year of
    two digits needs no ``now``.

    >>> without_year("10-08 12:00", "2019-12-29T22:31:02+08:00").iso, without_year("12-30 08:15", "2019-12-29").iso
    ('2019-10-08T12:00:00+08:00', '2018-12-30T08:15:00+08:00')
    >>> without_year("19-10-08 12:00", None).iso, without_year("10-08 12:00", None)
    ('2019-10-08T12:00:00+08:00', None)
    """
    match = SHORT.search(text)
    if not match:
        return None
    clock = f"{match['hour']}:{match['minute']}"
    if match["year"]:
        return _checked(f"20{match['year']}", match["month"], match["day"], clock)
    if now is None:
        return None
    year = int(now[:4])
    moment = _checked(str(year), match["month"], match["day"], clock)
    if moment and moment.day > now[:10]:
        return _checked(str(year - 1), match["month"], match["day"], clock)
    return moment


def in_url(url: str) -> Moment | None:
    """The day that a URL names in a pattern that stands for a day, never in any other digits.

    >>> in_url("http://a.cn/2018/10/05/1.html").iso, in_url("http://a.cn/t20181005_12.htm").iso, in_url("http://a.cn/20181005.htm")
    ('2018-10-05', '2018-10-05', None)
    """
    match = _URL.search(url)
    if not match:
        return None
    return _checked(match["year"] or match["y"], match["month"] or match["m"], match["day"] or match["d"], None)


def _moment(match: re.Match[str]) -> Moment | None:
    """The moment of a day, with the clock behind it or right before it."""
    start, said = match.start(), match.groupdict()
    clock = _clock(said)
    if clock is None and (before := _CLOCK_BEFORE.search(match.string, max(0, start - 14), start)):
        clock, start = _clock(before.groupdict()), before.start()
    month, day = match["month"], said.get("day") or said.get("behind") or said.get("before") or ""
    iso = _iso(match["year"], _MONTHS.get(month, month), day, clock, said.get("zone"))
    return Moment(iso=iso, clock=clock is not None, start=start, end=match.end()) if iso else None


def _clock(said: Mapping[str, str | None]) -> str | None:
    """The hour, minute and second that a match names, counted to 24 hours; None where it names none."""
    if not (hour_said := said["hour"]):
        return None
    hour, half = int(hour_said), (said["half"] or said.get("half2") or "").lower()
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    elif half in ("凌晨", "上午", "am") and hour == 12:
        hour = 0
    return f"{hour:02d}:{said['minute']}:{said['second'] or '00'}"


def _checked(year: str, month: str, day: str, clock: str | None) -> Moment | None:
    iso = _iso(year, month, day, clock, None)
    return Moment(iso=iso, clock=clock is not None) if iso else None


def _iso(year: str, month: str, day: str, clock: str | None, zone: str | None) -> str | None:
    """The time in ISO 8601; None for one that cannot be."""
    try:
        if clock is None:
            return date(int(year), int(month), int(day)).isoformat()
        hour, minute, second, *_ = map(int, f"{clock}:0".split(":"))
        offset = _offset(zone) if zone else BEIJING
        moment = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=offset)
        if zone and not moment.utcoffset():  # the clock of a server, not that of a place
            moment = moment.astimezone(BEIJING)
        return moment.isoformat()
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timezone:
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1))
