"""Requests to a server: kept connections, limits, retries, and each fault as one clear message."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from c4f_graph import __version__
from c4f_graph.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from typing import IO

    from c4f_graph.remote.endpoint import Credentials

_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 120.0
_BUSY = (429, 503)
_REFUSED = (400, 500)
# Also what a proxy says while the server behind it starts.
_GONE = (502, 503, 504)
# At 0.5, 1, 2, 4 and 8 seconds, or when the server says, if that is within half a minute.
_RETRIES = Retry(
    total=5,
    connect=1,
    read=0,
    other=0,
    redirect=0,
    status=5,
    status_forcelist=_BUSY,
    allowed_methods=None,
    backoff_factor=0.5,
    retry_after_max=30,
    raise_on_status=False,
    raise_on_redirect=False,
)
_SHOWN = 200
_MEANING = {
    401: "the server wants to know who asks, or does not take what it was told",
    403: "the server does not allow this",
    404: "there is nothing at this address",
    405: "the server does not do this at this address",
    413: "this is more than the server takes at once",
    429: "the server is asked too often",
    501: "the server does not do this",
    503: "the server is not available now",
}
_ADVICE = {
    401: "Check C4F_USER and C4F_PASSWORD, or C4F_TOKEN, and the authentication of the profile.",
    403: "Use an account that may, or an address for writing.",
    404: "Check the address.",
    405: "Check the address; it may be one that only reads.",
    429: "Ask again later.",
    503: "Ask again later.",
}


class RefusedError(EndpointError):
    """The server does not do what was asked, as it cannot, or as it fails with it."""


class GoneError(EndpointError):
    """The server cannot be reached, or went away meanwhile; it may come back."""


class Connection:
    """Sends requests to one server, as one user.

    Args:
        credentials: who we are.
        silence: seconds without a byte after which an answer is given up.
    """

    def __init__(self, credentials: Credentials | None, silence: float = _SILENCE_SECONDS) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"c4f/{__version__}"
        self._session.auth = _authentication(credentials)
        self._secrets = _spellings(credentials)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_RETRIES, pool_maxsize=8))
        self._silence = silence

    def send(
        self,
        method: str,
        url: str,
        *,
        accept: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        data: bytes | IO[bytes] | Iterable[bytes] | None = None,
        statuses: Container[int] = (),
        silence: float | None = None,
    ) -> Answer:
        """Send a request and give the answer, whose body is not read yet.

        Args:
            method: such as GET.
            url: where to.
            accept: the media types that are of use.
            headers: further headers.
            params: added to the address.
            data: the body; a file must be seekable, and pieces must come anew each time that they
                are iterated over, as they may be sent twice.
            statuses: those of them that are an answer too, though they say no.
            silence: as for the connection, for a request that may take longer.

        Raises:
            GoneError: the server cannot be reached.
            EndpointError: it refuses, fails, redirects, cannot prove who it is, or answers in a
                media type that was not asked for.
        """
        patience = silence or self._silence
        # The first of the two limits sending as well, and a server that is busy lets us wait.
        connecting = _CONNECT_SECONDS if data is None or isinstance(data, bytes) else patience
        wanted = tuple(accept)
        sent = dict(headers or {})
        if wanted:
            sent["Accept"] = ", ".join(wanted)
        try:
            response = self._session.request(
                method,
                url,
                headers=sent,
                params=params,
                data=data,
                timeout=(connecting, patience),
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, HTTPError, OSError) as error:
            kind = EndpointError if "SSL" in str(error) else GoneError
            raise kind(f"{_host(url)}: {_reason(error)}", hint=_WHAT_TO_DO) from error
        if response.status_code in statuses:
            return Answer(response)
        try:
            _refuse_status(response)
            _refuse_media_type(response, wanted)
        except EndpointError as error:
            # A server may repeat to us what we told it.
            raise type(error)(self._without_secrets(error.message), hint=error.hint) from None
        return Answer(response)

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


class Answer:
    """An answer whose body is read as it comes. It is a binary file to whoever parses it.

    Attributes:
        status: the HTTP status.
        headers: the HTTP headers; names in any case.
        media_type: without parameters, in lower case.
        error: what went wrong while reading, which a parser may have hidden.
    """

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self._read = 0
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.media_type = _media_type(response)
        self.error: EndpointError | None = None

    def read(self, size: int = -1) -> bytes:
        """Read a piece of the body, decompressed; empty at its end.

        Raises:
            GoneError: the answer broke off.
        """
        amount = None if size < 0 else size
        try:
            piece = self._response.raw.read(amount, decode_content=True)
        except (HTTPError, OSError) as error:
            self.error = GoneError(
                f"{_host(self._response.url)}: the answer broke off after {self._read:,} bytes: "
                f"{_reason(error)}",
                hint="Nothing was taken from it; ask again.",
            )
            raise self.error from error
        self._read += len(piece)
        return piece

    def close(self) -> None:
        """Give the connection back, or drop it where the body was not read to its end."""
        self._response.close()


_WHAT_TO_DO = "Check that it runs and that the address is right."


class _Nobody(AuthBase):
    """No credentials. Without it, requests would take some from ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _authentication(credentials: Credentials | None) -> AuthBase:
    if credentials is None:
        return _Nobody()
    if credentials.kind == "bearer":
        return _Bearer(credentials.secret)
    if credentials.kind == "digest":
        return HTTPDigestAuth(credentials.user, credentials.secret)
    return HTTPBasicAuth(credentials.user.encode(), credentials.secret.encode())


