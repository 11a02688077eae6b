"""Reading tables: what is understood, and how what is not is named."""

import gzip
import re

import numpy as np
import pytest

from nn.data import DataError, read


@pytest.fixture
def table(tmp_path):
    """Write a table and return its path."""

    def write(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write


def test_numbers_names_and_text_classes_are_read(table):
    path = table("length,width,species\n5.1,-3.5e0,setosa\n7,3.2,versicolor\n6.3,.5,setosa\n")
    data = read(path)
    np.testing.assert_array_equal(data.x, [[5.1, -3.5], [7.0, 3.2], [6.3, 0.5]])
    assert data.x.dtype == np.float64
    np.testing.assert_array_equal(data.y, [0, 1, 0])
    assert data.class_names == ("setosa", "versicolor")
    assert data.feature_names == ("length", "width")
    assert (data.name, data.source) == ("table", str(path))


def test_every_bit_of_a_float_survives(table):
    x = np.random.default_rng(0).normal(size=(50, 3)) * 10.0 ** np.random.default_rng(1).integers(-300, 300, (50, 3))
    lines = [",".join([*map(repr, row), str(i % 2)]) for i, row in enumerate(x.tolist())]
    np.testing.assert_array_equal(read(table("\n".join(lines))).x, x)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(table, delimiter):
    data = read(table("a,b,c\n1,2,u\n3,4,v\n".replace(",", delimiter)))
    assert data.feature_names == ("a", "b")
    np.testing.assert_array_equal(data.x, [[1, 2], [3, 4]])


def test_the_delimiter_is_not_one_inside_quotes(table):
    data = read(table('"a;b;c","d;e;f",g\n1,2,"u;v;w"\n3,4,"x;y;z"\n'))
    assert data.feature_names == ("a;b;c", "d;e;f")
    assert data.class_names == ("u;v;w", "x;y;z")


def test_of_a_table_with_decimal_commas_the_comma_is_not_the_delimiter(table):
    with pytest.raises(DataError, match="line 2, column '1,5' holds '3,5', which is not a number"):
        read(table("1,5;2,5;u\n3,5;4,5;v\n"))


@pytest.mark.parametrize(
    ("text", "feature_names", "m"),
    [
        ("a,b,c\n1,2,u\n3,4,v\n", ("a", "b"), 2),
        ("1,2,u\n3,4,v\n", ("0", "1"), 2),
        ("1,2,0\n3,4,1\n", ("0", "1"), 2),
        ("0,1,target\n5,6,0\n7,8,1\n", ("0", "1"), 2),
        ("0,1,setosa\n5,6,other\n7,8,other\n", ("0", "1"), 3),
        ("label,name\n1,u\n2,v\n", ("label",), 2),
    ],
)
def test_a_header_is_told_from_data(table, text, feature_names, m):
    data = read(table(text))
    assert data.feature_names == feature_names
    assert len(data) == m


@pytest.mark.parametrize(
    ("text", "where"),
    [("abc,6,0\n5,6,1\n", "line 1, column '0'"), ("5,6,0\nabc,6,1\n", "line 2, column '0'")],
)
def test_a_slip_in_the_first_line_is_not_taken_for_a_header(table, text, where):
    with pytest.raises(DataError, match=f"{where} holds 'abc'"):
        read(table(text))


@pytest.mark.parametrize("target", ["kind", 1, -2])
def test_the_target_is_a_name_or_an_index(table, target):
    data = read(table("a,kind,b\n1,u,2\n3,v,4\n"), target=target)
    assert data.feature_names == ("a", "b")
    np.testing.assert_array_equal(data.x, [[1, 2], [3, 4]])
    assert data.class_names == ("u", "v")


def test_the_last_column_is_the_default_target_and_minus_one(table):
    path = table("a,b,kind\n1,2,u\n3,4,v\n")
    for data in (read(path), read(path, target=-1)):
        assert data.feature_names == ("a", "b")


def test_without_a_header_an_index_serves_as_a_name(table):
    assert read(table("u,1,2\nv,3,4\n"), target="0").class_names == ("u", "v")


@pytest.mark.parametrize(
    ("text", "target", "message"),
    [
        ("a,b,c\n1,2,u\n", "d", "target 'd' is not a column; choose one among 'a', 'b', 'c'"),
        ("a,b,c\n1,2,u\n", 3, "target 3 is not a column"),
        ("a,b,c\n1,2,u\n", -4, "target -4 is not a column"),
        (
            "1,2,u\n3,4,v\n",
            "kind",
            "target 'kind' is not a column; choose one in 0..2, as there is no header",
        ),
    ],
)
def test_a_wrong_target_is_answered_with_the_columns(table, text, target, message):
    path = table(text)
    with pytest.raises(DataError, match=re.escape(f"{path}: {message}")):
        read(path, target=target)


@pytest.mark.parametrize(
    ("labels", "class_names", "y"),
    [
        (["1", "0", "1"], ("0", "1"), [1, 0, 1]),
        (["10", "9", "2"], ("2", "9", "10"), [2, 1, 0]),
        (["1.0", "3.0", "1"], ("1", "3"), [0, 1, 0]),
        (["10", "9", "b"], ("10", "9", "b"), [0, 1, 2]),
        ([" yes", "no ", "yes"], ("no", "yes"), [1, 0, 1]),
        (["é", "日本", "é"], ("é", "日本"), [0, 1, 0]),
    ],
)
def test_classes_may_be_text_or_whole_numbers(table, labels, class_names, y):
    data = read(table("x,class\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))))
    assert data.class_names == class_names
    np.testing.assert_array_equal(data.y, y)


@pytest.mark.parametrize("label", ["0.5", "9007199254740993", "inf"])
def test_a_number_that_is_no_class_is_named(table, label):
    path = table(f"a,price\n1,1\n\n2,{label}\n")
    with pytest.raises(DataError, match=re.escape(f"{path}: line 4, column 'price' holds '{label}' where a class")):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa,b,c\n1,2,u\n3,4,v\n",
        "a,b,c\r\n1,2,u\r\n3,4,v\r\n",
        "a,b,c\r1,2,u\r3,4,v\r",
        "a,b,c\n1,2,u\n3,4,v",
        "a,b,c\n1,2,u\n3,4,v\n\n  \n\n",
        "\n\na,b,c\n\n1,2,u\n3,4,v\n,,\n",
        '"a","b","c"\n"1","2","u"\n"3","4","v"\n',
        "a, b, c\n 1, 2, u\n 3, 4, v\n",
        '"a", "b", "c"\n1, "2", "u"\n3, "4", "v"\n',
    ],
    ids=[
        "BOM",
        "CRLF",
        "CR",
        "no last newline",
        "blank last lines",
        "blank lines",
        "quotes",
        "spaces",
        "spaces before quotes",
    ],
)
def test_the_ways_programs_write_tables_are_all_the_same(table, text):
    data = read(table(text))
    assert data.feature_names == ("a", "b")
    np.testing.assert_array_equal(data.x, [[1, 2], [3, 4]])
    assert data.class_names == ("u", "v")


def test_a_gzipped_table_is_read_whatever_its_name(table):
    content = gzip.compress(b"a,b\n1,u\n2,v\n", mtime=0)
    for name in ("table.csv.gz", "table.csv", "table"):
        data = read(table(content, name))
        assert (data.name, data.feature_names) == ("table", ("a",))


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("x2", "holds 'x2', which is not a number"),
        ("1_0", "holds '1_0', which is not a number"),
        ('"1,5"', "holds '1,5', which is not a number"),
        ("", "is empty"),
        ("nan", "holds 'nan', which is not a finite number"),
        ("-inf", "holds '-inf', which is not a finite number"),
        ("1e999", "holds '1e999', which is not a finite number"),
    ],
)
def test_a_bad_cell_is_named_by_line_column_and_text(table, cell, complaint):
    path = table(f"a,width,c\n1,2,u\n\n3,{cell},v\n")
    with pytest.raises(DataError, match=re.escape(f"{path}: line 4, column 'width' {complaint}")):
        read(path)


