"""The recipe of docs/guide/prometheus.md: counts of all workers together, also of those that were killed."""

import os
import re
import signal

import pytest

from pages import write_files
from plait_process import environment
from polling import until

pytest.importorskip("prometheus_client")

WORKERS = 2


@pytest.fixture
def shop(serve, tmp_path):
    write_files("docs/guide/prometheus.md", tmp_path)
    files = tmp_path / "multiproc"
    files.mkdir()
    variables = environment(PROMETHEUS_MULTIPROC_DIR=str(files))
    plait = serve("shop:app", "--workers", WORKERS, app_dir=tmp_path, popen={"env": variables})
    plait.files = files
    return plait


def visits(connect, plait):
    return float(re.search(r"^visits_total (\S+)$", connect(plait).get("/metrics").text, re.M)[1])


def replaced(plait, victim):
    others = set(plait.workers) - {victim}
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(set(plait.workers) - others - {victim}) == 1, "a successor")


def test_the_sum_survives_workers_that_are_killed_and_no_file_is_left_over(shop, connect):
    for rounds in range(1, 5):
        for _ in range(25):
            assert connect(shop).get("/").status == 200
        assert visits(connect, shop) == rounds * 25
        replaced(shop, shop.workers[0])
    assert len(list(shop.files.glob("counter_*.db"))) <= WORKERS
