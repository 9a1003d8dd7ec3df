# class: network
# technique: asyncio datagram endpoint
# success: hit udp
import asyncio
async def f():
    t, _ = await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=('127.0.0.1', @@UDP@@))
    t.sendto(b'x'); await asyncio.sleep(0.1)
asyncio.run(f())
