"""openapi/lockstep.yaml and the server say the same: routes in both directions, and schemathesis on every operation."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness import deliveries
from harness.lockstep import binaries, root
from test_operator import dead_letter

SPECIFICATION = root / "openapi/lockstep.yaml"
METHODS = {"get", "head", "post", "put", "patch", "delete", "options", "trace"}
EXAMPLES = os.environ.get("LOCKSTEP_EXAMPLES", "60")


def documented() -> set[tuple[str, str, str]]:
    paths = yaml.safe_load(SPECIFICATION.read_text())["paths"]
    return {
        (listener, method.upper(), path)
        for path, item in paths.items() for method in METHODS & item.keys() for listener in item[method]["x-listeners"]
    }


def served() -> set[tuple[str, str, str]]:
    done = subprocess.run([str(binaries / "lockstep"), "routes"], capture_output=True, text=True, check=True)
    return {tuple(line.split()[:3]) for line in done.stdout.splitlines() if line.strip()}


def test_what_is_served_is_documented_and_what_is_documented_is_served():
    assert {"undocumented": served() - documented(), "unserved": documented() - served()} == {
        "undocumented": set(), "unserved": set()}


@pytest.mark.parametrize("listener", ["public", "operator"])
def test_schemathesis_finds_no_difference(lockstep, tmp_path, listener):
    server = lockstep().start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200
    dead_letter(server)
    # Only what this listener serves; the specification describes all of them.
    specification = yaml.safe_load(SPECIFICATION.read_text())
    for item in specification["paths"].values():
        for method in METHODS & item.keys():
            if listener not in item[method]["x-listeners"]:
                del item[method]
    paths = specification["paths"]
    specification["paths"] = {path: item for path, item in paths.items() if METHODS & item.keys()}
    shown = tmp_path / "lockstep.json"
    shown.write_text(json.dumps(specification))
    to = server.public if listener == "public" else server.operator
    done = subprocess.run(
        [str(Path(sys.executable).parent / "schemathesis"), "run", str(shown), "--url", f"http://{to.text}",
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
         "response_schema_conformance,unsupported_method",
         "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "1", "--no-color",
         "--generation-database", "none"],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)})
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert server.is_running() and server.readiness() == 200
    assert server.stop() == 0
    assert "holds" in server.verify()
