"""Text that only works at one desk: paths of one machine, and hosts that not everyone may reach.

A pinned file that names a registry breaks behind a mirror; a test that names somebody's home folder breaks
everywhere else. Nobody notices at the desk where it was written. So every tracked text file is read, and each
line is held against three rules:

    a path under somebody's home folder            a path of one machine
    a URL whose host is not on the list below      a host that not everyone may reach
    `--index-url` at the start of a pinned line    a setting of one machine, whatever it names

A host may be named once it stands in `KNOWN_HOSTS` with its reason. Names that RFC 2606 and RFC 6761 reserve
for examples need none.

Limits: a host without a scheme before it is not seen, nor is anything in a file that is not UTF-8 text.

`python -m tests.architecture.tracked_files` prints what it finds and exits with 1 if there is anything.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

KNOWN_HOSTS = {
    "www.apache.org": "the text of the licence names it",
    "arrow.apache.org": "a port cites the interface by which columns are exchanged",
    "docs.oasis-open.org": "a SARIF log names the schema it keeps to",
    "json-schema.org": "the published JSON Schema names its dialect",
    "www.w3.org": "an SVG picture names its namespace and its document type",
}
EXAMPLE_HOST = re.compile(r"(^|\.)(example|test|invalid|localhost|example\.(com|org|net))$|^127\.0\.0\.1$")

MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:home|root|work|farm|tmp|opt|mnt|Users)/\w[\w.-]*")
URL = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@\"'`<>]*@)?(?P<host>[A-Za-z0-9.-]+)")
PIN_SETTING = re.compile(r"^\s*--?(?:i|index-url|extra-index-url|f|find-links|trusted-host)\b")

# Left out where the files are found by walking, which happens only outside a git clone.
MADE_FOLDERS = {".git", ".venv", ".venv-pins", "build", "dist", "__pycache__"}


def faults(name: str, text: str) -> Iterator[str]:
    """Yield `FILE:LINE: what is wrong and what to do` for each line of one file that breaks a rule."""
    pins = Path(name).match("requirements*.txt")
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{name}:{number}"
        for path in MACHINE_PATH.finditer(line):
            yield f"{where}: {path.group()} is a path of one machine; write it relative to the project."
        for url in URL.finditer(line):
            host = url["host"].lower().rstrip(".")
            if host not in KNOWN_HOSTS and not EXAMPLE_HOST.search(host):
                yield f"{where}: the host {host} is not known; leave it out, or give its reason in KNOWN_HOSTS."
        if pins and PIN_SETTING.match(line):
            yield f"{where}: {line.strip()} is a setting of one machine; keep it out of the pinned files."


def tracked(root: Path) -> list[Path]:
    """Return every file that git tracks under `root`, or, outside a clone, every file that was not made."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        listed = subprocess.run([git, "-C", root, "ls-files", "-z"], capture_output=True, check=False)
        if listed.returncode == 0:
            return [root / name for name in sorted(listed.stdout.decode().split("\0")) if name]
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not any(part in MADE_FOLDERS or part.endswith("_cache") for part in path.relative_to(root).parts)
    )


def faults_under(root: Path) -> list[str]:
    """Return the faults of every tracked text file under `root`, in the order of names and lines."""
    found: list[str] = []
    for path in tracked(root):
        if not path.is_file():  # Deleted, and not yet committed as such.
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += faults(path.relative_to(root).as_posix(), text)
    return found


if __name__ == "__main__":
    complaints = faults_under(ROOT)
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    sys.exit(1 if complaints else 0)
