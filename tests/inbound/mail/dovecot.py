"""A real IMAP server, Debian's Dovecot, with one mailbox and a certificate of its own."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.notify.sink import certificate

USER, PASSWORD = "replies@in.example", "a word with % and @"
START_WITHIN_S = 15
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
ssl = yes
ssl_cert = <{folder}/sink.pem
ssl_key = <{folder}/sink.pem
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """Where it listens; `tls` is a client's context that trusts it. `put` lays a mail into the mailbox."""

    folder: Path
    port: int
    tls_port: int
    tls: ssl.SSLContext
    mail_user: str
    _put: int = field(default=0)

    def put(self, raw: bytes) -> None:
        self._put += 1
        whole = self.folder / "mail" / "tmp" / str(self._put)
        whole.write_bytes(raw)
        if os.getuid() == 0:
            shutil.chown(whole, self.mail_user)
        whole.rename(self.folder / "mail" / "new" / f"{time.time_ns()}.M{self._put}.here")

    def empty(self) -> None:
        for file in [*(self.folder / "mail" / "new").iterdir(), *(self.folder / "mail" / "cur").iterdir()]:
            file.unlink()

    def flags(self) -> list[str]:
        """The flags of each mail: S for seen, F for flagged; nothing for one that nobody touched."""
        return sorted(
            file.name.partition(":2,")[2] for part in ("new", "cur") for file in (self.folder / "mail" / part).iterdir()
        )


@contextmanager
def dovecot():
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    process = None
    try:
        folder.chmod(0o755)
        server = _prepare(folder)
        process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(folder / "conf")])
        _wait_until_open(server, process)
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path) -> Dovecot:
    me = pwd.getpwuid(os.getuid()).pw_name
    internal, login = ("dovecot", "dovenull") if os.getuid() == 0 else (me, me)
    _, tls = certificate(folder)
    server = Dovecot(folder, _free_port(), _free_port(), tls, internal)
    for part in ("", "cur", "new", "tmp"):
        (folder / "mail" / part).mkdir()
        if os.getuid() == 0:
            shutil.chown(folder / "mail" / part, internal)
    group = grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name
    told = {"folder": folder, "port": server.port, "tls_port": server.tls_port}
    people = {"internal": internal, "group": group, "login": login, "mail": internal, "mail_group": group}
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (folder / "conf").write_text(CONFIG.format(**told, **people))
    return server


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_open(server, process):
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
        except OSError:
            log = server.folder / "log"
            assert process.poll() is None, log.read_text() if log.exists() else "it ended"
            assert time.monotonic() < deadline, "dovecot did not start"
            time.sleep(0.05)  # between two looks
        else:
            return
