import asyncio
from collections.abc import Callable, Sequence

import pytest

from gateway.mqtt.delivery import Delivery, WrongAnswer
from gateway.mqtt.ports import Publish

from .memory_sink import MemorySink


class Pipe(asyncio.Transport):
    """A transport that only knows whether it reads and whether it is about to close."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = True
        self.is_broken = False

    def is_closing(self) -> bool:
        return self.is_broken

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True


class Peer:
    """Takes the peer of a delivery; refusals of QoS 2 end their exchange, as in MQTT 5."""

    client = "dev"

    def __init__(self) -> None:
        self.is_closed = False
        self.sent: list[tuple[list[int | None], list[int]]] = []
        self.completed: list[tuple[list[int], list[int]]] = []
        self.flushes = 0

    def refused_ids(self, publishes: Sequence[Publish], codes: Sequence[int]) -> list[int]:
        return [
            publish.packet_id
            for publish, code in zip(publishes, codes, strict=True)
            if publish.qos == 2 and code >= 0x80 and publish.packet_id
        ]

    def answer(self, publishes: Sequence[Publish], codes: Sequence[int]) -> None:
        self.sent.append(([publish.packet_id for publish in publishes], list(codes)))

    def answer_releases(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        self.completed.append((list(packet_ids), list(codes)))

    def flush(self) -> None:
        self.flushes += 1


def delivery_to(sink: MemorySink, peer: Peer, pipe: Pipe | None = None) -> Delivery:
    return Delivery(pipe or Pipe(), sink, peer, peer.flush)


def publish(packet_id: int | None, qos: int = 1) -> Publish:
    qos = 0 if packet_id is None else qos
    return Publish("dev", "a", b"", packet_id, qos, dup=False, retain=False, received_at=0)


def test_delivery_answers_a_batch_once_it_is_durable() -> None:
    sink, peer = MemorySink(is_prompt=False), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1), publish(None), publish(2)])
    assert peer.sent == []
    sink.answer_all()
    assert peer.sent == [([1, None, 2], [0, 0, 0])]
    assert peer.flushes == 1


def test_delivery_keeps_the_order_of_messages_when_the_sink_does_not() -> None:
    sink, peer = MemorySink(is_prompt=False), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1)])
    delivery.submit([publish(2)])
    sink.open_answers.pop()()
    assert peer.sent == []
    sink.answer_all()
    assert peer.sent == [([1], [0]), ([2], [0])]


def test_delivery_stops_reading_while_the_sink_is_full() -> None:
    sink, pipe = MemorySink(), Pipe()
    delivery = delivery_to(sink, Peer(), pipe)
    sink.is_full = True
    delivery.submit([publish(1)])
    assert not pipe.is_read
    delivery.pause("another reason")
    sink.make_room()
    assert not pipe.is_read
    delivery.resume("another reason")
    assert pipe.is_read


def test_delivery_drops_answers_after_its_connection_is_gone() -> None:
    sink, peer = MemorySink(is_prompt=False), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1)])
    delivery.close()
    sink.answer_all()
    assert peer.sent == []


def test_delivery_tells_which_messages_nobody_will_hear_answered() -> None:
    sink, peer = MemorySink(is_prompt=False), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1)])
    sink.answer_all()
    delivery.submit([publish(2), publish(None)])
    delivery.submit([publish(3)])
    delivery.release([9])
    sink.open_answers.pop(1)()  # 3 waits for 2, which comes before it
    assert sink.unheard_ids == []
    delivery.close()
    delivery.close()
    # At once: they may be sent again before they are durable.
    assert sink.unheard_ids == [2, None, 3]
    sink.answer_all()
    assert sink.unheard_ids == [2, None, 3]
    assert peer.sent == [([1], [0])]


def test_delivery_tells_of_messages_that_are_read_after_the_end_of_the_connection() -> None:
    sink = MemorySink(is_prompt=False)
    delivery = delivery_to(sink, Peer())
    delivery.close()
    delivery.submit([publish(1)])
    assert (len(sink.batches), sink.unheard_ids) == (1, [1])


async def test_delivery_that_is_closed_is_idle_whatever_is_read_afterwards() -> None:
    delivery = delivery_to(MemorySink(is_prompt=False), Peer())
    delivery.close()
    delivery.submit([publish(1)])
    async with asyncio.timeout(1):
        await delivery.wait_idle()


@pytest.mark.parametrize("is_said_goodbye", [False, True])
def test_delivery_sends_no_answer_to_a_connection_about_to_close(*, is_said_goodbye: bool) -> None:
    sink, peer, pipe = MemorySink(is_prompt=False), Peer(), Pipe()
    delivery = delivery_to(sink, peer, pipe)
    delivery.submit([publish(1)])
    peer.is_closed, pipe.is_broken = is_said_goodbye, not is_said_goodbye
    sink.answer_all()
    delivery.close()
    assert peer.sent == []
    assert sink.unheard_ids == [1]


def test_delivery_tells_of_messages_whose_answer_broke_the_connection() -> None:
    sink, peer, pipe = MemorySink(is_prompt=False), Peer(), Pipe()

    def flush() -> None:
        pipe.is_broken = True

    delivery = Delivery(pipe, sink, peer, flush)
    delivery.submit([publish(1)])
    delivery.submit([publish(2)])
    sink.open_answers.pop(0)()
    assert sink.unheard_ids == [1]
    delivery.close()
    assert sink.unheard_ids == [1, 2]


def test_delivery_tells_of_refused_messages_whose_packet_ids_are_being_closed() -> None:
    sink, peer = MemorySink(is_prompt=False, code=0x99), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1), publish(7, qos=2)])
    sink.answer_all()
    delivery.close()
    sink.answer_all()
    assert sink.unheard_ids == [1, 7]
    assert peer.sent == []


async def test_delivery_is_idle_when_every_batch_is_answered() -> None:
    sink = MemorySink(is_prompt=False)
    delivery = delivery_to(sink, Peer())
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
    delivery = delivery_to(WrongSink(), Peer())
    with pytest.raises(WrongAnswer):
        delivery.submit([publish(1)])


def test_delivery_completes_a_release_once_it_is_durable() -> None:
    sink, peer = MemorySink(is_prompt=False), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1, qos=2)])
    delivery.release([1, 2])
    assert peer.completed == []
    sink.answer_all()
    assert peer.sent == [([1], [0])]
    assert peer.completed == [([1, 2], [0, 0x92])]


def test_delivery_closes_the_packet_id_of_a_refused_message_before_it_is_answered() -> None:
    sink, peer = MemorySink(is_prompt=False, code=0x99), Peer()
    delivery = delivery_to(sink, peer)
    delivery.submit([publish(1), publish(7, qos=2)])
    sink.answer_all()
    assert sink.released == [("dev", 7)]
    assert peer.sent == []
    sink.answer_all()
    assert peer.sent == [([1, 7], [0x99, 0x99])]
