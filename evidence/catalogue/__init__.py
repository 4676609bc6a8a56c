"""The published evidence in memory.

The snapshot of what is published (portal/published.py) holds four parts of this room. Each of the first three uses those
before it:

- `vocabulary` has the lists that the evidence is sorted by, and the approaches.
- `documents` has every edition that was ever public, packed; `layered` is how it shares most with the snapshot before.
- `build` makes the catalogue, which filters, counts and sorts: `sources` declares its facets, and `facets` and `orders` are
  how that works.
- `list_history` has what approaches said earlier, and why they changed.

`reading` makes objects of the model from documents, for pages and files.

A page that needs one part takes `current_network()`, `current_vocabulary()` or `current_catalogue()`. Code that needs another
part or several, or that keeps what it makes, takes them all from one snapshot, `snapshot = published.current()` and then
`snapshot[Documents]`, so that they belong together whatever is loaded meanwhile.
"""
