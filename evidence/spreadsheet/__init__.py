"""Summaries as the rows of a spreadsheet: exported, and imported as drafts.

- `columns` lists the columns; `cells` says how each kind of value is written in a cell.
- `reading` understands what people type in one: `codes` the values of lists, `dates` dates, and `looks` what a spreadsheet
  shows of a number or a date.
- `files` reads and writes the two formats, `csv_files`, `workbooks` and `workbook_writer`; `workbook_safety` refuses
  what was made to harm; what comes out is a `sheet`.
- An import: `preview` makes a `plan` of a sheet by the `comparison` of each row with the `current` content; `drafts`
  carries the plan out. `import_pages` are its pages in admin, which keep what `checking` finds and show it as `shown`; the
  command `import_summaries` does the same.
- An export: `export`, and its page in `export_pages`.

The rules for values and names are those of the data set (`evidence.dataset`), and so are the keys of its files.
"""
