import asyncio
import json

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from gateway.web.live import Broadcast, StreamEnded

PATH = "/api/v1/events"
DEADLINE_S = 5.0


async def message(answer: ClientResponse) -> str:
    async with asyncio.timeout(DEADLINE_S):
        return (await answer.content.readuntil(b"\n\n")).decode()


async def test_every_reader_gets_every_change_in_order() -> None:
    broadcast = Broadcast()
    first, second = broadcast.subscribe(), broadcast.subscribe()
    broadcast.publish({"kind": "version", "asset": "a"})
    broadcast.publish({"kind": "version", "asset": "b"})
    for stream in (first, second):
        assert [(await stream.next())["asset"] for _ in range(2)] == ["a", "b"]


async def test_changes_are_numbered_upwards() -> None:
    broadcast = Broadcast()
    stream = broadcast.subscribe()
    for _ in range(3):
        broadcast.publish({"kind": "version"})
    assert [(await stream.next())["id"] for _ in range(3)] == [1, 2, 3]


async def test_reader_that_falls_behind_is_dropped_and_others_are_not() -> None:
    broadcast = Broadcast(backlog=2)
    slow, quick = broadcast.subscribe(), broadcast.subscribe()
    for number in range(5):
        broadcast.publish({"number": number})
        assert (await quick.next())["number"] == number
    assert [(await slow.next())["number"] for _ in range(2)] == [0, 1]
    with pytest.raises(StreamEnded, match="2 changes waited"):
        await asyncio.wait_for(slow.next(), DEADLINE_S)


async def test_closed_stream_ends_and_stays_ended() -> None:
    stream = Broadcast().subscribe()
    stream.close()
    stream.close()
    for _ in range(2):
        with pytest.raises(StreamEnded):
            await stream.next()


async def test_change_arrives_as_an_event_with_its_id(client: TestClient, live: Broadcast) -> None:
    async with client.get(PATH) as answer:
        assert answer.content_type == "text/event-stream"
        assert (await message(answer)).startswith("retry: ")
        live.publish({"kind": "excursion", "asset": "SGTIN-4711\n\nevent: forged"})
        text = await message(answer)
        while text.startswith(":"):
            text = await message(answer)
        number, event, data = text.rstrip("\n").split("\n")
        assert (number, event) == ("id: 1", "event: change")
        assert json.loads(data.removeprefix("data: "))["asset"] == "SGTIN-4711\n\nevent: forged"


async def test_silence_is_filled_with_heartbeats(client: TestClient) -> None:
    async with client.get(PATH) as answer:
        await message(answer)
        assert await message(answer) == ": still here\n\n"
        assert await message(answer) == ": still here\n\n"


async def test_reader_that_comes_back_is_told_to_read_again(client: TestClient) -> None:
    async with client.get(PATH, headers={"Last-Event-ID": "17"}) as answer:
        assert "connected" in await message(answer)
        assert await message(answer) == "event: reset\ndata: {}\n\n"


async def test_readers_are_limited_and_a_place_is_given_back(client: TestClient) -> None:
    async with client.get(PATH) as answer:
        await message(answer)
        refused = await client.get(PATH)
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "30"
    async with asyncio.timeout(DEADLINE_S):
        while True:
            async with client.get(PATH) as again:
                if again.status == 200:
                    break


async def test_service_stops_at_once_although_a_reader_listens(client: TestClient) -> None:
    async with client.get(PATH) as answer:
        await message(answer)
        async with asyncio.timeout(DEADLINE_S):
            await client.server.close()
