"""The YAML that is read, and all that is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoplon.errors import InputError
from hoplon.scenario.reading import MAX_BYTES, key_text, plain_scalar, read_file, read_text


def test_plain_data_with_lines():
    document = read_text("a: 1\nb:\n  - {c: 2.5, d: text}\n  - true\n", "f.yaml")
    assert document.data == {"a": 1, "b": [{"c": 2.5, "d": "text"}, True]}
    assert document.line(("b", 0, "d")) == 3
    assert document.line(("b", 1)) == 4
    assert document.line(("b", 0, "missing")) == 3
    assert key_text(("raid", 0, "missile")) == "raid[0].missile"


@pytest.mark.parametrize(
    "text, value",
    [
        ("12:40", "12:40"),  # YAML 1.1 would make it 760
        ("no", "no"),  # and this false: the country code of Norway
        ("010", 10),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("'7'", "7"),
        ("~", None),
        ("2018-01-16", "2018-01-16"),
        ("0x10", "0x10"),
    ],
)
def test_scalars_are_what_they_look_like(text, value):
    data = read_text(f"k: {text}\n", "f").data
    assert data == {"k": value}
    assert type(data["k"]) is type(value)


@pytest.mark.parametrize("text", ["k: .nan", "k: inf", "k: -.Inf", "k: 1e999", "k: NaN"])
def test_numbers_that_are_not_finite_are_refused(text):
    with pytest.raises(InputError, match="f:1: "):
        read_text(text, "f")


@pytest.mark.parametrize(
    "text, what",
    [
        ("a: &x 1\nb: *x", "anchor &x"),
        ("b: *x", "alias"),
        ("a: !!python/object/apply:os.system [ls]", "tag .*os.system"),
        ("a: !x 1", "tag"),
        ("a: ! 1", "tag"),
        ("a: 1\nb: 2\na: 3", "'a' is written twice, first in line 1"),
        ("a: 1\n---\nb: 2", "second document"),
        ("? [1, 2]\n: 3", "a key must be plain text"),
        ("a: [1, 2", "not valid YAML"),
        ("a: 'x", "not valid YAML"),
        ("\x00", "not valid YAML"),
        ("", "empty"),
        ("# only a comment", "empty"),
        ("a: " + "[" * 40 + "]" * 40, "nested more than"),
    ],
)
def test_what_is_refused(text, what):
    with pytest.raises(InputError, match=what) as caught:
        read_text(text, "f.yaml")
    assert "f.yaml" in str(caught.value)
    assert caught.value.remedy


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor():
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}]\n" for i in range(20))
    with pytest.raises(InputError, match="anchor"):
        read_text(bomb, "bomb.yaml")


def test_a_deep_nest_does_not_exhaust_the_stack():
    with pytest.raises(InputError):
        read_text("[" * 100_000, "deep.yaml")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_file(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="directory"):
        read_file(tmp_path)
    big = tmp_path / "big.yaml"
    with big.open("wb") as file:
        file.truncate(MAX_BYTES * 20)
    with pytest.raises(InputError, match="100 MB"):
        read_file(big)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(InputError, match=r"latin.yaml:2: byte 0xe9 is not UTF-8"):
        read_file(latin)
    utf16 = tmp_path / "utf16.yaml"
    utf16.write_text("a: 1", encoding="utf-16")
    with pytest.raises(InputError, match="UTF-8"):
        read_file(utf16)
    with pytest.raises(InputError, match="MB"):
        read_text("x" * (MAX_BYTES + 1), "memory")
    bom = tmp_path / "bom.yaml"
    bom.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_file(bom).data == {"a": 1}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    with contextlib.suppress(InputError):
        read_text(raw, "fuzz")


@given(st.text(max_size=30))
def test_plain_scalars_never_surprise(text):
    try:
        value = plain_scalar(text)
    except ValueError:
        return
    assert value is None or isinstance(value, str | bool | int | float)
