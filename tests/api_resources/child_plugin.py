"""Loaded into the client's own test run: before each test it has the objects laid out anew, after it tells how it went.

Knows nothing but the standard library and pytest: it runs in the environment of the client.
"""

import json
import os
import urllib.request

import pytest

_CONTROL = os.environ.get("FIRESIDE_TEST_CONTROL", "")


def _tell(**what):
    request = urllib.request.Request(_CONTROL, json.dumps(what).encode(), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        answer.read()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    _tell(seed=item.nodeid)


def pytest_runtest_logreport(report):
    if report.when == "call" or not report.passed:
        _tell(test=report.nodeid, outcome=report.outcome, words=str(report.longrepr or "")[-1500:])
