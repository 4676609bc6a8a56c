"""A mapping that is changed step by step is what a plain one would be."""

from hypothesis import given
from hypothesis import strategies as st

from evidence.catalogue.layered import Layered

KEYS = st.text("abcé🙂", min_size=1, max_size=2)
VALUES = st.integers(0, 2**32 - 1) | st.binary(max_size=1)  # packed and not


@given(
    st.dictionaries(KEYS, VALUES, max_size=40),
    st.lists(st.dictionaries(KEYS, st.none() | VALUES, max_size=4), max_size=8),
)
def test_it_is_what_a_plain_mapping_would_be(base, steps):
    plain, layered = dict(base), Layered(base, is_packed=lambda value: isinstance(value, int))
    for changes in steps:
        before = dict(layered)
        after = layered.changed(changes)
        assert dict(layered) == before  # a snapshot that is in use does not change
        layered = after
        plain |= changes
        plain = {key: value for key, value in plain.items() if value is not None}
        assert dict(layered) == plain
        assert len(layered) == len(plain)
        assert all(key in layered for key in plain)
        assert "z" not in layered
        for letters in ("", *plain, "a", "é", "🙂a", "z"):
            found = sorted(layered.beginning_with(letters))
            assert found == sorted(key for key in plain if key.startswith(letters))
