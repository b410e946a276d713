"""Keeps every response as WARC 1.1, as the server sent it: compressed payloads, redirects, errors, robots.txt.

A downloader middleware below the one that undoes compression. Transfer encoding is undone by then, so its header is
left out. Files are named ``JOB-TIME-NUMBER.warc.gz`` and carry ``.open`` after it while they are written, under a lock
that ends with the process: what is open and not locked was left by a run that was killed.
"""

import os
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.crawl.journal import Journal, job_of
from scraper.crawl.ledger import now
from scraper.export import write_whole
from scraper.schema import cleaner_version

OPEN = ".open"
NOT_AS_SENT = {"transfer-encoding", "content-length"}
"""Headers that no longer fit the payload once the transfer encoding is undone; the length is given anew."""


class Archive:
    """WARC files in a folder, a new one after ``max_bytes``.

    Where a record cannot be written (a full disk) the file is cut back to the records before it, and OSError goes on.
    """

    def __init__(self, folder: Path, name: str, max_bytes: int, user_agent: str) -> None:
        self._folder, self._name, self._max_bytes, self._user_agent = folder, name, max_bytes, user_agent
        self._file: BinaryIO | None = None
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"*.warc.gz{OPEN}"):
            recover(left)

    def add(self, request: Request, response: Response) -> None:
        """Append a response record."""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            if name.decode("latin-1").lower() not in NOT_AS_SENT
            for value in values
        ]
        headers.append(("Content-Length", str(len(response.body))))
        warc = {"WARC-Date": request.meta["fetched"].replace("+00:00", "Z")}
        if response.ip_address:
            warc["WARC-IP-Address"] = str(response.ip_address)
        member = BytesIO()
        writer = warc_writer(member)
        record = writer.create_warc_record(
            response.url,
            "response",
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(f"{response.status} {_phrase(response)}", headers, protocol="HTTP/1.1"),
            warc_headers_dict=warc,
        )
        writer.write_record(record)
        write_whole(self._current(), member.getvalue())

    def sync(self) -> None:
        """Make what was appended durable."""
        if self._file:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Give the last file its name."""
        if self._file:
            self.sync()
            self._file.close()
            _name_finished(Path(self._file.name))
            self._file = None

    def _current(self) -> BinaryIO:
        """The file to write to."""
        if self._file and self._file.tell() >= self._max_bytes:
            self.close()
        if self._file is None:
            self._file = self._next()
            name = Path(self._file.name).with_suffix("").name
            write_whole(self._file, self._first_record(name))
        return self._file

    def _next(self) -> BinaryIO:
        """A new file, under a lock and a name that no other run has."""
        while True:
            self._number += 1
            stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
            path = self._folder / f"{self._name}-{stamp}-{self._number:05d}.warc.gz"
            with suppress(FileExistsError, BlockingIOError):
                file = path.with_name(path.name + OPEN).open("xb", buffering=0)
                flock(file, LOCK_EX | LOCK_NB)
                if not path.exists():
                    return file
                Path(file.name).unlink()

    def _first_record(self, name: str) -> bytes:
        member = BytesIO()
        writer = warc_writer(member)
        info = {"software": f"zhengwen/{cleaner_version()}", "http-header-user-agent": self._user_agent}
        writer.write_record(writer.create_warcinfo_record(name, info))
        return member.getvalue()


def warc_writer(member: BinaryIO) -> WARCWriter:
    """Writes one record as one gzip member."""
    return WARCWriter(member, gzip=True, warc_version="WARC/1.1")


def recover(path: Path) -> None:
    """Cut a file that a killed run left open to its whole records, and give it its name.

    One that another run is writing, or has just finished or recovered, is left alone.
    """
    with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        flock(file, LOCK_EX | LOCK_NB)
        os.truncate(path, whole_members(path))
        _name_finished(path)


def whole_members(path: Path) -> int:
    """The offset at which the last whole gzip member of a file ends."""
    end = 0
    with path.open("rb") as file:
        member = zlib.decompressobj(wbits=31)
        while chunk := file.read(1 << 16):
            while chunk:
                try:
                    member.decompress(chunk)
                except zlib.error:
                    return end
                chunk = member.unused_data
                if member.eof:
                    end = file.tell() - len(chunk)
                    member = zlib.decompressobj(wbits=31)
    return end


class ArchiveMiddleware:
    """Switched on by the setting ARCHIVE, a folder; ARCHIVE_MAX_BYTES is the size after which a new file begins."""

    def __init__(self, archive: Archive, journal: Journal) -> None:
        self._archive = archive
        self._journal = journal

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings["ARCHIVE"]:
            raise NotConfigured
        archive = Archive(
            Path(settings["ARCHIVE"]), job_of(crawler), settings.getint("ARCHIVE_MAX_BYTES"), settings["USER_AGENT"]
        )
        journal = Journal.of(crawler)
        journal.keep_in_step(archive)
        return cls(archive, journal)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the response, and pass it on. One that cannot be kept ends the crawl, and its URL waits."""
        request.meta["fetched"] = now()
        if not self._journal.failure:
            try:
                self._archive.add(request, response)
            except OSError as error:
                self._journal.fail(error, "archive")
        if self._journal.failure:
            raise IgnoreRequest(self._journal.failure)
        return response


def _name_finished(path: Path) -> None:
    if path.stat().st_size:
        path.rename(path.with_suffix(""))
    else:  # not even the first record could be written
        path.unlink()


def _phrase(response: Response) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return ""
