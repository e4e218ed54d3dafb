"""Schemathesis over the server's own OpenAPI: whatever a schema allows or forbids, nothing is a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from serving import Server

from banner_engine.serve.openapi import openapi

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")


@pytest.fixture(scope="module")
def api(server: Server) -> Any:
    found = schemathesis.openapi.from_url(f"{server.base}/openapi.json")
    found.config.update(base_url=server.base)
    return found


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, methods in openapi()["paths"].items() for method in methods]
)
def test_nothing_is_a_fault_of_the_server(api: Any, path: str, method: str) -> None:
    @given(case=api[path][method].as_strategy())
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def any_request(case: Any) -> None:
        answer = case.call()
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        if answer.status_code >= 400 and answer.headers.get("content-type") == "application/json":
            assert answer.json()["error"]["message"]

    any_request()
