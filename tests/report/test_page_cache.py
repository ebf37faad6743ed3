"""Compiled pages are kept, and nothing depends on it."""

import pytest
from jinja2 import DictLoader, Environment

from hoplon.report.page_cache import PageCache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("hoplon.report.page_cache.cache_folder", lambda name: tmp_path)
    return tmp_path


def page(text):
    return Environment(loader=DictLoader({"page": text}), bytecode_cache=PageCache()).get_template("page")


def test_a_page_is_kept_and_a_changed_one_made_anew(folder):
    assert page("{{ 1 + 1 }}").render() == "2"
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime_ns
    assert page("{{ 1 + 1 }}").render() == "2"
    assert kept.stat().st_mtime_ns == before
    assert page("{{ 1 + 2 }}").render() == "3"


def test_what_is_kept_may_be_broken(folder):
    page("{{ 1 + 1 }}")
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:30])
    assert page("{{ 1 + 1 }}").render() == "2"
    kept.write_bytes(b"")
    assert page("{{ 1 + 1 }}").render() == "2"


def test_a_page_that_cannot_be_kept_is_made_all_the_same(folder):
    folder.rmdir()
    assert page("{{ 1 + 1 }}").render() == "2"
