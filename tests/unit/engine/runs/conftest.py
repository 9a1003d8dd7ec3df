"""The stage that tests of runs play on."""

from tests.support.stage import make_stage

__all__ = ["make_stage"]
