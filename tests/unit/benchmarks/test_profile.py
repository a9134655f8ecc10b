from benchmarks.profile import shares

STACKS = [
    "thread (1);submit (gateway/intake/sink.py:5);decode (gateway/codecs/a.py:7) 6",
    "thread (1);submit (gateway/intake/sink.py:9);sqrt (built-in) 3",
    "thread (2);_worker (concurrent/futures/thread.py:81) 50",
    "thread (3);_watch_parent (gateway/bootstrap/running.py:48) 50",
    "thread (1);select (selectors.py:468) 1",
]


def test_sample_belongs_to_the_innermost_of_our_modules_and_idleness_to_none() -> None:
    assert shares(STACKS) == {
        "gateway/codecs/a.py": 0.6,
        "gateway/intake/sink.py": 0.3,
        "elsewhere": 0.1,
    }
