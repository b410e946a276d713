"""Writes data/sample_site/: the pages of an invented news site, in the raw bytes and headers that real servers send.

Run from the checkout: ``python data/build/sample_site.py``. The texts are in sample_site.toml, the layouts in
sample_layouts/. Every page carries one trap that the web has in store: see the ``stored``, ``header`` and ``meta``
of each article, and ``damage`` below.
"""

import json
import shutil
import sys
import tomllib
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from opencc import OpenCC
from pypinyin import Style, pinyin

BUILD = Path(__file__).parent
TARGET = BUILD.parent / "sample_site"
HOST = "http://news.zhengwen.example"
CODECS = {"big5": "cp950"}

Article = dict[str, Any]


def template(name: str) -> Template:
    return Template((BUILD / "sample_layouts" / f"{name}.html").read_text(encoding="utf-8"))


def meta(charset: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""


def links(articles: list[Article]) -> str:
    return "\n".join(f'<li><a href="{a["path"]}">{a["title"]}</a></li>' for a in articles)


def entries(articles: list[Article]) -> str:
    return "\n".join(
        f'<li><a href="{a["path"]}" target="_blank">{a["title"]}</a> <em>{a["published"][:10]}</em></li>'
        for a in articles
    )


def page_path(path: str, number: int) -> str:
    """The path of a page of a long article: the first keeps its name, the second ends in ``_2``."""
    stem, _, extension = path.rpartition(".")
    return path if number == 1 else f"{stem}_{number}.{extension}"


def pager(path: str, number: int, count: int) -> str:
    if count == 1:
        return ""
    numbers = [f'<a href="{page_path(path, n)}">{n}</a>' for n in range(1, count + 1)]
    before = [f'<a href="{page_path(path, number - 1)}">上一页</a>'] if number > 1 else []
    after = [f'<a href="{page_path(path, number + 1)}">下一页</a>'] if number < count else []
    return " ".join(before + numbers + after)


def article_page(article: Article, number: int, related: list[Article]) -> str:
    texts = article.get("pages") or [article["text"]]
    paragraphs = texts[number - 1].strip().split("\n")
    tail = article.get("tail", "")
    return template(article["layout"]).substitute(
        article,
        meta=meta(article["meta"]),
        url=HOST + article["path"],
        day=article["published"][:10],
        paragraphs="\n".join(f"<p>　　{line}</p>" for line in paragraphs),
        lines="<BR><BR>\n".join(f"&nbsp;　　{line}" for line in paragraphs),
        byline=f"记者 {article['author']}　" if article["author"] else "",
        pager=pager(article["path"], number, len(texts)),
        related=links(related),
        tail="" if not tail else "@TAIL@",
    )


def damage(text: str) -> str:
    """What a mirror farm does to a page: Traditional by single characters, then readings put in byte by byte.

    The farm looks for a character's two GBK bytes wherever they stand, so it also finds them across two characters.
    What no longer pairs up is written as a question mark, which swallows the byte after it.
    """
    to_traditional = OpenCC("s2t")
    stream = "".join(to_traditional.convert(char) for char in text).encode("gbk", "ignore")
    for char, reading in readings().items():
        stream = stream.replace(char.encode("gbk"), f"{char}({reading})".encode("gbk"))
    return read_with_question_marks(stream)


def readings() -> dict[str, str]:
    """The farm's table: Traditional characters with their reading; a third of them are not in it, whichever they
    are."""
    to_simplified = OpenCC("t2s")
    chars = [char for char in map(chr, range(0x4E00, 0x9FA6)) if ord(char) % 3 and to_simplified.convert(char) != char]
    return {char: pinyin(char, style=Style.TONE)[0][0] for char in chars}


def read_with_question_marks(stream: bytes) -> str:
    out, at = [], 0
    while at < len(stream):
        width = 1 if stream[at] < 0x80 else 2
        try:
            out.append(stream[at : at + width].decode("gbk"))
        except UnicodeDecodeError:
            out.append("?")
        at += width
    return "".join(out)


def stored_bytes(text: str, article: Article) -> bytes:
    body = text.encode(CODECS.get(article["stored"], article["stored"]), "xmlcharrefreplace")
    return body[: int(len(body) * article["truncated"])] if "truncated" in article else body


class Site:
    """Collects the resources and writes them with their manifest."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.resources: list[dict[str, Any]] = []
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)

    def add(self, path: str, body: bytes, content_type: str, status: int = 200, **headers: str) -> None:
        name = (path.strip("/") or "index.html").replace("/", "-")
        name = name if "." in name else f"{name}-index.html"
        if body:
            (self.target / name).write_bytes(body)
        sent = {"Server": "nginx", "Content-Type": content_type, **{k.replace("_", "-"): v for k, v in headers.items()}}
        self.resources.append({"path": path, "status": status, "headers": sent, "file": name if body else None})

    def add_html(self, path: str, layout: str, charset: str, **fields: str) -> None:
        label = "gb2312" if charset == "gbk" else charset
        filled = {"pager": "", "entries": "", "paragraphs": ""} | fields
        html = template(layout).substitute(filled, meta=meta(label))
        self.add(path, html.encode(charset), f"text/html; charset={label}")

    def write_manifest(self) -> None:
        manifest = {"host": HOST, "resources": sorted(self.resources, key=lambda r: str(r["path"]))}
        (self.target / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


def add_articles(site: Site, articles: list[Article]) -> None:
    for index, article in enumerate(articles):
        kin = [a for a in articles if (a["layout"] == "traditional") == (article["layout"] == "traditional")]
        related = [kin[(index + step) % len(kin)] for step in (1, 4, 7)]
        for number in range(1, len(article.get("pages", "x")) + 1):
            html = article_page(article, number, related)
            if article.get("damaged"):
                head, mark, body = html.partition("<body>")
                html = damage(head) + mark + damage(body)
                html = html.replace("@TAIL@", f"\n<p>{article['tail']}</p>")
            site.add(page_path(article["path"], number), stored_bytes(html, article), article["header"])


def add_lists(site: Site, articles: list[Article]) -> None:
    by_path = {a["path"]: a for a in articles}

    def pick(*names: str) -> str:
        return entries([a for path, a in by_path.items() if any(name in path for name in names)])

    site.add_html(
        "/", "list", "utf-8", title="湖畔新闻网首页", entries=pick("a1001", "b2001", "c3001", "d4001", "58213")
    )
    turn = '<a href="/society/">上一页</a>'
    forward = '<a href="/society/index_2.html">下一页</a>'
    gone = '<li><a href="/2026/1101/gone.html">一条已经撤下的稿件</a> <em>2026-11-01</em></li>'
    site.add_html("/society/", "list", "gbk", title="社会新闻", entries=pick("a1001", "a1002", "b2003"), pager=forward)
    site.add_html("/society/index_2.html", "list", "gbk", title="社会新闻", entries=gone + pick("c3003"), pager=turn)
    moved = '<li><a href="/2026/1102/old1001.html">茶馆的故事（旧地址）</a> <em>2026-11-02</em></li>'
    video = '<li><a href="/2026/1106/v6001.html">视频：潮水来了</a> <em>2026-11-06</em></li>'
    site.add_html("/culture/", "list", "utf-8", title="文化新闻", entries=moved + video + pick("b2002", "c3002"))


def add_feeds(site: Site, articles: list[Article]) -> None:
    urls = "\n".join(
        f"<url><loc>{HOST}{a['path']}</loc><lastmod>{a['published'][:10]}</lastmod></url>" for a in articles[-4:]
    )
    declaration = '<?xml version="1.0" encoding="{}"?>\n'
    urlset = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    sitemap = declaration.format("UTF-8") + urlset
    site.add("/sitemap.xml", sitemap.encode(), "application/xml")
    items = "\n".join(
        f"<item><title>{escape(a['title'])}</title><link>{HOST}{a['path']}</link></item>" for a in articles[5:11]
    )
    channel = f"<channel><title>湖畔新闻网</title><link>{HOST}/</link>\n{items}\n</channel>"
    rss = declaration.format("gb2312") + f'<rss version="2.0">{channel}</rss>\n'
    site.add("/rss.xml", rss.encode("gbk", "xmlcharrefreplace"), "text/xml")
    robots = f"User-agent: *\nDisallow: /internal/\n\nSitemap: {HOST}/sitemap.xml\n"
    site.add("/robots.txt", robots.encode(), "text/plain")


def add_oddities(site: Site) -> None:
    """What is not an article: a page about the site, a video page, a draft nobody may fetch, an error, a redirect."""
    about = "<p>湖畔新闻网是一个虚构的新闻网站，为演示而作。</p>"
    site.add_html("/about.html", "plain", "utf-8", title="关于我们", paragraphs=about)
    player = '<div id="player"><video src="/v/6001.mp4" controls></video></div><div>播放：1204 次</div>'
    site.add_html("/2026/1106/v6001.html", "plain", "utf-8", title="视频：潮水来了", paragraphs=player)
    draft = "<p>这是一篇不允许抓取的稿件，任何遵守协议的程序都不应当读到它。</p>"
    site.add_html("/internal/draft.html", "plain", "gbk", title="内部稿件", paragraphs=draft)
    gone = "<html><head><title>404</title></head><body><h1>您访问的页面不存在或已被删除</h1></body></html>"
    site.add("/2026/1101/gone.html", gone.encode("gbk"), "text/html; charset=gb2312", status=404)
    site.add("/2026/1102/old1001.html", b"", "text/html", status=301, Location="/2026/1102/a1001.html")


def main(target: Path) -> None:
    articles = tomllib.loads((BUILD / "sample_site.toml").read_text(encoding="utf-8"))["article"]
    site = Site(target)
    add_articles(site, articles)
    add_lists(site, articles)
    add_feeds(site, articles)
    add_oddities(site)
    site.write_manifest()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
