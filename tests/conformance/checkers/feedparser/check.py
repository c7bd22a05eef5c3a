"""feedparser: the feed is Atom, and RFC 5005's links lead through every archive once."""

import sys
from pathlib import Path

import feedparser
from truth import must

folder = Path(sys.argv[1]) / "feed"
seen, been, path, first = [], set(), folder / "current.atom", True
while path:
    must(path not in been, f"{path} comes round again")
    been.add(path)
    body = path.read_bytes()
    feed = feedparser.parse(body)
    must(not feed.bozo, f"{path}: {feed.get('bozo_exception')}")
    must(feed.version == "atom10" and feed.feed.id and feed.feed.updated_parsed, path)
    archive = b"http://purl.org/syndication/history/1.0" in body and b"<fh:archive/>" in body
    must(archive is not first, f"{path} says wrongly whether it is an archive")
    for entry in feed.entries:
        must(entry.id and entry.title and entry.updated_parsed and entry.enclosures, path)
        must(all(one.href.startswith("http") and one.type for one in entry.enclosures), path)
    seen += [entry.id for entry in feed.entries]
    links = {link.rel: link.href for link in feed.feed.links}
    must({"self"} <= set(links) and (first or "current" in links), links)
    before = links.get("prev-archive", "")
    path = folder / "archive" / before.rpartition("/")[2] if before else None
    first = False
must(len(seen) == len(set(seen)) > 40, f"{len(seen)} entries, {len(set(seen))} of them different")
print(f"{len(seen)} entries through the archives, each once")
