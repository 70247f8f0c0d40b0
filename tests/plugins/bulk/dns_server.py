"""A DNS server on this machine, over UDP, with the records that it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@contextmanager
def name_server(records):
    """The address of a server for `records`: (name, kind) → texts as in a zone file, or the name of an error such as "SERVFAIL"."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        end = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, records, end))
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            end.set()
            thread.join()


def _serve(server, records, end):
    while not end.is_set():
        try:
            query, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        asked = dns.message.from_wire(query)
        server.sendto(_answer(asked, records).to_wire(), client)


def _answer(asked, records):
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.RA
    (question,) = asked.question
    name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
    found = records.get((name, kind))
    if isinstance(found, str):
        answer.set_rcode(dns.rcode.from_text(found))
    elif found:
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
    elif not any(known == name for known, _ in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
