"""The data set in data/: read and checked together, loaded all or nothing, and written out again.

- `tables` names every field once. Its tables are made of `parts`, which are made of `values`: each of them knows how
  it is written in a file and what the database holds.
- `yaml_files` reads and writes YAML; `entries` finds the entries of each table in it, and puts them back.
- `records` has what one entry says, whether it comes from a file or from the database; `checks` finds what contradicts
  itself, as a list of `faults`.
- `read_dataset` does all of the reading; `load` writes records to the database, with `primary_keys` for the names in
  them; `export` writes the database to files.
"""
