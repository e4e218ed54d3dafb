"""`import banner_engine`: every name of the API is there, and costs nothing before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import banner_engine


@pytest.mark.parametrize("name", banner_engine.__all__)
def test_every_name_is_there(name: str) -> None:
    found = getattr(banner_engine, name)
    assert found.__name__ == name
    assert found.__module__.startswith("banner_engine.")
    assert found.__doc__
    assert name in dir(banner_engine)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'banner_engine' has no attribute 'rendr'"):
        banner_engine.rendr  # noqa: B018


def test_the_import_alone_loads_nothing() -> None:
    program = (
        "import sys, banner_engine; print({'numpy', 'PIL', 'sqlalchemy', 'pydantic'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_reports_have_a_module_of_their_own() -> None:
    from banner_engine.report import report

    assert callable(report)
    assert "report" not in banner_engine.__all__
