"""WARC and WET: what a record holds, and what damage costs."""

import gzip
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper import zstd
from scraper.inputs import Fields, pages, sources
from scraper.model import Page, Reason, Rejected

BODY = "<html><body><p>石桥镇修好了老码头。</p></body></html>".encode("gb18030")
URL = "http://example.cn/{}.html"


def read(path, fields=None):
    return list(pages(list(sources([str(path)])), fields))


def archive(*records, compressed=True):
    """Each record: its type, and what ``create_warc_record`` takes."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=compressed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    ends = [file.tell()]
    for number, (kind, body, headers, *status) in enumerate(records):
        http = StatusAndHeaders(*status or ["200 OK"], headers, protocol="HTTP/1.1") if kind == "response" else None
        writer.write_record(
            writer.create_warc_record(
                URL.format(number),
                kind,
                payload=io.BytesIO(body),
                http_headers=http,
                warc_content_type="" if http else "text/plain",
                warc_headers_dict={"WARC-Date": "2026-01-31T08:00:00Z"},
            )
        )
        ends.append(file.tell())
    return file.getvalue(), ends


def response(body=BODY, **headers):
    return ("response", body, [("Content-Type", "text/html; charset=gbk"), *headers.items()])


FOUR = [response(BODY + f"<!-- {number} {'x' * 500}-->".encode()) for number in range(4)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst", "whole.warc.gz", "sniffed", "a.html"])
def test_a_response_is_a_page_with_its_headers(tmp_path, name):
    plain, _ = archive(response(), compressed=False)
    members, _ = archive(response())
    packed = {"a.warc.gz": members, "a.warc.zst": zstd.compress(plain), "whole.warc.gz": gzip.compress(plain)}
    path = tmp_path / name
    path.write_bytes(packed.get(name, plain))
    if name == "a.html":
        assert read(path)[0].url is None
        return
    (page,) = read(path, Fields(keep=("WARC-Type",)))
    assert (page.url, page.body, page.status) == (URL.format(0), BODY, 200)
    assert page.content_type == "text/html; charset=gbk"
    assert page.fetched == "2026-01-31T08:00:00+00:00"
    assert page.extra == '{"WARC-Type":"response"}'
    assert ("Content-Type", "text/html; charset=gbk") in page.headers


def test_the_text_of_a_wet_file_is_utf8(tmp_path):
    (tmp_path / "a.warc.wet.gz").write_bytes(archive(("conversion", "正文".encode(), []))[0])
    (page,) = read(tmp_path / "a.warc.wet.gz")
    assert (page.body.decode(), page.content_type) == ("正文", "text/plain; charset=utf-8")


def test_records_that_hold_no_page_are_passed_over(tmp_path):
    others = [("request", b"GET / HTTP/1.1\r\n\r\n", []), ("metadata", b"a: b", []), ("resource", BODY, [])]
    (tmp_path / "a.warc").write_bytes(archive(*others, compressed=False)[0])
    (page,) = read(tmp_path / "a.warc")
    assert (page.url, page.content_type) == (URL.format(2), "text/plain")


@pytest.mark.parametrize("status", ["404 Not Found", "202 Accepted"])
def test_an_error_page_is_a_reject(tmp_path, status):
    (tmp_path / "a.warc.gz").write_bytes(archive(("response", BODY, [], status))[0])
    (rejected,) = read(tmp_path / "a.warc.gz")
    assert (rejected.reason, rejected.detail) == (Reason.NOT_AN_ARTICLE, f"HTTP status {status[:3]}")
    assert rejected.url == URL.format(0)


def lengths_wrong_by(difference):
    def damage(data, ends):
        start = data.index(b"Content-Length: ", ends[1])
        end = data.index(b"\r\n", start)
        number = int(data[start + 16 : end]) + difference
        return data[: start + 16] + str(number).encode() + data[end:]

    return damage


def overwritten(data, ends):
    middle = (ends[1] + ends[2]) // 2
    return data[:middle] + b"\xff\x00\xff" * 9 + data[middle + 27 :]


PLAIN, PACKED = False, True
DAMAGES = [
    ("a gap", PACKED, lambda data, ends: data[: ends[1] + 40] + data[ends[2] - 30 :], [0, 2, 3], 1),
    ("overwritten", PACKED, overwritten, [0, 2, 3], 1),
    ("checksum", PACKED, lambda data, ends: data[: ends[2] - 8] + b"abcd" + data[ends[2] - 4 :], [0, 2, 3], 1),
    ("cut at the end", PACKED, lambda data, ends: data[: ends[4] - 20], [0, 1, 2], 1),
    ("NUL bytes between", PACKED, lambda data, ends: data[: ends[2]] + bytes(5000) + data[ends[2] :], [0, 1, 2, 3], 0),
    ("junk between", PLAIN, lambda data, ends: data[: ends[2]] + b"junk\r\n\r\n" + data[ends[2] :], [0, 1, 2, 3], 1),
    ("too long", PLAIN, lengths_wrong_by(+100), [0, 2, 3], 1),
    ("far too long", PLAIN, lengths_wrong_by(+10_000), [0, 2, 3], 1),
    ("too short", PLAIN, lengths_wrong_by(-100), [0, 2, 3], 1),
    ("absurdly long", PLAIN, lengths_wrong_by(10**12), [0, 2, 3], 1),
    ("longer than any file", PLAIN, lengths_wrong_by(10**30), [0, 2, 3], 1),
    ("negative", PLAIN, lengths_wrong_by(-(10**6)), [0, 2, 3], 1),
    ("a gap", PLAIN, lambda data, ends: data[: ends[1] + 400] + data[ends[2] - 30 :], [0, 2, 3], 1),
    ("cut at the end", PLAIN, lambda data, ends: data[: ends[4] - 20], [0, 1, 2], 1),
    ("no archive at all", PLAIN, lambda data, ends: BODY * 10, [], 1),
    ("empty", PLAIN, lambda data, ends: b"", [], 0),
]


@pytest.mark.parametrize(
    "case", DAMAGES, ids=[f"{name}, {'gzip' if packed else 'plain'}" for name, packed, *_ in DAMAGES]
)
def test_damage_costs_the_record_it_is_in(tmp_path, case):
    _, packed, damage, kept, bad = case
    path = tmp_path / "a.warc"
    path.write_bytes(damage(*archive(*FOUR, compressed=packed)))
    found = read(path)
    assert [page.url for page in found if isinstance(page, Page)] == [URL.format(number) for number in kept]
    rejected = [one for one in found if isinstance(one, Rejected)]
    assert len(rejected) == bad
    assert all(one.input.startswith(f"{path}:") and one.reason is Reason.UNREADABLE for one in rejected)


def checked(data):
    """As the command zstd writes it, with a checksum."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


