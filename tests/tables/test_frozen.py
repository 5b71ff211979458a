"""Nothing is understood otherwise than when `reference/frozen.json` was written."""

from __future__ import annotations

import pytest
from frozen import differences, stored, understood

FROZEN = stored()


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    return understood(tmp_path_factory.mktemp("frozen"))


@pytest.mark.parametrize("name", FROZEN)
def test_a_table_is_understood_as_before(name, now):
    assert differences(FROZEN[name], now[name]) == []
    assert FROZEN[name] == now[name]


def test_every_table_is_frozen(now):
    assert now.keys() == FROZEN.keys()
