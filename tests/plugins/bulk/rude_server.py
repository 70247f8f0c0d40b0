"""An SMTP server that answers as it's told, in a thread of its own.

`says` maps a stage (`greeting`, `EHLO`, `STARTTLS`, `MAIL`, `RCPT`, `DATA`, `text`, `RSET`), or a stage and a
recipient's local part ("RCPT ann"), to the answers that it gives there: one after another, and the last one from then on. An answer is a line; or
"fine", what a good server says; or "drop", the line is closed without a word. One that begins with "+" comes after the text was kept, which "fine"
does too. A line of 421 is followed by the end of the connection.
"""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import contextmanager

FINE = {"too early": "503 name sender and recipient first", "greeting": "220 ready", "EHLO": "250-here\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}


class Rude:
    """`kept` has the recipient of every message that was kept, in order, `texts` the messages; `connections` is how many there
    were, `commands` what came but for texts. The answer to a text comes after `slow` seconds. A `careless` server asks for a text for nobody, too."""

    def __init__(self, says=(), port=0, slow=0.0, careless=False):
        self.slow, self.careless = slow, careless
        self.says = {stage: [answers] if isinstance(answers, str) else list(answers) for stage, answers in dict(says).items()}
        self.port = port
        self.kept, self.texts, self.commands = [], [], []
        self.connections, self.open = 0, []
        self.lock = threading.Lock()

    def answer(self, stage, recipient):
        for key in (f"{stage} {recipient.partition('@')[0]}", stage):
            if answers := self.says.get(key):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return "fine"

    @contextmanager
    def up(self):
        """Serve, at the port of the last time."""
        ready, found = threading.Event(), {}

        async def serve():
            found.update(loop=asyncio.get_running_loop(), end=asyncio.Event())
            server = await found["loop"].create_server(lambda: _Talk(self), "127.0.0.1", self.port)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await found["end"].wait()
            server.close()
            for transport in self.open:
                transport.abort()
            await asyncio.sleep(0)

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(60)
        try:
            yield self
        finally:
            found["loop"].call_soon_threadsafe(found["end"].set)
            thread.join(60)


class _Talk(asyncio.Protocol):
    def __init__(self, server):
        self.server, self.unread, self.recipient, self.in_text, self.named = server, b"", "", False, 0

    def connection_made(self, transport):
        self.transport = transport
        self.server.connections += 1
        self.server.open.append(transport)
        self.say("greeting")

    def data_received(self, data):
        self.unread += data
        while not self.transport.is_closing():
            end = b"\r\n.\r\n" if self.in_text else b"\r\n"
            piece, found, rest = self.unread.partition(end)
            if not found:
                return
            self.unread = rest
            self.text(piece) if self.in_text else self.command(piece.decode())

    def command(self, line):
        self.server.commands.append(line)
        verb = line.split()[0].upper()
        if verb == "RCPT":
            self.recipient = re.search("<(.*)>", line)[1]
        said = self.say(verb if verb != "DATA" or self.named >= 2 or self.server.careless else "too early")
        # Sender and recipient must both be fine before a text may come.
        if verb in ("MAIL", "RCPT"):
            self.named = (1 if verb == "MAIL" else self.named + 1) if said.startswith("25") else 0
        self.in_text = verb == "DATA" and said.startswith("354")
        if self.in_text:
            self.unread = b"\r\n" + self.unread
        if verb == "QUIT":
            self.transport.close()

    def text(self, text):
        self.in_text, text = False, text.removeprefix(b"\r\n")
        if self.named < 2:
            self.transport.write(b"554 no valid recipients\r\n")
            return
        self.named = 0
        asyncio.get_running_loop().call_later(self.server.slow, self.say, "text", text)

    def say(self, stage, text=None):
        answer = self.server.answer(stage, self.recipient)
        if text is not None and (answer == "fine" or answer.startswith("+")):
            with self.server.lock:
                self.server.kept.append(self.recipient)
                self.server.texts.append(text)
        line = answer.removeprefix("+")
        line = FINE.get(stage, "250 fine") if line == "fine" else line
        if line == "drop":
            self.transport.abort()
        else:
            self.transport.write(line.encode() + b"\r\n")
            if line.startswith("421"):
                # Some servers take their time, and what is sent meanwhile is lost.
                asyncio.get_running_loop().call_later(0.01, self.transport.close)
        return line
