"""The data set in data/: read and checked as a whole, loaded all or nothing, and written out again.

`schema` says how a value stands in a file and in the database; `tables` names every field once, for all three ways;
`files` reads and writes YAML; `checks` finds what contradicts itself; `load` and `export` do the work.
"""
