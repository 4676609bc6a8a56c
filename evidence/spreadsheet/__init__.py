"""Summaries as the rows of a spreadsheet: out, and back in as drafts.

- `columns` says how each part of a summary stands in a cell; `files` reads and writes CSV and XLSX, and
  refuses what cannot be read safely.
- `resource` compares rows with what the portal holds, and makes drafts of what differs.
- `admin` is the pages; the command `import_summaries` does the same from a terminal.

The rules for values and names are those of the data set (evidence.dataset): a column is a key of data/README.md.
"""
