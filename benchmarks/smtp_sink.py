"""A mail server that takes everything, as quickly as Python can: `python smtp_sink.py PORT [DELAY] [--no-pipelining]`; prints `up`.

Each answer comes DELAY seconds after what it answers; answers to commands that came together come together, as on a line that is as long. The process
prints how many messages it took when its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys

WORDS = {b"MAIL": b"250 sender\r\n", b"RCPT": b"250 recipient\r\n", b"DATA": b"354 go on\r\n", b"RSET": b"250 fine\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    taken = 0
    delay = 0.0
    hello = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.out, self.rest, self.text = transport, b"", False
        self.say(b"220 ready\r\n")

    def say(self, answer: bytes) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.out.write, answer)  # type: ignore[attr-defined]
        else:
            self.out.write(answer)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.rest += data
        answers = []
        while True:
            end = b"\r\n.\r\n" if self.text else b"\r\n"
            found, separator, rest = self.rest.partition(end)
            if not separator:
                break
            self.rest = rest
            if self.text:
                self.text = False
                Sink.taken += 1
                answers.append(b"250 taken\r\n")
                continue
            verb = found[:4].upper()
            self.text = verb == b"DATA"
            answers.append(self.hello if verb == b"EHLO" else WORDS.get(verb, b"250 fine\r\n"))
        if answers:
            self.say(b"".join(answers))


async def main() -> None:
    port, *rest = sys.argv[1:]
    Sink.delay = float(rest[0]) if rest and rest[0][0].isdigit() else 0.0
    if "--no-pipelining" in rest:
        Sink.hello = b"250 sink\r\n"
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", int(port))
    print("up", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
    print(Sink.taken, flush=True)


asyncio.run(main())
