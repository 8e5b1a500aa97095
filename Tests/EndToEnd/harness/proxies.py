"""The reverse proxies of deploy/, with only addresses, certificate and log paths replaced."""

import os
import subprocess
from pathlib import Path

from . import wire
from .lockstep import root, wait_for


class Proxy:
    def __init__(self, directory: Path):
        self.directory = directory
        self.address = wire.Address("127.0.0.1", wire.free_port())
        self.process: subprocess.Popen | None = None

    def run(self, *command: str) -> None:
        with (self.directory / "output").open("ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        wait_for(self.listens, f"{command[0]} listens", unless=self.obituary)

    def listens(self) -> bool:
        try:
            wire.Connection(self.address).close()
            return True
        except OSError:
            return False

    def obituary(self) -> str | None:
        if self.process.poll() is None:
            return None
        return (self.directory / "output").read_text(errors="replace")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class Nginx(Proxy):
    """deploy/nginx.conf with a certificate of its own making."""

    def __init__(self, directory: Path):
        super().__init__(directory)
        self.address = self.address._replace(tls=True)

    def start(self, upstream: wire.Address) -> "Nginx":
        self.make_certificate()
        site = replacing((root / "deploy/nginx.conf").read_text(), {
            "server 127.0.0.1:8080;": f"server {upstream.text};",
            "listen 443 ssl http2;": f"listen {self.address.text} ssl http2;",
            "    listen [::]:443 ssl http2;\n": "",
            "/etc/letsencrypt/live/webhooks.example.com/": f"{self.directory}/",
            "/var/log/nginx/": f"{self.directory}/",
        })
        (self.directory / "site.conf").write_text(site)
        temporary = "".join(
            f"{name}_temp_path {self.directory}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # Started by root, nginx would hand its work to a user who cannot read this directory.
        user = "user root; " if os.geteuid() == 0 else ""
        (self.directory / "nginx.conf").write_text(
            f"{user}daemon off; pid {self.directory}/pid; worker_processes 1; error_log {self.directory}/main.log warn;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ {temporary} include {self.directory}/site.conf; }}\n")
        self.run("nginx", "-e", f"{self.directory}/main.log", "-p", str(self.directory), "-c",
                 f"{self.directory}/nginx.conf")
        return self

    def make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
             "-subj", "/CN=localhost", "-keyout", f"{self.directory}/privkey.pem", "-out",
             f"{self.directory}/fullchain.pem"], check=True, capture_output=True)


class Caddy(Proxy):
    """deploy/Caddyfile, in clear on loopback."""

    def start(self, upstream: wire.Address) -> "Caddy":
        configuration = replacing((root / "deploy/Caddyfile").read_text(), {
            "127.0.0.1:8080": upstream.text,
            "\nwebhooks.example.com {": f"\nhttp://:{self.address.port} {{\n\tbind 127.0.0.1",
            "/var/log/caddy/": f"{self.directory}/",
            "{\n\tlog {": "{\n\tadmin off\n\tlog {",
        })
        (self.directory / "Caddyfile").write_text(configuration)
        self.run("env", f"HOME={self.directory}", f"XDG_DATA_HOME={self.directory}", "caddy", "run", "--adapter",
                 "caddyfile", "--config", str(self.directory / "Caddyfile"))
        return self


def replacing(text: str, replacements: dict[str, str]) -> str:
    """Every one of them must be there, so the test configuration cannot drift from the one that is shipped."""
    for before, after in replacements.items():
        assert before in text, f"not in the shipped configuration: {before}"
        text = text.replace(before, after)
    return text
