"""Work behind an answer: it runs to its end, and its failure is heard of."""

import asyncio

from lambada_labs.cloud.local.background import Background


def test_work_goes_on_and_a_failure_is_in_the_log(caplog):
    done = []

    async def works():
        await asyncio.sleep(0)
        done.append("here")

    async def fails():
        raise ValueError("not today")

    async def both():
        background = Background("a job")
        background.begin(works())
        background.begin(fails())
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)

    asyncio.run(both())
    assert done == ["here"]
    assert "a job failed" in caplog.text
    assert "not today" in caplog.text
