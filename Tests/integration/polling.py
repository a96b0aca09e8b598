"""Waiting for what another process does: poll with a deadline, never sleep a guessed time."""

import select
import time

PATIENCE = 20.0


def until(condition, what, deadline=PATIENCE, every=0.01):
    """The first true value of `condition()`; fails, naming `what`, when none came within `deadline` seconds."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline} s: {what}")
        select.select([], [], [], every)