def framed(data, ends):
    """A zstd frame for each record."""
    return [checked(data[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def spoiled(packed):
    middle = len(packed) // 2
    return packed[:middle] + b"\xff\x00\xff" * 9 + packed[middle + 27 :]


PLAIN_FOUR, PLAIN_ENDS = archive(*FOUR, compressed=False)
FRAMES = framed(PLAIN_FOUR, PLAIN_ENDS)


def noise(size):
    """Records that hardly can be packed."""
    return archive(*(response(random.Random(n).randbytes(size).hex().encode()) for n in range(4)), compressed=False)


LARGE_FOUR, LARGE_ENDS = noise(200_000)
SMALL_FOUR, SMALL_ENDS = noise(2000)
SKIPPABLE = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"size"
PACKED_WHOLE = {
    "a frame broken": (b"".join(FRAMES[:2]) + spoiled(FRAMES[2]) + b"".join(FRAMES[3:]), [0, 2, 3], 1),
    "a frame gone but its start": (b"".join(FRAMES[:2]) + FRAMES[2][:40] + b"".join(FRAMES[3:]), [0, 2, 3], 1),
    "junk between frames": (b"junk\0".join(FRAMES), [0, 1, 2, 3], 4),
    "the last frame cut": (b"".join(FRAMES)[:-20], [0, 1, 2], 1),
    "frames that end anywhere": (
        b"".join(SKIPPABLE + checked(PLAIN_FOUR[at : at + 700]) for at in range(0, len(PLAIN_FOUR), 700)),
        [0, 1, 2, 3],
        0,
    ),
    "one frame, cut": (checked(LARGE_FOUR)[: LARGE_ENDS[3] // 2 + 120_000], [0, 1, 2], 1),
    "one frame, broken": (checked(LARGE_FOUR)[: LARGE_ENDS[3] // 2] + bytes(400_000), [0], 1),
    "one member, cut": (gzip.compress(SMALL_FOUR)[: SMALL_ENDS[3] * 5 // 8], [0, 1, 2], 1),
    "one member, broken": (spoiled(gzip.compress(SMALL_FOUR)), [], 1),
}


@pytest.mark.parametrize("name", PACKED_WHOLE)
def test_damage_to_a_packed_archive_costs_what_it_touches(tmp_path, name):
    packed, kept, bad = PACKED_WHOLE[name]
    (tmp_path / "a.warc.gz").write_bytes(packed)
    found = read(tmp_path / "a.warc.gz")
    assert [page.url for page in found if isinstance(page, Page)] == [URL.format(number) for number in kept]
    assert sum(isinstance(one, Rejected) for one in found) == bad


LARGE = {
    "large": (lambda length: length, ["larger than 0 MiB"], [0, 2]),
    "wrong": (lambda length: 10 * length, ["Content-Length is 3000000, but the record does not end there"], [0, 2]),
    "wrong, beyond the end": (lambda length: 10**9, ["Content-Length is 1000000000, but the record does not"], [0, 2]),
}


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize("name", LARGE)
def test_a_record_too_large_to_hold_is_passed_over_to_its_end(tmp_path, monkeypatch, name, pipe):
    monkeypatch.setattr("scraper.inputs.warc.MAX_PAGE", 1000)
    changed, problems, kept = LARGE[name]
    data, ends = archive(response(), ("resource", bytes(300_000), []), response(), compressed=False)
    length = b"Content-Length: %d\r\n"
    assert data.count(length % 300_000) == 1
    data = data.replace(length % 300_000, length % changed(300_000))
    if pipe:
        monkeypatch.setattr("scraper.inputs.runs.Plain.look", lambda *_: None)
    (tmp_path / "a.warc").write_bytes(data)
    found = read(tmp_path / "a.warc")
    rejects = [one for one in found if isinstance(one, Rejected)]
    assert [one.input for one in rejects] == [f"{tmp_path}/a.warc:{ends[1]}"]
    assert all(one.detail.startswith(problem) for one, problem in zip(rejects, problems, strict=True))
    if pipe and name != "large":
        assert rejects[0].detail.endswith("bytes were passed over")
    else:
        assert [page.url for page in found if isinstance(page, Page)] == [URL.format(number) for number in kept]


ARCHIVE, _ = archive(*FOUR)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_changed_byte_costs_at_most_one_record(tmp_path_factory, data):
    place = data.draw(st.floats(0, 1, exclude_max=True))  # record ids, and so lengths, are new in every run
    changed = bytearray(ARCHIVE)
    place = int(place * len(changed))
    changed[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("w") / "a.warc.gz"
    path.write_bytes(changed)
    urls = {page.url for page in read(path) if isinstance(page, Page)}
    assert len(urls & {URL.format(number) for number in range(4)}) >= 3


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
@pytest.mark.parametrize("start", [b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"])
def test_any_bytes_at_all_are_read_to_their_end(tmp_path_factory, start, data):
    path = tmp_path_factory.mktemp("w") / "a.warc"
    path.write_bytes(start + data)
    assert all(isinstance(one, Rejected) for one in read(path))
