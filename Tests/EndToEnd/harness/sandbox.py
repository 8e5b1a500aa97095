"""The pretend partners as a process, and their control API."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

root = Path(__file__).resolve().parents[3]
binaries = Path(os.environ.get("LOCKSTEP_BIN", root / ".build/release"))

# Its own, made up.
CENTRA_TOKEN = "sandbox-token"
PEOPLEVOX_PASSWORD = "fixture-password"


class Sandbox:
    """Runs with the system's clock, as another machine would."""

    def __init__(self, *arguments: str):
        self.process = subprocess.Popen(
            [binaries / "lockstep-sandbox", *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.ports = json.loads(self.process.stdout.readline())
        self.centra = f"http://127.0.0.1:{self.ports['centra']}/graphql"
        self.peoplevox = f"http://127.0.0.1:{self.ports['peoplevox']}/ulvmark/resources/integrationservicev4.asmx"

    def tell(self, path: str, **arguments) -> dict:
        """POSTs to `/control/PATH`; the answer, or the mistake as an exception."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['control']}/control/{path}", json.dumps(arguments).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()}") from None

    def look(self, path: str = "") -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['control']}/control{path}", timeout=30) as reply:
            return json.load(reply)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
