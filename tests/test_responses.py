"""What a WARC record of a response holds: its head, chunks and content codings."""

import gzip
import zlib

import brotli
import pytest
from test_inputs_warc import BODY, URL, archive, read, response

from scraper import zstd
from scraper.inputs import MAX_PAGE
from scraper.model import Reason


def raw_deflate(body):
    return zlib.compress(body, wbits=-15)


CODINGS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
    ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    ("zstd", lambda body: zstd.compress(body[:9]) + zstd.compress(body[9:])),
    ("gzip", lambda body: gzip.compress(body) + b"junk"),
    ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
    ("gzip", bytes),
    ("br", bytes),
    ("identity", bytes),
    ("unheard-of", bytes),
]


@pytest.mark.parametrize(("label", "encode"), CODINGS)
def test_content_codings_are_undone(tmp_path, label, encode):
    (tmp_path / "a.warc").write_bytes(archive(response(encode(BODY), **{"Content-Encoding": label}))[0])
    assert read(tmp_path / "a.warc")[0].body == BODY


@pytest.mark.parametrize(("label", "encode"), [CODINGS[0], CODINGS[2], CODINGS[4], CODINGS[5]])
def test_a_bomb_is_rejected(tmp_path, label, encode):
    bomb = encode(bytes(MAX_PAGE + 10))
    (tmp_path / "a.warc").write_bytes(archive(response(bomb, **{"Content-Encoding": label}), response())[0])
    bad, after = read(tmp_path / "a.warc")
    assert bad.detail == "larger than 16 MiB"
    assert after.body == BODY


def test_a_coded_body_that_was_cut_gives_what_is_there(tmp_path):
    body = gzip.compress(b"<p>" + bytes(range(256)) * 100)[:-20]
    (tmp_path / "a.warc").write_bytes(archive(response(body, **{"Content-Encoding": "gzip"}))[0])
    assert read(tmp_path / "a.warc")[0].body.startswith(b"<p>")


@pytest.mark.parametrize(
    "chunked", [b"5\r\n" + BODY[:5] + b"\r\n" + b"%x\r\n" % (len(BODY) - 5) + BODY[5:] + b"\r\n0\r\n\r\n", BODY]
)
def test_chunks_are_joined_and_a_body_without_any_is_kept(tmp_path, chunked):
    (tmp_path / "a.warc").write_bytes(archive(response(chunked, **{"Transfer-Encoding": "chunked"}))[0])
    assert read(tmp_path / "a.warc")[0].body == BODY


def chunks(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


CODED = [
    ([("Content-Encoding", "deflate"), ("content-encoding", "gzip")], gzip.compress(zlib.compress(BODY))),
    ([("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")], gzip.compress(BODY)),
    ([("Transfer-Encoding", "gzip, chunked")], chunks(gzip.compress(BODY))),
    ([("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "Chunked")], chunks(gzip.compress(BODY))),
    ([("Transfer-Encoding", "gzip, chunked")], BODY),
]


@pytest.mark.parametrize(("headers", "body"), CODED)
def test_codings_of_several_lines_and_of_the_transfer_are_undone(tmp_path, headers, body):
    (tmp_path / "a.warc").write_bytes(archive(("response", body, headers))[0])
    assert read(tmp_path / "a.warc")[0].body == BODY


ADDRESS = URL.format(0)
HEADS = [
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
    b"HTTP/1.1 200 OK\nContent-Type: text/html\r\n\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\n\r\n",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("body", [BODY, BODY + b"\r\n\r\n<p>two</p>\n\n<p>three</p>", b""])
def test_a_head_ends_at_its_first_empty_line(tmp_path, head, body):
    write(tmp_path, "response", head + body)
    (page,) = read(tmp_path / "a.warc")
    assert (page.body, page.content_type) == (body, "text/html")


ANNOUNCED = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


def test_responses_that_only_announce_one_are_passed_over(tmp_path):
    write(tmp_path, "response", ANNOUNCED + HEADS[0] + BODY)
    (page,) = read(tmp_path / "a.warc")
    assert (page.body, page.content_type, page.status) == (BODY, "text/html", 200)


@pytest.mark.parametrize("payload", [b"HTTP/1.1 101 Switching Protocols\r\n\r\n", ANNOUNCED])
def test_an_announced_response_that_is_missing_is_told(tmp_path, payload):
    write(tmp_path, "response", payload)
    (rejected,) = read(tmp_path / "a.warc")
    assert rejected.detail == f"HTTP status {103 if payload == ANNOUNCED else 101}"


def write(folder, kind, payload, url=ADDRESS):
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http\r\n"
    record = f"{head}Content-Length: {len(payload)}\r\n\r\n".encode() + payload + b"\r\n\r\n"
    (folder / "a.warc").write_bytes(record)


@pytest.mark.parametrize("url", [ADDRESS, "ftp://example.cn/0.html"])
def test_a_response_without_a_head_is_its_body(tmp_path, url):
    write(tmp_path, "response", BODY, url)
    (page,) = read(tmp_path / "a.warc")
    assert (page.url, page.body, page.content_type) == (url, BODY, None)


def test_the_rest_of_a_record_in_segments_is_named(tmp_path):
    write(tmp_path, "continuation", BODY)
    (rejected,) = read(tmp_path / "a.warc")
    assert (rejected.url, rejected.reason) == (ADDRESS, Reason.UNREADABLE)


def test_a_response_to_a_look_up_holds_no_page(tmp_path):
    write(tmp_path, "response", b"20261001\nexample.cn. 60 IN A 192.0.2.1", "dns:example.cn")
    assert read(tmp_path / "a.warc") == []
