"""devpi-server by a factory of our own, `devpi_wsgi.py`: packages are uploaded as twine does, and installed by pip.

Two workers need what devpi asks for where several processes serve one directory: a secret in a file, or a token from
one is none to the other, and one of them alone with the thread for events.
"""

import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from client import Client, File
from plait_process import environment

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
USER, PASSWORD = "ada", "a secret"
INDEX = "/ada/dev/"
#: devpi derives a key from its secret as it starts, at a price of 512 MiB and ten seconds unless told otherwise.
CHEAP_KEY = {"DEVPISERVER_ARGON2_MEMORY_COST": "1024", "DEVPISERVER_ARGON2_TIME_COST": "1"}

SOURCE = "GREETING = 'Grüße'\n"


@pytest.fixture
def address(publish, tmp_path):
    directory, secret = tmp_path / "server", tmp_path / "secret"
    run(BIN / "devpi-init", "--serverdir", directory, "--no-root-pypi")
    run(BIN / "devpi-gen-secret", "--secretfile", secret)
    variables = {"DEVPISERVER_SERVERDIR": str(directory), "DEVPISERVER_SECRETFILE": str(secret)}
    return publish("devpi_wsgi:make()", app_dir=HERE, **variables, **CHEAP_KEY)


@pytest.fixture
def ada(address):
    """A client that is logged in and has made its index."""
    client = Client(address)
    assert send(client, "PUT", "/ada", {"password": PASSWORD}).status == 201
    ada = logged_in(address)
    made = send(ada, "PUT", "/ada/dev", {"type": "stage", "bases": [], "volatile": False})
    assert made.status == 200, made
    return ada


def logged_in(address):
    answer = send(Client(address), "POST", "/+login", {"user": USER, "password": PASSWORD})
    assert answer.status == 200, answer
    return Client(address, (USER, json.loads(answer.body)["result"]["password"]))


def send(client, method, path, content):
    return client.ask(method, path, json.dumps(content).encode(), content_type="application/json")


def run(*words, **keywords):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, **{"env": environment(), **keywords})
    assert done.returncode == 0, done.stdout + done.stderr


def wheel(directory, name, padding=0):
    """One module that says something, and as many bytes of data as wanted beside it."""
    file = directory / f"{name}-1.0-py3-none-any.whl"
    contents = {
        f"{name}.py": SOURCE,
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{name}_data.bin": os.urandom(padding),
    }
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
        record = f"{name}-1.0.dist-info/RECORD"
        archive.writestr(record, "".join(f"{path},,\n" for path in [*contents, record]))
    return file


def upload(client, file):
    name = file.name.split("-")[0]
    content = file.read_bytes()
    fields = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.1",
        "name": name,
        "version": "1.0",
        "filetype": "bdist_wheel",
        "pyversion": "py3",
        "sha256_digest": sha256(content).hexdigest(),
        "content": File(file.name, "application/octet-stream", content),
    }
    return client.send_form(INDEX, fields)


def install(address, name, target):
    """By pip, from this index alone."""
    words = ["--quiet", "--disable-pip-version-check", "--no-cache-dir", "--target", target]
    variables = {key: value for key, value in environment().items() if not key.startswith("PIP_")}
    variables["PIP_CONFIG_FILE"] = os.devnull
    command = [sys.executable, "-m", "pip", "install", *words, "--index-url", f"{address}{INDEX}+simple/", name]
    run(*command, env=variables)


def projects(client):
    """What the index lists, by the JSON form of PEP 691."""
    answer = client.ask("GET", f"{INDEX}+simple/", accept="application/vnd.pypi.simple.v1+json")
    assert answer.status == 200, answer
    return {project["name"] for project in json.loads(answer.body)["projects"]}


def test_a_package_is_uploaded_and_pip_installs_it(ada, tmp_path):
    file = wheel(tmp_path, "parcel", padding=3_000_000)
    answer = upload(ada, file)
    assert answer.status == 200, answer
    assert projects(ada) == {"parcel"}

    install(ada.url, "parcel", tmp_path / "target")
    assert (tmp_path / "target/parcel.py").read_text() == SOURCE
    with zipfile.ZipFile(file) as archive:
        assert (tmp_path / "target/parcel_data.bin").read_bytes() == archive.read("parcel_data.bin")


def test_strangers_may_not_upload(ada, tmp_path):
    file = wheel(tmp_path, "parcel")
    assert upload(Client(ada.url), file).status == 401
    assert projects(ada) == set()


def test_a_released_file_is_not_replaced(ada, tmp_path):
    assert upload(ada, wheel(tmp_path, "parcel")).status == 200
    assert upload(ada, wheel(tmp_path, "parcel", padding=1)).status == 409


def test_eight_clients_at_once_upload_what_all_see(ada, tmp_path):
    files = [wheel(tmp_path, f"parcel{number}", padding=100_000) for number in range(8)]
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda file: upload(logged_in(ada.url), file), files))
    assert [answer.status for answer in answers] == [200] * 8, answers
    # Each of sixteen answers, by whichever worker.
    with ThreadPoolExecutor(8) as clients:
        seen = list(clients.map(lambda _: projects(Client(ada.url)), range(16)))
    assert seen == [{f"parcel{number}" for number in range(8)}] * 16
