"""Searching the published evidence by words.

What other rooms use:

- `results.search(words)` finds editions and returns `SearchResults`: their ranks, how the words were understood (typing errors
  corrected, centres named), whether anything found is an answer, and `highlight()`, which marks the words in a text.
- `words.clean(text)` is a query as a page repeats it.
- `suggestions.suggest(typed)` completes what somebody types; `nearest_topics` and `nearest_centres` lead on from a search that
  found little.
- `related.related(edition, approaches, most)` returns the summaries related to one.
- `lexicon.current_lexicon()` has the words, synonyms and centres' names of the current content.
- `explain.explain(words)` shows editors how a query was understood and why it found what it found.
- `evaluation` measures a search by judged queries, for `manage.py evaluate_search` and the tests.

From a query to its results, each module uses those before it: `words` (what a word is), `english` (common words), `lexicon`,
`spelling`, `tokens` (the words of a query), `terms` (which of them belong together), `tsquery` (PostgreSQL's language),
`query` (what is searched for, and how much each part counts), `ranking` (the SQL), `highlight`, `results`.

Database triggers keep the index that all this reads. How search works, and how good it is: docs/search.md.
"""
