"""The sample site: its bytes carry the traps they are meant to, and it can be rebuilt from its texts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.crawl.sample_server import sample_resources

CHECKOUT = Path(__file__).parents[1]


def body(path: str) -> bytes:
    return sample_resources()[path].body


def header(path: str) -> str:
    return dict(sample_resources()[path].headers)["Content-Type"]


def test_gbk_is_labelled_gb2312() -> None:
    assert "charset=gb2312" in header("/2026/1102/a1002.html")
    with pytest.raises(UnicodeDecodeError):
        body("/2026/1102/a1002.html").decode("gb2312")
    assert "青禾县" in body("/2026/1102/a1002.html").decode("gbk")


def test_gb18030_has_characters_of_four_bytes() -> None:
    assert "𬭎" in body("/2026/1103/b2001.html").decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        body("/2026/1103/b2001.html").decode("gbk")


def test_big5_is_traditional() -> None:
    assert "舊書市集" in body("/2026/1103/b2002.html").decode("cp950")


def test_the_lying_header() -> None:
    assert header("/2026/1103/b2003.html").endswith("ISO-8859-1")
    assert header("/2026/1106/e5001.html").endswith("utf-8")
    assert "高原小站" in body("/2026/1106/e5001.html").decode("gb18030")


def test_the_lying_meta_tag() -> None:
    assert b"charset=gb2312" in body("/2026/1104/c3001.html")
    assert "白鹭" in body("/2026/1104/c3001.html").decode("utf-8")


def test_the_truncated_page_ends_in_the_middle() -> None:
    assert not body("/2026/1104/c3003.html").rstrip().endswith(b"</html>")


def test_the_damaged_page_has_readings_across_two_characters_and_a_tail() -> None:
    text = body("/mirror/show-58213.html").decode("utf-8")
    assert "書(shū)" in text
    assert "日?qǐng)?bào)" in text  # 日報, with the reading of the character that their bytes make together
    assert "长治县|" in text


def test_the_article_in_three_pages_is_linked() -> None:
    assert "下一页" in body("/2026/1105/d4001.html").decode("gbk")
    assert "d4001_3.html" in body("/2026/1105/d4001_2.html").decode("gbk")


def test_it_is_rebuilt_byte_for_byte_from_its_texts(tmp_path: Path) -> None:
    generator = CHECKOUT / "data" / "build" / "sample_site.py"
    subprocess.run([sys.executable, generator, tmp_path / "site"], check=True)
    rebuilt = {file.name: file.read_bytes() for file in (tmp_path / "site").iterdir()}
    stored = {file.name: file.read_bytes() for file in (CHECKOUT / "data" / "sample_site").iterdir()}
    assert rebuilt == stored
    assert len(json.loads(stored["manifest.json"])["resources"]) >= 20
