"""WARC files, also Common Crawl's (WARC, WET), and those that a bad disk or a cut transfer has hurt.

Finding the records is done here, so that damage costs the records it touches and no other: reading goes on at the next
gzip member, or at the next line that starts a record. Headers and chunks are read by warcio.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO

from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from scraper.inputs.codings import decoded
from scraper.inputs.record import MAX_PAGE, Fields, moment, read_alone, sized, unreadable
from scraper.inputs.runs import Broken, Plain, runs
from scraper.model import Page, Reason, Rejected

MAX_HEAD = 1 << 16
HEAD_END = b"\r\n\r\n"
ENDS_ELSEWHERE = "Content-Length is {}, but the record does not end there"
NEXT_RECORD = b"\nWARC/"
WARC_HEAD = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"])
HTTP_HEAD = StatusAndHeadersParser(["HTTP/"], verify=False)
WITHOUT_PAGE = (202, 204, 205)
"""Statuses below 300 that say that there is no page, or not yet."""
HTTP_HEAD_END = re.compile(rb"\r?\n\r?\n|\Z")
"""Servers end lines in either way, and in both ways at once."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record: where it (or its gzip member) starts, its WARC headers and payload, or why it has none."""

    offset: int
    headers: StatusAndHeaders
    payload: bytes = b""
    problem: str = ""


def records(file: BufferedReader, name: str, fields: Fields) -> Iterator[Page | Rejected]:
    """The pages of a WARC file: responses, resources and WET's conversions. ``input`` is ``name:offset``.

    Records of other types, and of what is no web or file address, hold no page and are passed over.
    """
    for record in warc_records(runs(file)):
        if (page := page_of(record, name, fields)) is not None:
            yield page


def warc_records(found: Iterable[tuple[int | None, Iterator[bytes]]]) -> Iterator[Record]:
    """All records in the runs of a WARC file, the broken ones with their problem."""
    for offset, blocks in found:
        for record in _Run(blocks).records():
            yield record if offset is None else replace(record, offset=offset)


def page_of(record: Record, name: str, fields: Fields) -> Page | Rejected | None:
    """The page that a record of the file ``name`` holds, if any."""
    where = f"{name}:{record.offset}"
    if record.problem:
        return unreadable(where, record.problem, _target(record.headers))
    return _page(record, where, fields)


class _NoRecord(Broken):
    """Bytes that can be read, but are not what the header of a record says; more records may follow."""


