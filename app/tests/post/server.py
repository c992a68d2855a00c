"""A real mail server for the tests of letters: it keeps what it takes, and misbehaves where it is asked to.

usage: server.py FOLDER plain|starttls|tls [CERTIFICATE KEY [USER PASSWORD]]

It says on which port it listens, keeps each mail in FOLDER, and does by the name of the addressee:
  busy@   451 to the addressee          gone@   550 to the addressee
  full@   452 after the words           spam@   554 after the words
  drop@   hangs up before the words     lost@   takes the words, keeps them and hangs up
"""
import asyncio
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode, *rest = sys.argv[1:]
folder = Path(folder)
context = None
if rest:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(rest[0], rest[1])
user = rest[2:4]
connections = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "busy":
            return "451 4.3.0 Come back later"
        if name == "gone":
            return "550 5.1.1 Nobody of that name"
        if name == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        names = [it.split("@")[0] for it in envelope.rcpt_tos]
        if "full" in names:
            return "452 4.2.2 The mailbox is full"
        if "spam" in names:
            return "554 5.7.1 Not wanted here"
        place = len(list(folder.glob("*.eml")))
        is_closed = server.transport.get_extra_info("ssl_object") is not None
        said = f"X-Tls: {is_closed}\r\nX-In: {session.authenticated}\r\nX-Way: {server.place}\r\n"
        kept = f"X-From: {envelope.mail_from}\r\nX-To: {','.join(envelope.rcpt_tos)}\r\n{said}"
        (folder / f"{place}.eml").write_bytes(kept.encode() + envelope.content)
        if "lost" in names:
            server.transport.abort()
        return "250 2.0.0 Ok"


def let_in(server, session, envelope, mechanism, data):
    is_right = [data.login.decode(), data.password.decode()] == user
    return AuthResult(success=is_right, handled=is_right)


def protocol():
    global connections
    connections += 1
    options = {}
    if mode == "starttls":
        options = dict(tls_context=context, require_starttls=True)
    if user:
        options.update(authenticator=let_in, auth_required=True, auth_require_tls=mode == "starttls")
    server = SMTP(Handler(), hostname="localhost", **options)
    server.place = connections
    return server


async def main():
    loop = asyncio.get_running_loop()
    implicit = context if mode == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
