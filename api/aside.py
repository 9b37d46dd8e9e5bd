"""Long work beside the event loop, so that nobody else waits for it.

Reading a large record takes a second and more. It is done in one thread of its own, one record after the other: other requests are answered
meanwhile, and many large records at once take no more of the processor than one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LARGE = 256 * 1024  # bytes of a body; a smaller one is read within milliseconds, where the request is
Made = TypeVar("Made")
_thread = ThreadPoolExecutor(1, thread_name_prefix="records")


async def aside(size: int, work: Callable[[], Made]) -> Made:
    """What `work` makes of a body of that size; raises what it raises."""
    if size < LARGE:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_thread, work)
