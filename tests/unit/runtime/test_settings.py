"""Defaults come from AWS's numbers and this machine's size."""

from __future__ import annotations

from lambada_labs.runtime.settings import EngineSettings, environments_that_fit


def test_defaults():
    settings = EngineSettings()
    assert (settings.idle_expiry_s, settings.init_timeout_s, settings.account_concurrency) == (600, 10, 1000)
    assert settings.cold_starts_at_once >= 1
    assert 16 <= settings.max_environments <= 1000


def test_the_guard_never_forbids_a_small_class():
    assert environments_that_fit() >= 16
