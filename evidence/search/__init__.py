"""Searching the published evidence by words.

What other rooms use:

- `results.search(words)` finds editions and returns `SearchResults`: their bitmap, the best of them in order, how the words
  were understood (typing errors corrected, centres named), whether anything found is an answer, and `highlight()`, which marks
  the words in a text.
- `words.clean(text)` is a query as a page repeats it.
- `suggestions.suggest(typed)` completes what somebody types; `nearest_topics` and `nearest_centres` lead on from a search that
  found little.
- `related.related(edition, approaches, most)` returns the summaries related to one.
- `explain.explain(words)` shows editors how a query was understood and why it found what it found.
- `evaluation` measures a search by judged queries, for `manage.py evaluate_search` and the tests.

The snapshot of what is published holds three parts of this room: `glossary` (synonyms and names), `index` (the words of the
editions, kept as `postings` and packed `phrases`) and the titles of `names`. Nothing else here asks the database.

From a query to its results, each module uses those before it: `words` (what a word is, with `numerals` and `welsh` for one
form of numbers and names), `compounds`, `english` (common words), `populations` (what filters call readers and places),
`lexicon` (the index, the glossary and the names of `labels` together), `spelling`, `foreign` (words that are no typing errors),
`signs` and `tokens` (the words of a query), `terms` (which of them belong together), `ages`, `wishes` (what they ask for
besides a subject), `concepts` (what the others stand for, and how much each counts), `query` (all of this), `ranking`,
`highlight`, `results`. An address leads to its summaries by `addresses` instead.

How search works, and how good it is: docs/search.md.
"""
