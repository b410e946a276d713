"""The recipe as steps of a datatrove pipeline, for data that one machine is too small for (extra ``datatrove``)::

    from datatrove.executor import LocalPipelineExecutor
    from scraper.datatrove import CleanPages, LineWriter, PageReader

    LocalPipelineExecutor(
        [PageReader("s3://bucket/warc"), CleanPages(LineWriter("rejects")), LineWriter("articles")],
        tasks=400, workers=32, logging_dir="logs",
    ).run()

Between reader and cleaning a Document is a page: its ``text`` is empty, its bytes lie untouched in ``media``
(datatrove's own place for bytes: they are pickled with the Document, and JsonlWriter writes them with
``save_media_bytes``), its URL in ``metadata["url"]``, where datatrove's URL filters look. From the cleaning on it is an
article: ``text`` and ``id`` are the article's, ``metadata`` holds the other fields of its exported line, and any
filter, deduplication or writer can follow. A task is a share of the files, and is done again as a whole.

Not for an archive that fits one machine: ``scraper clean`` reads it on all cores and goes on in the middle of a file
after a kill.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import fields
from io import BufferedReader
from types import TracebackType
from typing import Any
from uuid import uuid4

from datatrove.data import Document, DocumentsPipeline, Media, MediaType
from datatrove.io import DataFolderLike
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.readers.base import BaseDiskReader
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.logging import logger
from datatrove.utils.typeshelper import StatHints

from scraper.batch.chunks import Pages
from scraper.batch.workers import cleaned
from scraper.cleaning import clean
from scraper.export import MEMBER, SUFFIXES, compressed
from scraper.inputs import Fields, Source
from scraper.inputs.opening import BUFFER
from scraper.inputs.reading import records
from scraper.inputs.record import moment, unreadable
from scraper.inputs.runs import Broken
from scraper.inputs.sources import kind_of
from scraper.model import Article, Page, Rejected
from scraper.schema import Line, dumps, field_names, rejected_from_line, rejected_to_line, to_line
from scraper.sites import laid_out

UNREADABLE = "unreadable"
"""The key in the metadata of a record that could not be read; its value is the line of the reject."""


class PageReader(BaseDiskReader):
    """Reads WARC, WET, JSONL and HTML files, as ``scraper clean`` does, from wherever fsspec reaches.

    ``fields`` says which field of a JSON record holds the text, and what to keep of a record in ``extra``. The other
    options are datatrove's (``paths_file``, ``glob_pattern``, ``limit`` …). Files whose name says nothing that is
    known here are passed over with a warning; Parquet is for datatrove's own reader. A record that cannot be read is
    a Document without text and media, which CleanPages writes to its rejects.
    """

    name = "正文 pages"

    def __init__(self, data_folder: DataFolderLike, fields: Fields | None = None, **options: Any) -> None:
        super().__init__(data_folder, **options)
        self.fields = fields or Fields()

    def read_file(self, filepath: str) -> Iterator[Document]:
        """The pages of one file, in its order."""
        kind = kind_of(filepath)
        if kind in (None, "parquet"):
            logger.warning(f"{filepath} is passed over: neither WARC, WET, JSONL, HTML nor text by its name")
            self.stat_update("files_passed_over")
            return
        source = Source(self.data_folder.resolve_paths(filepath), kind)
        with self.data_folder.open(filepath, "rb") as raw, BufferedReader(raw, BUFFER) as file:
            try:
                for found in records(file, source, self.fields):
                    yield page_document(found)
            except Broken as error:  # any other (the network, a disk) fails the task, which is then done again
                yield page_document(unreadable(source.name, f"cannot be read: {error}"))


class CleanPages(PipelineStep):
    """Calls ``scraper.clean`` on every Document: articles go on, rejects go to ``exclusion_writer`` and are counted.

    The cleaning is done by ``processes`` of the task's own (give the executor as many cores a task), as in ``scraper
    clean``: a page that one of them dies on, or that takes minutes, is rejected, and the task lives. That matters,
    as datatrove's executors wait for ever for a task whose process was killed. With 0 the task cleans by itself.

    A Document of another reader is cleaned by its text (HTML or plain), as UTF-8; its bytes are gone, and with them
    some of what could be repaired. ``exclusion_writer`` may be any of datatrove's; a LineWriter writes what ``scraper
    clean`` writes.
    """

    type = "🧹 - CLEANER"
    name = "正文"

    def __init__(self, exclusion_writer: DiskWriter | None = None, processes: int = 1) -> None:
        super().__init__()
        self.exclusion_writer = exclusion_writer
        self.processes = processes

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """One article or one reject for every Document, in order. Raises InvalidSite where a site's file is broken."""
        laid_out()
        with self.exclusion_writer or nullcontext() as rejects:
            for document, found in self._cleaned(data):
                self.stat_update(StatHints.total)
                if isinstance(found, Article):
                    self.stat_update(StatHints.forwarded)
                    article = article_document(found, document.metadata)
                    self.update_doc_stats(article)
                    yield article
                    continue
                self.stat_update(StatHints.dropped, f"dropped_{found.reason}")
                if rejects is not None:
                    rejects.write(rejected_document(found, document), rank)

    def _cleaned(self, data: DocumentsPipeline) -> Iterator[tuple[Document, Article | Rejected]]:
        if not self.processes:
            for document in data:
                record = record_of(document)
                yield document, record if isinstance(record, Rejected) else clean(*record)
            return
        waiting: deque[Document] = deque()

        def records() -> Iterator[Pages | Rejected]:
            for document in data:
                waiting.append(document)
                yield record_of(document)

        with closing(cleaned(records(), self.processes)) as outcomes:
            for outcome in outcomes:
                yield waiting.popleft(), outcome.result


