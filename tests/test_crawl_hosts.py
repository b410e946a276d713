"""With whom a crawl speaks, and when: not with its own network, nor with a server that is not who it claims to be, nor
with one that asks for a pause."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from time import monotonic

import pytest
from crawl_runs import Job, large_site, serve
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from scraper.crawl.ledger import Ledger
from scraper.crawl.retry_after import wait
from scraper.crawl.sample_server import Resource


def certified(folder: Path, host: str) -> SSLContext:
    """TLS with a certificate for a host, signed by nobody."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begin = datetime.now(UTC) - timedelta(days=1)
    unsigned = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=2))
    signed = unsigned.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / host).write_bytes(secret + signed.sign(key, SHA256()).public_bytes(Encoding.PEM))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / host)
    return context


def test_a_certificate_that_is_not_valid_is_told_with_what_can_be_done(tmp_path: Path) -> None:
    job = Job(tmp_path)
    with serve(large_site(1)) as site, serve(large_site(1)) as other:
        for server, host in ((site, "localhost"), (other, "elsewhere.example")):
            server._http.socket = certified(tmp_path, host).wrap_socket(server._http.socket, server_side=True)
        starts = f"start=https://localhost:{site.port}/ https://localhost:{other.port}/"
        run = job.run(starts, "job=tls", RETRY_TIMES=0, ROBOTSTXT_OBEY=0)
    assert run.returncode == 1
    assert "none of 2 page(s) could be fetched (certificate not valid: " in run.stderr
    assert "-s DOWNLOAD_VERIFY_CERTIFICATES=0" in run.stderr
    ledger = Ledger(job.folder / "job" / "ledger.sqlite", read_only=True)
    reasons = {str(reason).rpartition(": ")[2] for _, _, reason, _ in ledger.summary()}
    ledger.abandon()
    assert reasons == {"of another host", "expired, or signed by nobody who is trusted"}


def test_private_addresses_are_refused_however_they_are_written(tmp_path: Path) -> None:
    with serve(large_site(30)) as site:
        starts = [f"http://{host}:{site.port}/" for host in ("127.0.0.1", "2130706433", "0x7f.1", "localhost")]
        run = Job(tmp_path).run(f"start={' '.join(starts)}", "job=private", PRIVATE_ADDRESSES_ALLOWED=0)
        assert site.requested == []
    assert run.returncode == 1
    assert "none of 4 page(s) could be fetched (PrivateAddress: " in run.stderr
    assert "-s PRIVATE_ADDRESSES_ALLOWED=1" in run.stderr


def test_a_site_that_puts_its_answers_off_is_told_and_its_pages_are_had_later(tmp_path: Path) -> None:
    job, articles, guarded = Job(tmp_path), large_site(3), {"on": True}

    def site(path: str) -> Resource | None:
        wait = Resource(status=202, body=b"<script>document.cookie='seen'</script>")
        return wait if guarded["on"] and path.startswith("/2026/") else articles(path)

    with serve(site) as server:
        run = job.run(f"start={server.address}/")
        assert run.returncode == 1
        assert "3 of 5 pages could not be fetched (HTTP 202)" in run.stderr
        guarded["on"] = False
        assert job.run(f"start={server.address}/", "retry=failed").returncode == 0
    assert len(job.articles()) == 3


def test_a_host_that_says_when_to_come_again_is_left_alone_until_then(tmp_path: Path) -> None:
    articles, refused = large_site(3), list[float]()

    def site(path: str) -> Resource | None:
        if not path.startswith("/2026/"):
            return articles(path)
        if refused and monotonic() > refused[0] + 1:
            return articles(path)
        refused.append(monotonic())
        return Resource(status=429, headers=(("Retry-After", "2"),))

    job = Job(tmp_path)
    with serve(site) as server:
        run = job.run(f"start={server.address}/", DOWNLOAD_DELAY=0.01)
    assert run.returncode == 0, run.stderr
    assert len(job.articles()) == 3


@pytest.mark.parametrize("value", ["9" * 400, "Thu, 05 Nov 2026 08:00:30 +99999999999999999", "", "-5"])
def test_a_time_to_come_again_that_makes_no_sense_says_nothing(value: str) -> None:
    assert wait(value) == 0


def test_a_proxy_would_hide_private_addresses(tmp_path: Path) -> None:
    run = Job(tmp_path).run("site=sample", PRIVATE_ADDRESSES_ALLOWED=0, HTTPPROXY_ENABLED=1)
    assert run.returncode == 2
    assert "a proxy" in run.stderr + run.stdout
