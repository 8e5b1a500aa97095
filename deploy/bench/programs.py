"""Builds what is measured and what measures, into `.build/bench/tools`."""

import shutil
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parents[1]
STATE = ROOT / ".build/bench"


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def prepare(state: Path, lockstep: Path | None) -> Path:
    """`lockstep` is taken as it is; without it, the release is built. Returns the folder of the programs."""
    if not shutil.which("cc"):
        sys.exit("bench: there is no C compiler; deploy/packages bench installs one")
    tools = state / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    compile_c(tools / "loadgen", ["loadgen.c", "deliveries.c", "process.c"], ["-lcrypto"])
    compile_c(tools / "reference", ["reference.c"], ["-lcrypto", "-lz"])
    link = tools / "lockstep"
    link.unlink(missing_ok=True)
    link.symlink_to((lockstep or build_lockstep()).resolve())
    return tools


def compile_c(program: Path, sources: list[str], libraries: list[str]) -> None:
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(program),
                    *(str(BENCH / name) for name in sources), *libraries], check=True)


def build_lockstep() -> Path:
    say("building Lockstep; the first time takes a few minutes")
    build = ["swift", "build", "--package-path", str(ROOT), "-c", "release"]
    subprocess.run([*build, "--product", "lockstep"], check=True, stdout=subprocess.DEVNULL)
    place = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return Path(place) / "lockstep"
