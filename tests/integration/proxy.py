"""TCP between nodes made bad on purpose: a proxy for each direction in which one node dials another."""

import asyncio
import random
import threading
from collections import deque

CHUNK = 16 * 1024
READ_AHEAD = 64  # chunks under way in one direction before no more is read


class Faults:
    """What befalls the bytes of one link, from now on. All zero: nothing."""

    def __init__(self):
        self.delay_s = (0.0, 0.0)  # of each chunk, drawn between the two; their order stays
        self.to_dialled_hangs = False  # taken from neither side, as if a cable had one wire left
        self.to_dialler_hangs = False
        self.trickle_s = 0.0  # pause after every single byte
        self.refuse = False  # a connection is accepted and then never served


class Pump:
    """One direction of one connection."""

    def __init__(self, link, reader, writer, hangs):
        self.link = link
        self.reader = reader
        self.writer = writer
        self.hangs = hangs
        self.queue = deque()
        self.changed = asyncio.Event()
        self.last_due = 0.0

    async def take(self):
        loop = asyncio.get_running_loop()
        while True:
            while self.hangs() or len(self.queue) >= READ_AHEAD:
                await asyncio.sleep(0.02)
            data = await self.reader.read(CHUNK)
            self.last_due = max(self.last_due, loop.time() + self.link.generator.uniform(*self.link.faults.delay_s))
            self.queue.append((self.last_due, data))
            self.changed.set()
            if not data:
                return

    async def give(self):
        loop = asyncio.get_running_loop()
        while True:
            while not self.queue:
                self.changed.clear()
                await self.changed.wait()
            due, data = self.queue.popleft()
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            while self.hangs():
                await asyncio.sleep(0.02)
            if not data:
                raise ConnectionResetError("one side has ended the connection")
            await self.write(data)
            self.link.bytes += len(data)

    async def write(self, data):
        for at in range(len(data)):
            if not self.link.faults.trickle_s:
                self.writer.write(data[at:])
                break
            self.writer.write(data[at:at + 1])
            self.link.trickled += 1
            await asyncio.sleep(self.link.faults.trickle_s)
        await self.writer.drain()


class Connection:
    def __init__(self, link, dialler, dialled):
        self.link = link
        self.writers = {"dialler": dialler[1], "dialled": dialled[1]}
        faults = link.faults
        self.pumps = [Pump(link, dialler[0], dialled[1], lambda: faults.to_dialled_hangs or self.half_open),
                      Pump(link, dialled[0], dialler[1], lambda: faults.to_dialler_hangs or self.half_open)]
        self.half_open = False

    async def run(self):
        tasks = [asyncio.ensure_future(step()) for pump in self.pumps for step in (pump.take, pump.give)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.cut()

    def cut(self, *sides):
        """At once, with all that is under way; the side that is not named hears nothing of it."""
        for side in sides or self.writers:
            self.writers[side].transport.abort()


class Link:
    """From one node that dials to one that is dialled."""

    def __init__(self, port, target, seed):
        self.port = port
        self.target = target
        self.faults = Faults()
        self.generator = random.Random(seed)
        self.connections = []
        self.accepted = self.bytes = self.trickled = 0

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, reuse_address=True)

    async def serve(self, reader, writer):
        try:
            await self.carry(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()

    async def carry(self, reader, writer):
        self.accepted += 1
        if self.faults.refuse:
            while self.faults.refuse:
                await asyncio.sleep(0.05)
            writer.transport.abort()
            return
        try:
            dialled = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection(self, (reader, writer), dialled)
        self.connections.append(connection)
        try:
            await connection.run()
        finally:
            self.connections.remove(connection)


class Proxies:
    """All links of a network in a thread of their own; the nodes' files are changed to dial them."""

    def __init__(self, net, first_port):
        self.links = {}
        for k in range(net.count):
            text = net.config(k).read_text()
            for other in range(net.count):
                if other == k:
                    continue
                port, target = first_port + len(self.links), net.base_port + 2 * other
                text = text.replace(f'address = "127.0.0.1:{target}"', f'address = "127.0.0.1:{port}"')
                self.links[k, other] = Link(port, target, len(self.links))
            net.config(k).write_text(text)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        for link in self.links.values():
            self.do(link.start)

    def do(self, step):
        """Runs a coroutine function in the proxies' thread, where alone links may be touched."""
        return asyncio.run_coroutine_threadsafe(step(), self.loop).result(timeout=30)

    def of(self, *nodes):
        """The links that have one of these nodes at either end."""
        return [link for ends, link in self.links.items() if set(ends) & set(nodes)]

    def total(self, what):
        return sum(getattr(link, what) for link in self.links.values())

    def cut(self, links, *sides):
        async def step():
            cut = [connection for link in links for connection in link.connections if not connection.half_open]
            for connection in cut:
                connection.half_open = bool(sides)
                connection.cut(*sides)
            return len(cut)
        return self.do(step)

    def half_open(self):
        async def step():
            return sum(connection.half_open for link in self.links.values() for connection in link.connections)
        return self.do(step)

    def heal(self):
        """Links as good as new; connections of which one side alone knows end now."""
        async def step():
            for link in self.links.values():
                link.faults.__dict__.update(Faults().__dict__)
                for connection in list(link.connections):
                    if connection.half_open:
                        connection.half_open = False
                        connection.cut()
        self.do(step)

    def close(self):
        async def step():
            for link in self.links.values():
                link.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.do(step)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
