"""Tables: how they are written is found out, and their numbers and texts are those that pandas and csv read."""

import csv
import time
import tracemalloc
from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.data.readers.base import Look, reader_for
from nnstudio.data.readers.table import Table
from nnstudio.data.sources import open_data
from nnstudio.data.table.rows import gaps_marked

SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
PEOPLE = "colour,smoker,age,price\nred,yes,1,5\ngreen,no,2,6\nred,YES,3,7.5\n"


@pytest.fixture(scope="module")
def pandas():
    return pytest.importorskip("pandas")


@pytest.fixture
def read(tmp_path):
    """Open a table of this text, written in that encoding, with these options."""

    def opened(text, stored_as="utf-8", **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(stored_as))
        return Table(**options).open(path)

    return opened


def numbers(rows=30, columns=4, seed=0):
    """A table of numbers of all sizes, the last column never a class."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, columns)) * 10.0 ** rng.integers(-8, 9, (rows, columns))


def written(table, sign=",", names=(), newline="\n", comma=False):
    rows = [list(names)] if len(names) else []
    rows += [[repr(float(number)).replace(".", "," if comma else ".") for number in row] for row in table]
    return "".join(sign.join(row) + newline for row in rows)


# Equal to pandas


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize(
    ("sign", "comma"), [(sign, comma) for sign in SIGNS.values() for comma in (False, True) if not comma or sign != ","]
)
def test_numbers_are_those_that_pandas_reads(tmp_path, pandas, sign, comma, newline, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes(written(numbers(), sign, ["größe", "b", "c", "d"], newline, comma).encode(encoding))
    ours = Table().open(path)
    theirs = pandas.read_csv(path, sep=sign, decimal="," if comma else ".", encoding=encoding)
    assert (*ours.input_names, *ours.target_names) == tuple(theirs.columns)
    assert np.array_equal(ours.inputs, theirs.iloc[:, :-1].to_numpy(np.float32))
    # Some versions of pandas are off by the last bit.
    np.testing.assert_array_max_ulp(ours.targets, theirs.iloc[:, -1:].to_numpy(), 1)


@pytest.mark.parametrize(("name", "sign"), SIGNS.items())
@pytest.mark.parametrize("header", [True, False], ids=["named", "unnamed"])
def test_the_form_is_found_out_and_said(read, name, sign, header):
    data = read(written(numbers(), sign, "abcd" if header else ""))
    plural = {"comma": "commas", "semicolon": "semicolons", "tab": "tabs", "pipe": "pipes", "space": "blanks"}[name]
    names = "the first line names" if header else "no line names"
    assert data.notes[0] == f"Read as UTF-8, divided by {plural}, with decimal points; {names} the columns."
    assert data.input_names == (("a", "b", "c") if header else ("column 1", "column 2", "column 3"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x,o,win\no,x,lose\nx,x,win\n", False),
        ("left,right,result\nx,o,win\no,x,lose\nx,x,win\n", True),
        ("name,town\nAnn,Rome\nBob,Paris\n", True),
        ("id,label\nn1,3\nn2,4\n", True),
        ("5.1,setosa\n4.9,setosa\n", False),
        (",a,label\n0,1,2\n1,3,4\n", True),
        ("1,2\n", False),
    ],
)
def test_a_first_line_names_the_columns_if_it_is_not_like_the_others(read, text, named):
    assert ("the first line names" in read(text).notes[0]) == named


@pytest.mark.parametrize(("encoding", "name"), ENCODINGS.items())
def test_the_encoding_is_found_out_and_said(read, encoding, name):
    data = read("größe,preis €,y\n1.5,2,a\n2,3,b\n", encoding)
    assert data.notes[0].startswith(f"Read as {name}")
    assert data.input_names == ("größe", "preis €")


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_is_read_in_both_orders_of_bytes(tmp_path, order):
    mark = b"\xff\xfe" if order == "le" else b"\xfe\xff"
    path = tmp_path / "table.csv"
    path.write_bytes(mark + "ä,y\n1,a\n2,b\n".encode(f"utf-16-{order}"))
    assert Table().open(path).input_names == ("ä",)
    path.write_bytes(path.read_bytes()[2:])
    assert Table(encoding="utf-16").open(path).input_names == ("ä",)


def test_decimal_commas_are_found_out_and_said(read):
    data = read("a;b;y\n1,5;2,25;x\n,5;-3e2;z\n")
    assert "decimal commas" in data.notes[0]
    assert data.inputs.tolist() == [[1.5, 2.25], [0.5, -300]]


@pytest.mark.parametrize("sign", [";", "\t", "|", " "])
def test_decimal_commas_are_not_taken_for_what_divides_the_columns(read, sign):
    data = read(written(numbers(9, 3), sign, comma=True))
    assert np.array_equal(data.inputs, numbers(9, 3)[:, :-1].astype(np.float32))


def test_quoted_cells_may_hold_what_divides_cells_and_lines(tmp_path, pandas):
    path = tmp_path / "table.csv"
    path.write_text('a,b,y\n"1","x, ""y""\nz",p\n2,"q",r\n"3",s,"t,u"\n')
    ours, theirs = Table().open(path), pandas.read_csv(path)
    assert ours.inputs[:, 0].tolist() == theirs["a"].tolist()
    assert set(ours.input_names[1:]) == {"b=" + text.replace("\n", "\\n") for text in theirs["b"]}
    assert [ours.class_names[each] for each in ours.targets] == theirs["y"].tolist()


def test_categories_are_those_of_pandas(tmp_path, pandas):
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame({
        "n": rng.normal(size=200), "c": rng.choice(["x", "zz", "y"], 200), "d": rng.choice(["ü", "v w"], 200), "y": "k"
    })  # fmt: skip
    frame.to_csv(tmp_path / "table.csv", index=False)
    ours, theirs = Table().open(tmp_path / "table.csv"), pandas.get_dummies(frame[["n", "c", "d"]], prefix_sep="=")
    assert ours.input_names == tuple(theirs.columns)
    assert np.array_equal(ours.inputs, theirs.to_numpy(np.float32))


GAPS = ["", "NA", "N/A", "#N/A", "nan", "NaN", "null", "NULL", "None", "?", "-"]


@pytest.mark.parametrize("words", [*([word] for word in GAPS), GAPS, [*GAPS, " NA ", "  ", "NONE"]], ids=str)
def test_missing_numbers_are_those_of_pandas(tmp_path, pandas, words):
    rng = np.random.default_rng(len(words))
    words = np.array(words, object)
    cells = numbers(60, 6).astype(str).astype(object)
    gaps = rng.random(cells.shape) < 0.4
    gaps[:, -1] = False
    cells[gaps] = words[rng.integers(0, len(words), gaps.sum())]
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,d,e,f\n" + "".join(",".join(row) + "\n" for row in cells))
    theirs = pandas.read_csv(path, na_values=[*words]).iloc[:, :-1]
    assert np.array_equal(Table().open(path).inputs, theirs.to_numpy(np.float32), equal_nan=True)


def test_gaps_beside_each_other_are_all_marked():
    assert gaps_marked(",,,\nNA,1,NA,NA", ",", ["", "NA"]) == "nan,nan,nan,nan\nnan,1,nan,nan\n"


def test_blank_lines_do_not_matter(read):
    assert read("\n\na,y\n1,u\n\n2,v\n   \n3,u\n\n\n").inputs.tolist() == [[1], [2], [3]]


def test_a_last_line_without_a_newline_counts(read):
    assert read("a,y\n1,u\n2,v").inputs.tolist() == [[1], [2]]


def test_blanks_around_cells_do_not_matter(read):
    data = read("a , b,y \n 1, red , u\n2 ,blue ,v\n")
    assert data.input_names == ("a", "b=blue", "b=red")
    assert data.inputs.tolist() == [[1, 0, 1], [2, 1, 0]]


def test_any_number_of_blanks_divides_cells(read):
    data = read("  5.1   3.5\tsetosa  \n 4.9 3.0    other\n")
    assert data.inputs.tolist() == [[np.float32(5.1), 3.5], [np.float32(4.9), 3]]


def test_a_long_table_is_read_like_a_short_one(tmp_path, pandas):
    """Of several blocks, in which gaps, quotes and texts come late."""
    rows = [f"{number},{number / 7},k{number % 3}\n" for number in range(150_000)]
    rows[120_000], rows[130_000], rows[140_000] = "5,,k1\n", '"6","7","k2"\n', "8,9,\n"
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n" + "".join(rows))
    ours, theirs = Table().open(path), pandas.read_csv(path).dropna(subset="c")
    assert np.array_equal(ours.inputs, theirs[["a", "b"]].to_numpy(np.float32), equal_nan=True)
    assert [ours.class_names[each] for each in ours.targets] == theirs["c"].tolist()


def test_a_column_whose_texts_come_late_is_a_column_of_texts(read):
    rows = [f"{number % 5},{number},0.5\n" for number in range(150_000)]
    rows[140_000:] = [f"abc,{number},1.5\n" for number in range(10_000)]
    data = read("a,b,y\n" + "".join(rows))
    assert data.input_names == ("a=0", "a=1", "a=2", "a=3", "a=4", "a=abc", "b")
    assert data.inputs[:, 5].sum() == 10_000


CELLS = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1, max_size=9).map("x".__add__)


@settings(max_examples=150, deadline=None, database=None)
@given(data=st.data())
def test_any_table_is_what_was_written(tmp_path_factory, data):
    width, height = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 9))
    floats = st.floats(width=32, allow_subnormal=False)
    columns = [data.draw(st.lists(data.draw(st.sampled_from([CELLS, floats])), min_size=height, max_size=height))
               for _ in range(width)]  # fmt: skip
    text = StringIO(newline="")
    sign = data.draw(st.sampled_from(",;\t|"))
    quoting = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    file = csv.writer(text, delimiter=sign, quoting=quoting, lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])))
    file.writerow([*(f"name {number}" for number in range(width)), "y"])
    file.writerows(zip(*columns, map(str, np.arange(height) + 0.5), strict=True))
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.getvalue().encode(data.draw(st.sampled_from([*ENCODINGS]))))
    name = next(name for name, each in SIGNS.items() if each == sign)
    ours = Table(delimiter=name, header="yes", columns="+".join(f"name {number}" for number in range(width)))
    if all(isinstance(column[0], float) and np.isnan(column).all() for column in columns):
        with pytest.raises(DataError, match="No column"):
            ours.open(path)
        return
    found = ours.open(path)
    for number, column in enumerate(columns):
        _is_in(found, f"name {number}", column)


def _is_in(data, name, column):
    """Whether the inputs that come from a column say what stood in it."""
    if isinstance(column[0], float):
        assert name in data.input_names or np.isnan(column).all()
        theirs = np.array(column, np.float32)
        here = [data.inputs[:, place] for place, each in enumerate(data.input_names) if each == name]
        assert all(np.array_equal(ours, theirs, equal_nan=True) for ours in here)
        return
    for text in {cell.strip() for cell in column}:
        shown = text if text.isprintable() else ascii(text)[1:-1]
        ours = data.inputs[:, data.input_names.index(f"{name}={shown}")]
        assert ours.tolist() == [cell.strip() == text for cell in column]


# What becomes of the columns


def test_texts_become_one_input_for_each_category_in_order(read):
    data = read(PEOPLE)
    assert data.input_names == ("colour=green", "colour=red", "smoker", "age")
    assert data.inputs.tolist() == [[0, 1, 1, 1], [1, 0, 0, 2], [0, 1, 1, 3]]
    assert "There is one input for each text of 'colour' (2)." in data.notes
    assert "Yes is 1 and no is 0 in 'smoker'." in data.notes


def test_numbers_can_be_taken_as_categories(read):
    data = read("month,y\n10,0.5\n9,1.5\n9,2.5\n", categories="month")
    assert data.input_names == ("month=9", "month=10")
    assert data.inputs.tolist() == [[0, 1], [1, 0], [1, 0]]


def test_a_column_of_too_many_texts_is_left_out(read):
    data = read("name,a,y\n" + "".join(f"n{number},{number},0.5\n" for number in range(51)))
    assert data.input_names == ("a",)
    assert "Left out for having more than 50 different texts: 'name'." in data.notes


def test_a_column_of_fifty_texts_is_kept(read):
    data = read("name,a,y\n" + "".join(f"n{number % 50},{number},0.5\n" for number in range(60)) + "NA,1,1\nna,1,1\n")
    assert data.inputs.shape == (62, 51)


def test_an_empty_column_of_categories_is_left_out_too(read):
    data = read("a,b,y\n1,,u\n2,NA,v\n", categories="b")
    assert data.input_names == ("a",)
    assert "Left out for being empty: 'b'." in data.notes


def test_a_column_with_one_value_is_kept(read):
    assert read("a,b,c,y\n1,5,t,0.5\n2,5,t,1.5\n").input_names == ("a", "b", "c=t")


def test_an_empty_column_is_left_out(read):
    data = read("a,b,y\n1,,u\n2,NA,v\n")
    assert data.input_names == ("a",)
    assert "Left out for being empty: 'b'." in data.notes


@pytest.mark.parametrize("name", ["Id", "", "index"])
def test_a_column_that_counts_the_rows_is_left_out(read, name):
    data = read(f"{name},a,y\n1,3,u\n2,2,v\n3,7,u\n")
    assert data.input_names == ("a",)
    assert any("only counting the rows" in note for note in data.notes)


def test_a_column_that_counts_the_rows_is_taken_if_it_is_asked_for(read):
    assert read("id,a,y\n1,3,u\n2,2,v\n", columns="id+a").input_names == ("id", "a")


def test_a_column_that_counts_the_rows_is_taken_if_it_is_the_only_one(read):
    assert read("no,y\n1,3.5\n2,2.5\n").input_names == ("no",)


@pytest.mark.parametrize(
    ("options", "inputs", "target"),
    [
        ({}, ("a", "b", "c"), "d"),
        ({"target": "a"}, ("b", "c", "d"), "a"),
        ({"target": " B "}, ("a", "c", "d"), "b"),
        ({"target": "2"}, ("a", "c", "d"), "b"),
        ({"columns": "c+a"}, ("c", "a"), "d"),
        ({"columns": "c+d"}, ("c", "d"), "b"),
        ({"columns": "a+b+c+d"}, ("a", "b", "c"), "d"),
        ({"columns": "1+3", "target": "b"}, ("a", "c"), "b"),
        ({"leave_out": "b+4"}, ("a",), "c"),
        ({"leave_out": "b", "target": "a"}, ("c", "d"), "a"),
    ],
)
def test_columns_are_chosen_by_name_or_number(read, options, inputs, target):
    data = read("a,b,c,d\n1,2,3,0.5\n4,5,6,1.5\n", **options)
    assert (data.input_names, data.target_names) == (inputs, (target,))


@pytest.mark.parametrize("name", ["label", "Class", "TARGET", "y", "species"])
def test_the_target_is_known_by_its_name(read, name):
    data = read(f"{name},b\n1,2\n2,3\n")
    assert data.target_names == (name,)
    assert f"The target is '{name}', as its name says; choose another with target=NAME or its number." in data.notes


def test_two_columns_with_such_names_decide_nothing(read):
    assert read("label,class,z\n1,2,3\n2,3,4\n").target_names == ("z",)


def test_a_name_may_be_a_number_or_have_a_plus_in_it(read):
    text = "2,a+b,c\nu,1,1\nv,2,2\nv,2,2\n"
    assert read(text, header="yes", target="2").target_names == ("2",)
    assert read(text, header="yes", target="a+b").target_names == ("a+b",)


def test_the_first_column_is_the_target_where_the_last_never_changes(read):
    data = read("5,0,9,0\n4,1,8,0\n9,2,7,0\n")
    assert data.target_names == ("column 1",)
    assert any("the last seems never to change" in note for note in data.notes)


def test_a_comma_at_the_end_of_every_line_makes_no_target(read):
    data = read("a,b,\n1,u,\n2,v,\n")
    assert (data.input_names, data.target_names) == (("a",), ("b",))


def test_several_targets_are_numbers_to_predict(read):
    data = read("a,b,c\n1,2,3\n4,5,6\n", target="c+a")
    assert data.targets.tolist() == [[3, 1], [6, 4]]
    assert data.target_names == ("c", "a")
    assert not data.classifies


def test_targets_that_are_one_hot_columns_are_classes_by_their_names(read):
    data = read("a,cat,dog\n1,0,1\n4,1,0\n", target="cat+dog")
    assert (data.class_names, data.targets.tolist()) == (("cat", "dog"), [1, 0])


def test_texts_as_targets_are_classes_in_order(read):
    data = read("a,y\n1,dog\n2,cat\n3,dog\n")
    assert (data.class_names, data.targets.tolist()) == (("cat", "dog"), [1, 0, 1])


def test_yes_and_no_are_two_classes_however_they_are_written(read):
    data = read("a,y\n1,Yes\n2,no\n3,NO\n4,\n")
    assert (data.class_names, data.targets.tolist()) == (("no", "yes"), [1, 0, 0])


@pytest.mark.parametrize(("task", "classifies"), [("auto", True), ("classes", True), ("numbers", False)])
def test_the_task_can_be_said(read, task, classifies):
    data = read("a,y\n" + "".join(f"{number},{number % 3}\n" for number in range(12)), task=task)
    assert data.classifies == classifies
    assert data.targets.reshape(-1).tolist() == [number % 3 for number in range(12)]


def test_large_whole_numbers_as_classes_keep_their_digits(read):
    data = read("a,y\n1,12345678\n2,9007199254740991\n3,12345678\n", task="classes")
    assert data.class_names == ("12345678", "9007199254740991")


def test_numbers_among_names_are_names_where_classes_are_asked_for(read):
    data = read("a,y\n1,3\n2,3+\n3,4\n4,3\n", task="classes")
    assert data.class_names == ("3", "4", "3+")


# Preparation


def test_small_numbers_stay_as_they_are_written(read):
    data = read("x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    assert (data.preparation, data.warnings) == ((), ())
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("number", ["10.5", "-11", "1e400"])
def test_large_numbers_are_standardised(read, number):
    data = read(f"a,y\n{number},u\n2,v\n")
    assert data.preparation == (Standardise("feature"),)


def test_missing_numbers_are_filled_in_by_a_step_and_counted(read):
    data = read("a,b,smoker,y\n1,,no,u\n?,50,-,v\nNA,3,yes,v\n")
    assert data.preparation == (Fill("mean"), Standardise("feature"))
    assert "4 values are missing ('a' 2, 'b' 1, 'smoker' 1)." in data.notes[-1]
    assert data.warnings[0].startswith("4 of the inputs are not numbers (NaN) and 0 are infinite, in 3 samples.")
    assert "the step Fill" in data.warnings[0]


def test_a_missing_text_is_none_of_its_categories(read):
    data = read("a,b,y\n1,,u\n2,s,v\n3,t,v\n")
    assert data.inputs.tolist() == [[1, 0, 0], [2, 1, 0], [3, 0, 1]]
    assert data.preparation == ()
    assert "A missing text counts as none of its categories" in data.notes[-1]


def test_rows_with_gaps_can_be_dropped(read):
    data = read("a,b,y\n1,s,u\n,t,v\n3,,v\n4,s,v\n", missing="drop")
    assert data.inputs.tolist() == [[1, 1, 0], [4, 1, 0]]
    assert data.targets.tolist() == [0, 1]
    assert "Left out are 2 rows of 4, since 2 values are missing ('a' 1, 'b' 1)." in data.notes


def test_rows_without_a_target_are_left_out_and_counted(read):
    data = read("a,y\n1,u\n,\n3,v\n4,NA\n")
    assert data.inputs.tolist() == [[1], [3]]
    assert "2 rows are left out for having no 'y'." in data.notes
    assert data.preparation == ()


def test_infinite_numbers_are_loaded_with_a_warning_that_counts_them(read):
    data = read("a,y\ninf,u\n1e400,v\n-inf,v\n2,v\n")
    assert data.inputs[:, 0].tolist() == [np.inf, np.inf, -np.inf, 2]
    assert data.warnings[0].startswith("0 of the inputs are not numbers (NaN) and 3 are infinite, in 3 samples.")


def test_separators_of_thousands_are_not_guessed(read):
    data = read('a,b,y\n"1,234",1,u\n"5,678",2,v\n')
    assert data.input_names == ("a=1,234", "a=5,678", "b")


@pytest.mark.parametrize("cell", ["1_000", "١", "0x10", "1e", "+-1", "1 000", "."])
def test_only_plain_numbers_are_numbers(read, cell):
    assert read(f"a,b,y\n{cell},1,u\n{cell},2,v\n").input_names == (f"a={cell}", "b")


@pytest.mark.parametrize("number", [1e300, 1.2345e-42])
def test_a_number_beyond_single_precision_is_kept(read, number):
    assert read(f"a,y\n{number},u\n2,v\n").inputs.tolist() == [[number], [2]]


def test_a_number_within_single_precision_takes_four_bytes(read):
    assert read("a,y\n0.123456789012,u\n2,v\n").inputs.dtype == np.float32


def pixels(columns, brightest=255, rows=20):
    rows = np.random.default_rng(0).integers(0, brightest + 1, (rows, columns))
    rows[0, 0] = brightest
    lines = [",".join(map(str, [number % 3, *row])) for number, row in enumerate(rows)]
    return "\n".join([",".join(["label", *(f"p{number}" for number in range(columns))]), *lines]), rows


@pytest.mark.parametrize(("columns", "shape"), [(64, "8×8×1"), (784, "28×28×1"), (192, "8×8×3"), (65, "")])
def test_a_table_of_pixels_is_bytes_with_a_hint_at_their_shape(read, columns, shape):
    text, rows = pixels(columns)
    data = read(text)
    assert data.inputs.dtype == np.uint8
    assert np.array_equal(data.inputs, rows)
    assert data.preparation == (Scale(255),)
    assert [note for note in data.notes if "Reshape" in note] == [
        f"They may be pictures of {shape[:-2]} pixels: Reshape to {shape} behind the Input makes them so."
    ] * bool(shape)


def test_pixels_are_bytes_even_beside_a_column_that_is_left_out(read):
    text, rows = pixels(64)
    named = "\n".join(f"{'id' if not number else number + 999},{line}" for number, line in enumerate(text.split("\n")))
    assert np.array_equal(read(named).inputs, rows)
    assert read(named).inputs.dtype == np.uint8


@pytest.mark.parametrize(("columns", "brightest"), [(63, 255), (64, 50), (64, 256)])
def test_other_whole_numbers_are_no_pixels(read, columns, brightest):
    text, rows = pixels(columns, brightest)
    data = read(text)
    assert data.inputs.dtype == np.float32
    assert np.array_equal(data.inputs, rows)


# Options, and the place among the readers


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("a;b,y\n1;2,u\n2;3,v\n", {"delimiter": "comma"}),
        ("1,2\n3,4\n5,6\n", {"header": "yes"}),
        ("ab,u\ncd,v\n", {"header": "no"}),
        ("a;y\n1,5;u\n2,5;v\n", {"decimal": "point"}),
        ("ä,y\n1,u\n2,v\n", {"encoding": "windows-1252"}),
    ],
)
def test_what_is_found_out_can_be_said_instead(read, text, options):
    assert read(text, **options).input_names != read(text).input_names


def test_options_are_typed_behind_the_name(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text("rooms,price,y\n" + "".join(f"{number},{number * 100},u\n" for number in range(20)))
    data = open_data(f"{path},target=price,task=numbers,leave-out=y,fill=zero,test=5")
    assert (data.name, data.input_names, data.target_names) == ("houses", ("rooms",), ("price",))
    assert len(data.part("test")) == 5
    assert Fill("zero") in data.preparation


@pytest.mark.parametrize("name", ["some.csv", "some.tsv", "some.txt", "some.data", "some"])
def test_a_table_is_known_without_its_name(tmp_path, name):
    path = tmp_path / name
    path.write_text("a,y\n1,u\n2,v\n")
    assert reader_for(path) is Table


def test_any_file_is_taken_and_no_folder(tmp_path):
    assert Table.takes(Look(tmp_path / "x", start=bytes(100)))
    assert not Table.takes(Look(tmp_path, is_folder=True))


def test_many_columns_take_no_more_time_than_many_rows(read):
    names = [f"n{number}" for number in range(50_000)]
    text = ",".join(names) + "\n" + ("1.5," * 49_999 + "u\n" + "2," * 49_999 + "v\n") * 5
    start = time.process_time()
    data = read(text, columns="+".join(names[:2000]), target="n49999")
    assert data.inputs.shape == (10, 2000)
    assert read(text, leave_out="n7").inputs.shape == (10, 49_998)
    assert time.process_time() - start < 5


def test_a_table_of_pixels_takes_less_memory_than_twice_its_text(tmp_path):
    path = tmp_path / "pixels.csv"
    path.write_text(pixels(784, rows=8000)[0])
    tracemalloc.start()
    data = Table().open(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.inputs.shape == (8000, 784)
    assert peak < 2 * path.stat().st_size


def test_a_small_table_is_read_in_milliseconds(read):
    text = written(numbers(150, 5), names="abcde")
    read(text)
    start = time.perf_counter()
    read(text)
    assert time.perf_counter() - start < 0.05


def test_decimal_commas_are_not_taken_for_the_delimiter_where_texts_outnumber_numbers(read):
    rows = "0,25;0,5;rot;01.03.2024;1.000,50\n1,75;1,5;grün;02.03.2024;7,5\n"
    data = read("Größe;Gewicht;Farbe;Datum;Preis\n" + rows * 9)
    assert data.input_names[:2] == ("Größe", "Gewicht")
    assert data.inputs[:2, 0].tolist() == [0.25, 1.75]
