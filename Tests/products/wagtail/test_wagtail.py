"""Wagtail's starter project as `wagtail start` leaves it: an editor logs in, uploads an image, publishes a page."""

import json
import shutil
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from client import Client, File
from editor import Editor
from plait_process import environment

BIN = Path(sys.executable).parent
USER, PASSWORD = "ada", "a long secret of hers"


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    """The project with its database, and one user in that; made once, since it takes a while."""
    directory = tmp_path_factory.mktemp("starter")

    def run(*words, **variables):
        subprocess.run(words, cwd=directory, env=environment(**variables), check=True, capture_output=True, timeout=300)

    run(BIN / "wagtail", "start", "mysite", directory)
    run(sys.executable, "manage.py", "migrate")
    words = ["createsuperuser", "--noinput", "--username", USER, "--email", "ada@example.com"]
    run(sys.executable, "manage.py", *words, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    return directory


@pytest.fixture
def site(starter, publish, tmp_path):
    return publish("mysite.wsgi", app_dir=shutil.copytree(starter, tmp_path / "site"))


@pytest.fixture
def editor(site):
    editor = Editor(site)
    logged_in = editor.submit("/admin/login/", {"username": USER, "password": PASSWORD})
    assert (logged_in.status, logged_in.headers["Location"]) == (302, "/admin/")
    return editor


def listed(editor, kind, query=""):
    """What the administration's own interface knows: `images`, or `pages` of `?slug=home`."""
    answer = editor.ask("GET", f"/admin/api/main/{kind}/{query}")
    assert answer.status == 200, answer
    return json.loads(answer.body)["items"]


def png(width, height):
    """A grey picture that does not compress to nothing, so that its body is a large one."""
    rows = b"".join(b"\0" + bytes((x * x + y * 7919) % 251 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [b"IHDR" + head, b"IDAT" + zlib.compress(rows, 0), b"IEND"]
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_the_administration_asks_strangers_to_log_in(site):
    stranger = Editor(site)
    refused = stranger.ask("GET", "/admin/")
    assert (refused.status, refused.headers["Location"]) == (302, "/admin/login/?next=/admin/")
    assert stranger.submit("/admin/login/", {"username": USER, "password": "a guess"}).status == 200
    assert stranger.ask("GET", "/admin/").status == 302


def test_a_form_without_its_token_is_refused(editor):
    assert editor.send_form("/admin/images/add/", {"title": "forged"}).status == 403


def test_an_uploaded_image_is_kept_byte_by_byte_and_scaled(editor):
    picture = png(1200, 800)
    added = editor.submit("/admin/images/add/", {"title": "Köln", "file": File("köln.png", "image/png", picture)})
    assert added.status == 302, added.text

    assert "Köln" in editor.ask("GET", "/admin/images/").text
    (image,) = listed(editor, "images")
    served = editor.ask("GET", image["meta"]["download_url"])
    assert (served.status, served.headers["Content-Type"]) == (200, "image/png") and served.body == picture
    thumbnail = editor.ask("GET", image["thumbnail"]["url"])
    assert thumbnail.status == 200 and 0 < len(thumbnail.body) < len(picture)


def test_a_page_is_seen_once_it_is_published(editor):
    (home,) = listed(editor, "pages", "?slug=home")
    adding = f"/admin/pages/add/home/homepage/{home['id']}/"
    draft = editor.submit(adding, {"title": "Pressemeldung – früh", "slug": "press"})
    assert draft.status == 302, draft.text
    visitor = Client(editor.url)
    assert visitor.ask("GET", "/press/").status == 404

    published = editor.submit(draft.headers["Location"], {"slug": "press", "action-publish": "action-publish"})
    assert published.status == 302, published.text
    page = visitor.ask("GET", "/press/")
    assert page.status == 200 and "Pressemeldung – früh" in page.text

    with ThreadPoolExecutor(16) as visitors:
        answers = list(visitors.map(lambda _: Client(editor.url).ask("GET", "/press/"), range(64)))
    assert {(answer.status, answer.body) for answer in answers} == {(200, page.body)}
