"""Trail of Bits' rfc8785 writes every line and every cell byte for byte as the house does."""

import json
import sys
from pathlib import Path

import rfc8785
from truth import must

count = 0
for path in sorted(Path(sys.argv[1]).rglob("*.jsonl")):
    for line in path.read_bytes().split(b"\n")[:-1]:
        written = rfc8785.dumps(json.loads(line))
        must(written == line, f"{path}: {line[:120]!r} would be {written[:120]!r}")
        count += 1
must(count > 50, f"only {count} lines")
print(f"{count} lines are in RFC 8785's canonical form")
