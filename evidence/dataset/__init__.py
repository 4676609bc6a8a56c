"""The data set in data/: read and checked as a whole, loaded all or nothing, and written out again.

- `files` reads and writes YAML; `schema` says how a value stands in a file and in the database;
  `tables` names every field once, for all ways.
- `shape` finds the entries of each table in the files, and puts them back.
- `records` turns an entry into a record and back, and a row of the database into a record.
- `checks` finds what contradicts itself; `read` does all of the reading.
- `content` turns names into keys, and a summary's record into what its edition says.
- `load` writes records to the database; `export` writes the database to files.
"""
