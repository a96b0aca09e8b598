"""Radicale by its own WSGI entry point, `radicale:application`: one calendar's program, and many at once."""

from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from client import Client

USER = ("ada", "a secret")
CALENDAR = "/ada/appointments/"
MEETING = CALENDAR + "meeting.ics"

CONFIGURATION = """
[auth]
type = htpasswd
htpasswd_filename = {directory}/users
htpasswd_encryption = plain

[storage]
filesystem_folder = {directory}/collections
"""

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//test//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20300101T000000Z
DTSTART:20300105T090000Z
DTEND:20300105T100000Z
SUMMARY:{summary}
END:VEVENT
END:VCALENDAR
"""

MKCALENDAR = """<?xml version="1.0"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:set><D:prop><D:displayname>Gespräche</D:displayname></D:prop></D:set>
</C:mkcalendar>"""

PROPFIND = """<?xml version="1.0"?>
<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/><D:getetag/></D:prop></D:propfind>"""

REPORT = """<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><D:getetag/><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:time-range start="{day}T000000Z" end="{day}T235959Z"/>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""


@pytest.fixture
def address(publish, tmp_path):
    (tmp_path / "users").write_text(":".join(USER))
    configuration = tmp_path / "radicale.conf"
    configuration.write_text(CONFIGURATION.format(directory=tmp_path))
    return publish("radicale:application", app_dir=tmp_path, RADICALE_CONFIG=str(configuration))


@pytest.fixture
def ada(address):
    """A client that has made its calendar."""
    client = Client(address, USER)
    made = client.ask("MKCALENDAR", CALENDAR, MKCALENDAR.encode(), content_type="application/xml")
    assert made.status == 201, made
    return client


def put(client, path, uid, summary, **headers):
    body = EVENT.format(uid=uid, summary=summary).replace("\n", "\r\n").encode()
    return client.ask("PUT", path, body, content_type="text/calendar; charset=utf-8", **headers)


def found(answer):
    """Path → all text of its properties, of a 207 (RFC 4918 §13)."""
    assert answer.status == 207, answer
    responses = ElementTree.fromstring(answer.body).findall("{DAV:}response")
    return {one.findtext("{DAV:}href"): "".join(one.itertext()) for one in responses}


def report(client, day):
    """RFC 4791 §7.8: the events of a day."""
    return found(client.ask("REPORT", CALENDAR, REPORT.format(day=day).encode(), depth="1"))


def test_without_a_password_there_is_nothing_to_see(address):
    refused = Client(address).ask("PROPFIND", "/ada/", PROPFIND.encode(), depth="0")
    assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Basic")


def test_a_session_of_a_calendar_program(ada):
    stored = put(ada, MEETING, "meeting", "Besprechung – früh", if_none_match="*")
    assert stored.status == 201
    assert put(ada, MEETING, "meeting", "another", if_none_match="*").status == 412

    properties = found(ada.ask("PROPFIND", CALENDAR, PROPFIND.encode(), depth="1"))
    assert properties.keys() == {CALENDAR, MEETING}
    assert "Gespräche" in properties[CALENDAR] and stored.headers["ETag"] in properties[MEETING]

    assert "Besprechung – früh" in report(ada, "20300105")[MEETING]
    assert report(ada, "20300106") == {}

    event = ada.ask("GET", MEETING)
    assert (event.status, event.headers["ETag"]) == (200, stored.headers["ETag"])
    assert event.headers["Content-Type"].startswith("text/calendar") and "Besprechung – früh" in event.text

    assert ada.ask("DELETE", MEETING).status == 200
    assert ada.ask("GET", MEETING).status == 404
    assert found(ada.ask("PROPFIND", CALENDAR, PROPFIND.encode(), depth="1")).keys() == {CALENDAR}


def test_sixteen_clients_at_once_store_what_all_see(ada):
    def store(number):
        client = Client(ada.url, USER)
        return [put(client, f"{CALENDAR}{number}-{n}.ics", f"{number}-{n}", f"of {number}").status for n in range(5)]

    with ThreadPoolExecutor(16) as clients:
        statuses = list(clients.map(store, range(16)))
    assert statuses == [[201] * 5] * 16
    assert len(report(ada, "20300105")) == 80