class _Run:
    """Undamaged bytes, pulled in as needed; the record that is being read stays in memory, to start over from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._data = b""
        self._start = 0

    def records(self) -> Iterator[Record]:
        """The records; one that is not what its header says is told, and reading goes on at the next one in sight."""
        while True:
            start = self._start
            try:
                if not self._at_record():
                    return
                start = self._start
                yield self._record()
            except _NoRecord as error:
                yield _broken(start, error)
                if not self._find_next():
                    return
            except Broken as error:  # what comes before it belongs to this record, whatever it looks like
                yield _broken(start, error)
                return

    def _at_record(self) -> bool:
        """Pass over the empty lines between records."""
        while not (rest := self._data.lstrip(b"\r\n")):
            self._drop(len(self._data))
            if not self._pull():
                return False
        self._drop(len(self._data) - len(rest))
        return True

    def _record(self) -> Record:
        while (end := self._data.find(HEAD_END, 0, MAX_HEAD)) < 0:
            if len(self._data) >= MAX_HEAD or not self._pull():
                raise _NoRecord("no WARC record where one should start")
        begin = end + len(HEAD_END)
        headers, length = _head(self._data[:begin])
        if length > MAX_PAGE + MAX_HEAD:
            return self._passed_over(headers, begin, length)
        while len(self._data) < begin + length + len(HEAD_END) and self._pull():
            pass
        if len(self._data) < begin + length:
            raise _NoRecord(f"cut short: {len(self._data) - begin} of {length} bytes")
        tail = self._data[begin + length : begin + length + len(HEAD_END)]
        if not HEAD_END.startswith(tail):
            raise _NoRecord(ENDS_ELSEWHERE.format(length))
        record = Record(self._start, headers, self._data[begin : begin + length])
        self._drop(begin + length + len(tail))
        return record

    def _passed_over(self, headers: StatusAndHeaders, begin: int, length: int) -> Record:
        """A record that is too large to hold. Of a file it is known before that it ends where its header says."""
        offset, left = self._start, begin + length
        if isinstance(self._blocks, Plain):
            last = self._blocks.look(offset + left - 1, 1 + len(HEAD_END))
            if last is not None and not (last and HEAD_END.startswith(last[1:])):
                raise _NoRecord(ENDS_ELSEWHERE.format(length))
        while left > len(self._data):
            left -= len(self._data)
            self._drop(len(self._data))
            if not self._pull():
                raise _NoRecord(f"{ENDS_ELSEWHERE.format(length)}; {length - left} bytes were passed over")
        self._drop(left)
        while len(self._data) < len(HEAD_END) and self._pull():
            pass
        if not HEAD_END.startswith(self._data[: len(HEAD_END)]):
            raise _NoRecord(f"{ENDS_ELSEWHERE.format(length)}; {length} bytes were passed over")
        return Record(offset, headers, problem=f"larger than {MAX_PAGE >> 20} MiB")

    def _find_next(self) -> bool:
        """Go on to the next line that starts a record, beyond the start of this one."""
        while (found := self._data.find(NEXT_RECORD, 1)) < 0:
            self._drop(max(len(self._data) - len(NEXT_RECORD), 0))
            try:
                if not self._pull():
                    return False
            except Broken:
                return False
        self._drop(found + 1)
        return True

    def _pull(self) -> bool:
        block = next(self._blocks, b"")
        self._data += block
        return bool(block)

    def _drop(self, count: int) -> None:
        self._data = self._data[count:]
        self._start += count


def _broken(offset: int, error: Broken) -> Record:
    return Record(offset, StatusAndHeaders("", [], ""), problem=str(error))


def _head(head: bytes) -> tuple[StatusAndHeaders, int]:
    try:
        headers = WARC_HEAD.parse(BytesIO(head))
        length = int(headers.get_header("Content-Length", "none"))
    except (StatusAndHeadersParserException, EOFError):
        raise _NoRecord("no WARC record where one should start") from None
    except ValueError:
        raise _NoRecord("no Content-Length") from None
    if length < 0:
        raise _NoRecord(f"Content-Length is {length}")
    return headers, length


def _target(headers: StatusAndHeaders) -> str | None:
    target = headers.get_header("WARC-Target-URI")
    return target.strip("<> ") if target else None  # wget writes angle brackets


@read_alone
def _page(record: Record, where: str, fields: Fields) -> Page | Rejected | None:
    headers, url = record.headers, _target(record.headers)
    if not (url or "").lower().startswith(("http:", "https:", "ftp:", "file:")):
        return None
    page = Page(
        url=url,
        body=record.payload,
        content_type=headers.get_header("Content-Type"),
        fetched=moment(headers.get_header("WARC-Date")),
        input=where,
        extra=fields.extra(dict(headers.headers), where),
    )
    match headers.get_header("WARC-Type"):
        case "response" if record.payload.startswith(b"HTTP/"):
            return _http(page)
        case "response":  # of a server that sends no head, or of another protocol
            return sized(replace(page, content_type=None))
        case "continuation":
            return unreadable(where, "the rest of a record in segments, which are not joined", url)
        case "conversion":
            return sized(replace(page, content_type="text/plain; charset=utf-8"))  # WET is UTF-8 by definition
        case "resource":
            return sized(page)
    return None


def _http(page: Page) -> Page | Rejected:
    """The page inside an HTTP response."""
    headers, body = _response(page.body)
    status = _status(headers)
    if status is not None and (status in WITHOUT_PAGE or not 200 <= status < 300):
        return Rejected(
            url=page.url,
            reason=Reason.NOT_AN_ARTICLE,
            detail=f"HTTP status {status}",
            fetched=page.fetched,
            input=page.input,
        )
    transfer = _list(headers, "transfer-encoding")
    if "chunked" in transfer.lower():
        body = ChunkedDataReader(BytesIO(body)).read()
    for codings in (transfer, _list(headers, "content-encoding")):
        body = decoded(body, codings, MAX_PAGE + 1)
    content = replace(
        page,
        body=body,
        content_type=headers.get_header("Content-Type"),
        status=status,
        headers=tuple((name, value) for name, value in headers.headers),
    )
    return sized(content)


def _response(payload: bytes) -> tuple[StatusAndHeaders, bytes]:
    """Head and body of a response; of several the last, where those before only announce it (100, 103)."""
    while True:
        head, payload = HTTP_HEAD_END.split(payload, maxsplit=1)
        headers = HTTP_HEAD.parse(BytesIO(head + HEAD_END))
        if not (100 <= (_status(headers) or 0) < 200 and payload.startswith(b"HTTP/")):
            return headers, payload


def _status(headers: StatusAndHeaders) -> int | None:
    code = headers.get_statuscode()
    return int(code) if code.isdecimal() else None


def _list(headers: StatusAndHeaders, field: str) -> str:
    """The values of a header that may stand in several lines, as one list."""
    return ",".join(value for name, value in headers.headers if name.lower() == field)
