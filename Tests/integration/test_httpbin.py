"""What `requests` and people who use it do, against httpbin served by plait."""

import gzip
import io
import json

import httpx
import pytest
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

TIMEOUT = 20


@pytest.fixture(scope="module")
def base(serve_module):
    return serve_module("bin", "--workers", 2).base_url


@pytest.fixture
def session():
    with requests.Session() as session:
        yield session


@pytest.fixture
def ask(base, session):
    """`ask("get", "/path", …)` → the response, which must not be an error unless `status` says so."""

    def ask(method, path, status=200, **keywords):
        response = session.request(method.upper(), base + path, timeout=TIMEOUT, **keywords)
        assert response.status_code == status, response.text
        return response

    return ask


# Methods and what they carry


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_methods_are_told_apart(ask, method):
    assert ask(method, f"/{method}").json()["url"].endswith(f"/{method}")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "TRACE"])
def test_anything_goes(ask, method):
    assert ask(method, "/anything").json()["method"] == method


def test_an_unknown_method_is_the_application_s_to_refuse(ask):
    ask("propfind", "/anything", status=405)


def test_options_lists_methods(ask):
    assert "GET" in ask("options", "/get").headers["Allow"]


def test_head_has_no_body(ask):
    response = ask("head", "/get")
    assert response.content == b"" and int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize("value", ["plain", "a b", "ä€", "a&b=c", "100%", ""])
def test_a_query_arrives(ask, value):
    assert ask("get", "/get", params={"value": value}).json()["args"] == {"value": value}


def test_a_query_may_repeat(ask):
    assert ask("get", "/get", params={"v": ["1", "2"]}).json()["args"] == {"v": ["1", "2"]}


def test_headers_arrive(ask):
    headers = ask("get", "/headers", headers={"X-Test": "value", "Accept-Language": "de"}).json()["headers"]
    assert (headers["X-Test"], headers["Accept-Language"]) == ("value", "de")


def test_the_user_agent_arrives(ask):
    assert ask("get", "/user-agent").json()["user-agent"].startswith("python-requests/")


def test_the_address_is_ours(ask):
    assert ask("get", "/ip").json()["origin"] == "127.0.0.1"


@pytest.mark.parametrize("form", [{"a": "1"}, {"a": "ä b&c"}, {"a": ["1", "2"]}, {}])
def test_a_form_arrives(ask, form):
    assert ask("post", "/post", data=form).json()["form"] == form


@pytest.mark.parametrize("value", [{"a": [1, None, "ä"]}, [], "text", 7])
def test_json_arrives(ask, value):
    assert ask("post", "/post", json=value).json()["json"] == value


@pytest.mark.parametrize("size", [0, 1, 100_000, 3_000_000])
def test_files_arrive(ask, size):
    content = b"x" * size
    answer = ask("post", "/post", files={"file": ("name.txt", io.BytesIO(content))}).json()
    assert answer["files"]["file"] == content.decode()


def test_a_form_with_files_arrives(ask):
    answer = ask(
        "post", "/post", data={"a": "1"}, files={"f": ("ä.bin", b"\x00\xff", "application/octet-stream")}
    ).json()
    assert answer["form"] == {"a": "1"}
    assert answer["files"]["f"] == "data:application/octet-stream;base64,AP8="


def test_a_generator_is_uploaded_in_chunks(ask):
    answer = ask("post", "/post", data=(block for block in [b"one ", b"two ", b"three"])).json()
    assert answer["data"] == "one two three"


def test_a_body_of_bytes_arrives(ask):
    assert ask("put", "/put", data=b"bytes").json()["data"] == "bytes"


def test_a_large_json_body_comes_back_whole(ask):
    value = [{"number": number, "text": "ä" * 10} for number in range(20_000)]
    assert ask("post", "/post", json=value).json()["json"] == value


# Answers


@pytest.mark.parametrize(
    "status", [200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 410, 418, 429, 500, 502, 503]
)
def test_every_status_arrives_and_the_connection_lives(ask, status):
    ask("get", f"/status/{status}", status=status)
    ask("get", "/get")


def test_response_headers_arrive(ask):
    headers = ask("get", "/response-headers", params={"X-One": "1", "X-Two": "2, 3"}).headers
    assert (headers["X-One"], headers["X-Two"]) == ("1", "2, 3")


@pytest.mark.parametrize("path", ["/html", "/robots.txt", "/xml", "/encoding/utf8", "/json", "/deny"])
def test_documents_arrive(ask, path):
    response = ask("get", path)
    assert len(response.content) == int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "svg"])