class LineWriter(DiskWriter):
    """Writes articles, or rejects, as the lines that ``scraper clean`` writes, byte for byte.

    A task's file appears when the task is through: a task that was killed leaves at most a hidden ``.partial`` file,
    and two attempts at one task do not get into each other's way. The same lines give the same bytes, compressed ones
    (``compression`` is ``gzip``, ``zstd`` or None) too. Raises KeyError where a Document was not cleaned.
    """

    default_output_filename = "${rank}.jsonl"
    name = "正文 lines"

    def __init__(
        self, output_folder: DataFolderLike, output_filename: str | None = None, compression: str | None = "gzip"
    ) -> None:
        super().__init__(output_folder, output_filename, compression, mode="wb")
        self.output_mg = Attempts(self.output_folder, compression)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.output_mg.close(publish=kind is None)

    def _default_adapter(self, document: Document) -> Line:
        return line_of(document)

    def _write(self, document: Line, file_handler: "Attempt", filename: str) -> None:
        file_handler.write(dumps(document))


class Attempt:
    """A file of lines under a name of its own, until it is published."""

    def __init__(self, folder: Any, name: str, compression: str | None) -> None:
        self._folder, self._name, self._compression = folder, name, compression
        parent, _, base = name.rpartition("/")
        prefix = f"{parent}/" if parent else ""
        self._partial = f"{prefix}.{base}.{uuid4().hex[:8]}.partial"
        for left in folder.glob(f"{prefix}.{base}.*.partial"):  # by an attempt that was killed
            folder.rm(left)
        self._file = folder.open(self._partial, "wb")
        self._lines = bytearray()

    def write(self, line: bytes) -> None:
        """Append a line."""
        self._lines += line
        if len(self._lines) >= MEMBER:
            self._close_member()

    def close(self, publish: bool) -> None:
        """Give the file its name, or take it away."""
        if publish:
            self._close_member()
        self._file.close()
        if publish:
            self._folder.mv(self._partial, self._name)
        else:
            self._folder.rm(self._partial)

    def _close_member(self) -> None:
        if self._lines:
            self._file.write(compressed(bytes(self._lines), self._compression))
            self._lines.clear()


