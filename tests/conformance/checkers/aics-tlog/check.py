"""aics-tlog: every tile and every line stands under the checkpoint that log and witness signed."""

import base64
import json
import sys
from pathlib import Path

import aics_tlog as tlog
from truth import must

logs = sorted((Path(sys.argv[1]) / "log").iterdir())
must(logs, "there is no log to be read")
for folder in logs:
    log, witness = (tlog.parse_vkey(key) for key in (folder / "keys").read_text("utf-8").split())
    note = tlog.parse_note((folder / "checkpoint").read_text("utf-8"))
    seen = tlog.verify_checkpoint(note, log, [witness], quorum=1, expected_origin=log.name)
    must(seen.ok and seen.cosignature_count == 1, seen.error)
    reader = tlog.FileSystemTileReader(folder)
    audit = tlog.audit_tiles(reader, seen.size, seen.root)
    proven = tlog.VerifiedTileReader(reader, seen.size, seen.root)
    proofs = sorted((folder / "proof").iterdir())
    for path in proofs:
        head, _, signed = path.read_text("utf-8").partition("\n\n")
        kind, index, *hashes = head.split("\n")
        must(kind == "c2sp.org/tlog-proof@v1", f"{path} is no tlog-proof")
        under = tlog.verify_checkpoint(tlog.parse_note(signed), log, [witness], quorum=1)
        must(under.ok, f"{path}: {under.error}")
        place, path_hashes = int(index.split()[1]), [base64.b64decode(each) for each in hashes]
        line = tlog.read_entry(proven, place, seen.size)
        stands = tlog.verify_leaf_inclusion(line, place, under.size, path_hashes, under.root)
        must(stands, f"{path} does not hold")
    grown = sorted((folder / "consistency").iterdir())
    for path in grown:
        told = json.loads(path.read_bytes())
        roots = [base64.b64decode(told[end]["root"]) for end in ("old", "new")]
        for end, root in zip(("old", "new"), roots, strict=True):
            size = told[end]["size"]
            found = tlog.tree_root_from_tiles(proven, size, tile_size=seen.size)
            must(found == root, f"{path} names another root of {size} lines")
        shown = [base64.b64decode(each) for each in told["proof"]]
        sizes = told["old"]["size"], told["new"]["size"]
        must(tlog.verify_consistency(*sizes, *roots, shown), f"{path} does not hold")
    print(f"{folder}: {audit}; {len(proofs)} tlog-proofs and {len(grown)} of consistency hold")
