"""A name server of our own, over UDP on loopback: it knows the TXT records it is given."""

from __future__ import annotations

import contextlib
import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextlib.contextmanager
def name_server(records):
    """`records`: name to texts, read anew at each question; answers the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(server, records), daemon=True)
        thread.start()
        yield port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
            ender.sendto(b"end", ("127.0.0.1", port))
        thread.join(5)


def _serve(server, records):
    while True:
        data, whom = server.recvfrom(4096)
        if data == b"end":
            return
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.AA
        name = asked.question[0].name
        texts = records.get(name.to_text(omit_final_dot=True))
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            rows = [" ".join(f'"{text[n : n + 250]}"' for n in range(0, len(text), 250)) for text in texts]
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", rows))
        server.sendto(answer.to_wire(), whom)
