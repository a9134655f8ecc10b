import asyncio
from collections.abc import Callable, Sequence

import pytest

from gateway.mqtt.delivery import Delivery, WrongAnswer
from gateway.mqtt.ports import Publish

from .memory_sink import MemorySink


class Pipe(asyncio.Transport):
    """A transport that only knows whether it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True


class Answers:
    def __init__(self) -> None:
        self.sent: list[tuple[list[int], list[int]]] = []

    def __call__(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        self.sent.append((list(packet_ids), list(codes)))


def publish(packet_id: int | None) -> Publish:
    qos = 0 if packet_id is None else 1
    return Publish("dev", "a", b"", packet_id, qos, dup=False, retain=False, received_at=0)


def test_delivery_answers_a_batch_once_it_is_durable() -> None:
    sink, answers = MemorySink(is_prompt=False), Answers()
    delivery = Delivery(Pipe(), sink, answers)
    delivery.submit([publish(1), publish(None), publish(2)])
    assert answers.sent == []
    sink.answer_all()
    assert answers.sent == [([1, 2], [0, 0])]


def test_delivery_leaves_qos_0_without_an_answer() -> None:
    sink, answers = MemorySink(), Answers()
    Delivery(Pipe(), sink, answers).submit([publish(None)])
    assert answers.sent == []


def test_delivery_keeps_the_order_of_messages_when_the_sink_does_not() -> None:
    sink, answers = MemorySink(is_prompt=False), Answers()
    delivery = Delivery(Pipe(), sink, answers)
    delivery.submit([publish(1)])
    delivery.submit([publish(2)])
    sink.open_answers.pop()()
    assert answers.sent == []
    sink.answer_all()
    assert answers.sent == [([1], [0]), ([2], [0])]


def test_delivery_stops_reading_while_the_sink_is_full() -> None:
    sink, pipe = MemorySink(), Pipe()
    delivery = Delivery(pipe, sink, Answers())
    sink.is_full = True
    delivery.submit([publish(1)])
    assert not pipe.is_read
    delivery.pause("another reason")
    sink.make_room()
    assert not pipe.is_read
    delivery.resume("another reason")
    assert pipe.is_read


def test_delivery_drops_answers_after_its_connection_is_gone() -> None:
    sink, answers = MemorySink(is_prompt=False), Answers()
    delivery = Delivery(Pipe(), sink, answers)
    delivery.submit([publish(1)])
    delivery.close()
    sink.answer_all()
    assert answers.sent == []


async def test_delivery_is_idle_when_every_batch_is_answered() -> None:
    sink = MemorySink(is_prompt=False)
    delivery = Delivery(Pipe(), sink, Answers())
    delivery.submit([publish(1)])
    idle = asyncio.create_task(delivery.wait_idle())
    await asyncio.sleep(0)
    assert not idle.done()
    sink.answer_all()
    await idle


class WrongSink(MemorySink):
    """Answers with one code too many."""

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        answered([0] * (len(publishes) + 1))


def test_delivery_refuses_an_answer_of_the_wrong_length() -> None:
    delivery = Delivery(Pipe(), WrongSink(), Answers())
    with pytest.raises(WrongAnswer):
        delivery.submit([publish(1)])