def test_images_arrive(ask, kind):
    assert len(ask("get", f"/image/{kind}").content) > 1000


@pytest.mark.parametrize("encoding, key", [("gzip", "gzipped"), ("deflate", "deflated")])
def test_compressed_answers_are_passed_as_they_are(ask, encoding, key):
    response = ask("get", f"/{encoding}")
    assert response.headers["Content-Encoding"] == encoding and response.json()[key] is True


@pytest.mark.parametrize("count", [0, 1, 1024, 102_400])
def test_random_bytes_are_the_same_for_the_same_seed(ask, count):
    first, second = (ask("get", f"/bytes/{count}", params={"seed": 7}).content for _ in range(2))
    assert len(first) == count and first == second


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_streamed_bytes_arrive(ask, size):
    response = ask("get", "/stream-bytes/100000", params={"seed": 1, "chunk_size": size}, stream=True)
    assert sum(map(len, response.iter_content(4096))) == 100_000


def test_streamed_lines_arrive(ask):
    lines = [json.loads(line) for line in ask("get", "/stream/50", stream=True).iter_lines()]
    assert [line["id"] for line in lines] == list(range(50))


def test_a_drip_arrives(ask):
    assert ask("get", "/drip", params={"numbytes": 5, "duration": 0.2, "delay": 0}).content == b"*****"


def test_a_delayed_answer_arrives(ask):
    assert ask("get", "/delay/0.2").json()["url"]


@pytest.mark.parametrize(
    "given, part", [("bytes=0-9", slice(0, 10)), ("bytes=10-", slice(10, None)), ("bytes=-5", slice(-5, None))]
)
def test_ranges_arrive(ask, given, part):
    whole = ask("get", "/range/100").content
    assert ask("get", "/range/100", status=206, headers={"Range": given}).content == whole[part]


# Following, remembering, proving


@pytest.mark.parametrize("path", ["/redirect/3", "/relative-redirect/3", "/absolute-redirect/3"])
def test_redirects_are_followed(ask, path):
    assert len(ask("get", path).history) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_of_a_post_do_as_their_status_says(ask, status):
    path = f"/redirect-to?url=/anything&status_code={status}"
    method = ask("post", path, data={"a": "1"}).json()["method"]
    assert method == ("POST" if status in (307, 308) else "GET")


def test_cookies_are_kept(ask, session):
    ask("get", "/cookies/set?first=1&second=2")
    assert ask("get", "/cookies").json()["cookies"] == {"first": "1", "second": "2"}
    ask("get", "/cookies/delete?first=")
    assert session.cookies.get_dict() == {"second": "2"}


def test_basic_authentication(ask):
    ask("get", "/basic-auth/user/secret", auth=HTTPBasicAuth("user", "secret"))
    ask("get", "/basic-auth/user/secret", status=401, auth=HTTPBasicAuth("user", "wrong"))


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest_authentication(ask, algorithm):
    ask("get", f"/digest-auth/auth/user/secret/{algorithm}", auth=HTTPDigestAuth("user", "secret"))


def test_bearer_authentication(ask):
    assert ask("get", "/bearer", headers={"Authorization": "Bearer token"}).json()["token"] == "token"


def test_etags_are_compared(ask):
    ask("get", "/etag/x", status=304, headers={"If-None-Match": "x"})
    ask("get", "/etag/x", status=412, headers={"If-Match": "y"})


def test_caches_are_answered(ask):
    ask("get", "/cache", status=304, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"})
    assert ask("get", "/cache/60").headers["Cache-Control"] == "public, max-age=60"


def test_gzipped_uploads_arrive_as_sent(ask):
    answer = ask("post", "/post", data=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}).json()
    assert answer["data"]


# Another client, and many requests


def test_one_connection_serves_a_session(base, session):
    adapter = session.get_adapter(base)
    for number in range(20):
        assert session.get(f"{base}/get?n={number}", timeout=TIMEOUT).json()["args"] == {"n": str(number)}
    (pool,) = adapter.poolmanager.pools._container.values()
    assert pool.num_connections == 1


def test_httpx_agrees(base):
    with httpx.Client(base_url=base, timeout=TIMEOUT) as client:
        assert client.get("/get", params={"a": "ä"}).json()["args"] == {"a": "ä"}
        assert client.post("/post", files={"f": b"x" * 100_000}).json()["files"]["f"] == "x" * 100_000
        assert client.post("/post", content=iter([b"a", b"b"])).json()["data"] == "ab"
        with client.stream("GET", "/stream/5") as response:
            assert len(list(response.iter_lines())) == 5