def test_large_numbers_whose_sum_overflows_are_accepted(table):
    assert read(table("a,b,c\n1e308,1e308,u\n1,2,v\n")).x.max() == 1e308


@pytest.mark.parametrize(("label", "complaint"), [("", "is empty"), ("NaN", "holds 'NaN'")])
def test_a_missing_class_is_named(table, label, complaint):
    with pytest.raises(DataError, match=f"line 3, column 'kind' {complaint}"):
        read(table(f"a,kind\n1,u\n2,{label}\n"))


def test_lines_are_counted_as_an_editor_does_through_quoted_line_breaks(table):
    with pytest.raises(DataError, match="line 5, column 'a' holds 'x'"):
        read(table('a,"b\nc",d\n1,"2\n",u\nx,4,v\n'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c\n1,2,u\n\n1,2\n", "line 4 has 2 cells where line 1 has 3"),
        ("a,b,c\n1,2,u,5\n", "line 2 has 4 cells where line 1 has 3"),
        ("a,b,b,c\n1,2,3,u\n", "line 1, the header, has 'b' twice"),
        ("a,,c\n1,2,u\n", "line 1, the header, has no name for column 1"),
        ("\n\n \n", "the table is empty"),
        ("", "the file is empty"),
        ("\ufeff", "the table is empty"),
        ("a,b\n", "no line of data below the header"),
        ("a\n1\n2\n", "there is one column only, 'a'"),
        ('a,b\n1,"u\n2,v\n', "line 2 is not CSV"),
        ('a,b\n1,"u"x\n', "line 2 is not CSV"),
        ("a,b\n1,u\n2,u\n", "one class only"),
        (b"a,b\n1,\xe9\n", "line 2 is not text in UTF-8"),
        ("a,b\n1,u\n".encode("utf-16"), "line 1 is not text in UTF-8"),
        (b"a,b\n1,2\n3,\0\n", "line 3 holds a zero byte"),
        (gzip.compress(b"a,b\n1,u\n2,v\n", mtime=0)[:-9], "the compressed data"),
        (b"\x1f\x8b" + bytes(20), "the compressed data are damaged"),
    ],
)
def test_a_malformed_table_is_refused_in_one_sentence(table, text, message):
    path = table(text)
    with pytest.raises(DataError, match=re.escape(f"{path}: ") + ".*" + re.escape(message)) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_line_longer_than_the_csv_module_takes_for_a_cell_is_read(table):
    wide = ",".join(["0.1234567"] * 20_000)
    assert read(table(f"{wide},u\n{wide},v\n")).x.shape == (2, 20_000)


def test_a_cell_longer_than_the_csv_module_takes_is_refused(table):
    with pytest.raises(DataError, match="line 2 is not CSV"):
        read(table(f"a,b\n1,{'u' * 200_000}\n"))
