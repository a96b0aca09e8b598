"""A client of products: keeps cookies, follows no redirect, and takes every status as an answer."""

import base64
import http.cookiejar
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from email.message import Message

from polling import PATIENCE


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self):
        return self.body.decode()


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes


class Client:
    """Of the site at `url`; `user` is a name and a password for HTTP's Basic scheme."""

    def __init__(self, url, user=None):
        self.url = url
        self._headers = {"Authorization": f"Basic {_base64(':'.join(user))}"} if user else {}
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Staying())

    def ask(self, method, path, body=None, **headers):
        """Header fields are given as `content_type="text/calendar"`."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, self._headers | fields, method=method)
        try:
            response = self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.headers, response.read())

    def send_form(self, path, fields, **headers):
        """As a browser sends a form with `enctype="multipart/form-data"`; a value is text or a `File`."""
        boundary = uuid.uuid4().hex
        body = b"".join(_part(boundary, name, value) for name, value in fields.items()) + f"--{boundary}--\r\n".encode()
        return self.ask("POST", path, body, content_type=f"multipart/form-data; boundary={boundary}", **headers)


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _part(boundary, name, value):
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, File):
        head += f'; filename="{value.name}"\r\nContent-Type: {value.media_type}'
    content = value.content if isinstance(value, File) else value.encode()
    return f"{head}\r\n\r\n".encode() + content + b"\r\n"


def _base64(text):
    return base64.b64encode(text.encode()).decode()