def _spellings(credentials: Credentials | None) -> tuple[str, ...]:
    """Give the forms in which a secret travels."""
    if credentials is None or not credentials.secret:
        return ()
    pair = f"{credentials.user}:{credentials.secret}".encode()
    return (b64encode(pair).decode(), credentials.secret)


def _refuse_status(response: requests.Response) -> None:
    code = response.status_code
    if code < requests.codes.multiple_choices:
        return
    host = _host(response.url)
    if code < requests.codes.bad_request:
        target = response.headers.get("Location", "nowhere")
        response.close()
        raise EndpointError(
            f"{host}: the server sends us on to {target}, and we do not follow.",
            hint="Give that address, if you trust it.",
        )
    meaning = _MEANING.get(code, "the server failed" if code >= 500 else "the server refuses this")
    said = _beginning(response)
    kind: type[EndpointError] = EndpointError
    if code in _REFUSED or code in _GONE:
        kind = RefusedError if code in _REFUSED else GoneError
    raise kind(
        f"{host}: {meaning} (HTTP {code}){': ' + said if said else ''}.", hint=_ADVICE.get(code)
    )


def _refuse_media_type(response: requests.Response, wanted: tuple[str, ...]) -> None:
    given = _media_type(response)
    if not wanted or given in {media.partition(";")[0] for media in wanted}:
        return
    said = _beginning(response)
    raise EndpointError(
        f"{_host(response.url)}: the answer is {given or 'of no media type'}, which is not what a "
        f"SPARQL endpoint gives{': ' + said if said else ''}.",
        hint="Check that the address is that of an endpoint, and not of a web page.",
    )


def _media_type(response: requests.Response) -> str:
    return str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _beginning(response: requests.Response) -> str:
    """Give the first words of a body, on one line."""
    try:
        text = response.raw.read(4 * _SHOWN, decode_content=True).decode(errors="replace")
    except (HTTPError, OSError):
        text = ""
    finally:
        response.close()
    line = " ".join(text.split())
    return (line[:_SHOWN] + "…" if len(line) > _SHOWN else line).rstrip(".")


def _host(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _reason(error: Any) -> str:
    """Say in a person's words why there is no answer."""
    text = str(error)
    for mark, reason in (
        ("CERTIFICATE_VERIFY_FAILED", "the server's certificate is not to be trusted."),
        ("SSL", "no encrypted connection can be made."),
        ("ConnectTimeout", "no connection within 10 seconds."),
        ("connect timeout", "no connection within 10 seconds."),
        ("Read timed out", "the server has been silent for too long."),
        ("refused", "the connection is refused."),
        ("NameResolution", "there is no machine of that name."),
        ("Name or service", "there is no machine of that name."),
        ("IncompleteRead", "the server closed the connection."),
        ("InvalidChunkLength", "the server closed the connection."),
        ("RemoteDisconnected", "the server closed the connection."),
        ("reset by peer", "the server closed the connection."),
        ("too many 5", "the server is not available now."),
    ):
        if mark in text or mark in type(error).__name__:
            return reason
    return f"{text.rstrip('.')}."
