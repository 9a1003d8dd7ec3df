# class: network
# technique: asyncio connects to a Unix socket of another program
# success: hit unix
import asyncio
async def f():
    r, w = await asyncio.open_unix_connection('@@UNIX@@'); w.write(b'x'); await w.drain()
asyncio.run(f())
