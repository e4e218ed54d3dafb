"""The cache budget: bytes are counted, the least recently used goes first, whoever owns it."""

from __future__ import annotations

import threading

from banner_engine.cache import ByteBudget, Cache


def test_the_least_recently_used_entry_goes_first() -> None:
    budget = ByteBudget(30)
    cache: Cache[bytes] = Cache(budget, "a", len)
    for name in "abc":
        cache.get(name, lambda: bytes(10))
    cache.get("a", lambda: bytes(10))
    cache.get("d", lambda: bytes(10))
    made: list[str] = []
    for name in "acdb":
        cache.get(name, lambda name=name: made.append(name) or bytes(10))  # type: ignore[misc]
    assert made == ["b"]


def test_caches_share_one_budget() -> None:
    budget = ByteBudget(100)
    small: Cache[bytes] = Cache(budget, "small", len)
    large: Cache[bytes] = Cache(budget, "large", len)
    small.get(1, lambda: bytes(40))
    large.get(1, lambda: bytes(80))
    assert budget.nbytes == 80
    assert small.stats.entries == 0
    assert small.stats.evictions == 1
    assert large.stats.nbytes == 80


def test_same_key_in_two_caches_are_two_entries() -> None:
    budget = ByteBudget(100)
    a: Cache[str] = Cache(budget, "a", len)
    b: Cache[str] = Cache(budget, "b", len)
    assert a.get("k", lambda: "one") == "one"
    assert b.get("k", lambda: "two") == "two"
    assert a.get("k", lambda: "three") == "one"


def test_hits_and_misses_are_counted() -> None:
    cache: Cache[bytes] = Cache(ByteBudget(100), "a", len)
    for _ in range(3):
        cache.get("k", lambda: b"v")
    assert (cache.stats.hits, cache.stats.misses, cache.stats.entries) == (2, 1, 1)


def test_a_value_larger_than_the_budget_is_returned_and_not_kept() -> None:
    budget = ByteBudget(10)
    cache: Cache[bytes] = Cache(budget, "a", len)
    cache.get("kept", lambda: bytes(5))
    assert cache.get("big", lambda: bytes(11)) == bytes(11)
    assert budget.nbytes == 5
    assert len(budget) == 1


def test_a_smaller_limit_drops_at_once() -> None:
    budget = ByteBudget(100)
    cache: Cache[bytes] = Cache(budget, "a", len)
    for number in range(10):
        cache.get(number, lambda: bytes(10))
    budget.resize(35)
    assert budget.nbytes == 30
    budget.clear()
    assert (budget.nbytes, cache.stats.entries, cache.stats.nbytes) == (0, 0, 0)


def test_threads_get_one_value_and_the_bytes_add_up() -> None:
    budget = ByteBudget(5_000)
    cache: Cache[bytes] = Cache(budget, "a", len)
    got: list[list[int]] = []

    def work() -> None:
        got.append([id(cache.get(n % 7, lambda: bytes(100))) for n in range(2_000)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(set(column)) == 1 for column in zip(*got, strict=True))
    assert budget.nbytes == 700