class Attempts:
    """The files that a writer has open, by name: the part of datatrove's OutputFileManager that writers use."""

    def __init__(self, folder: Any, compression: str | None) -> None:
        if compression not in (None, *SUFFIXES.values()):
            raise ValueError(f"compression is {compression!r}: give one of {', '.join(SUFFIXES.values())}, or None")
        self._folder, self._compression = folder, compression
        self._open: dict[str, Attempt] = {}

    def get_file(self, filename: str) -> Attempt:
        """The file of that name."""
        if filename not in self._open:
            self._open[filename] = Attempt(self._folder, filename, self._compression)
        return self._open[filename]

    def close(self, publish: bool = True) -> None:
        """Publish all files, or take them away."""
        while self._open:
            self._open.popitem()[1].close(publish)


def page_document(found: Page | Rejected) -> Document:
    """A page as a Document, its bytes and what else is known of it in ``media``.

    >>> document = page_document(Page(url="http://example.org/a", body="题".encode("gbk")))
    >>> document.media[0].media_bytes, page_of(document) == Page(url="http://example.org/a", body=b"\\xcc\\xe2")
    (b'\\xcc\\xe2', True)
    """
    name = found.input or found.url or ""
    if isinstance(found, Rejected):
        return Document(text="", id=name, metadata={"url": found.url, UNREADABLE: rejected_to_line(found)})
    known = {field.name: getattr(found, field.name) for field in fields(Page) if field.name not in ("url", "body")}
    media = Media(
        id=name, type=MediaType.DOCUMENT, url=found.url or "", media_bytes=found.body, metadata=known | {"page": True}
    )
    return Document(text="", id=name, media=[media], metadata={"url": found.url})


def page_of(document: Document) -> Page:
    """The page that a Document holds; of another reader's Document, its text as the page."""
    url = document.metadata.get("url")
    for media in document.media:
        if media.metadata.get("page"):
            known = {name: value for name, value in media.metadata.items() if name != "page"}
            headers = tuple((name, value) for name, value in known.pop("headers", ()))
            return Page(url=url, body=media.media_bytes or b"", headers=headers, **known)
    body = document.text.encode("utf-8", "surrogatepass")
    fetched = moment(document.metadata.get("date"))
    return Page(url=url, body=body, content_type="text/html; charset=utf-8", fetched=fetched, input=document.id)


def record_of(document: Document) -> Pages | Rejected:
    """What there is to clean in a Document, or why there is nothing."""
    if line := document.metadata.get(UNREADABLE):
        return rejected_from_line(line)
    return (page_of(document),)


def article_document(article: Article, metadata: dict[str, Any]) -> Document:
    """An article as a Document; other ``metadata`` that the pipeline gave it stays."""
    line = to_line(article)
    text, identifier = line.pop("text"), line.pop("id")
    return Document(text=text, id=identifier, metadata=metadata | line)


def rejected_document(rejected: Rejected, document: Document) -> Document:
    """A reject as a Document without text."""
    rest = {name: value for name, value in document.metadata.items() if name != UNREADABLE}
    return Document(text="", id=document.id, metadata=rest | rejected_to_line(rejected))


def line_of(document: Document) -> Line:
    """The exported line of a cleaned Document, its fields in the schema's order.

    >>> document = article_document(Article(title="题", text="文", id="a00"), {"crawl": 7})
    >>> line_of(document) == to_line(Article(title="题", text="文", id="a00"))
    True
    """
    if "schema_version" not in document.metadata:
        return {name: document.metadata[name] for name in field_names("rejected")}
    line = document.metadata | {"id": document.id, "text": document.text}
    return {name: line[name] for name in field_names()}


__all__ = ["CleanPages", "LineWriter", "PageReader"]
