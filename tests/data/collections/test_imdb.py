"""The IMDB reviews: texts in a tar archive or a folder, as words in bags or in sequences, kept for the next time."""

import gzip
import io
import os
import pickle
import shutil
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from nnstudio.core.errors import DataError, FieldError
from nnstudio.data.collections import reviews
from nnstudio.data.collections.base import collections
from nnstudio.data.collections.imdb import Imdb
from nnstudio.data.sources import open_data
from tests.data.collections.published import (
    MEBI,
    PAGE,
    PICKLE,
    REVIEWS,
    files,
    imdb_contents,
    info,
    make_imdb,
    opened,
    refusal,
    tar,
    zeros_packed,
)

ARCHIVE = "aclImdb_v1.tar.gz"
KEPT = "aclImdb_words.npz"
GROUPS = ("train/neg", "train/pos", "test/neg", "test/pos")
IN_ORDER = [REVIEWS[name] for group in GROUPS for name in sorted(REVIEWS) if name.startswith(group)]
PLAIN = tar(files(imdb_contents()))
PACKED = gzip.compress(PLAIN, mtime=0)

# By frequency in the five training reviews, equals in alphabetical order.
WORDS = (
    "good", "bad", "film", "it", "a", "the", "1950s", "acting", "best", "bien", "called", "don't", "dull", "is",
    "isn't", "très", "watch",
)  # fmt: skip


def unpack(folder):
    """The archive, unpacked by hand."""
    for name, content in imdb_contents().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def by_sklearn(words):
    """Which review has which of these words, as scikit-learn finds them."""
    texts = [text.replace("<br />", " ") for text in IN_ORDER]
    counting = CountVectorizer(binary=True, vocabulary=words, token_pattern=r"(?u)[^\W_]+(?:'[^\W_]+)*")
    return counting.transform(texts).toarray()


def test_the_vocabulary_is_by_frequency_in_training_and_equals_by_alphabet(tmp_path):
    make_imdb(tmp_path)
    assert opened("imdb", tmp_path).input_names == WORDS


def test_a_bag_tells_which_words_a_review_has(tmp_path):
    make_imdb(tmp_path)
    data = opened("imdb", tmp_path)
    assert data.inputs.dtype == np.uint8
    assert np.array_equal(data.inputs, by_sklearn(WORDS))


@pytest.mark.parametrize("words", [1, 3, 16])
def test_fewer_words_are_the_most_frequent_ones(words, tmp_path):
    make_imdb(tmp_path)
    data = opened("imdb", tmp_path, words=words)
    assert data.input_names == WORDS[:words]
    assert np.array_equal(data.inputs, by_sklearn(WORDS[:words]))


def test_more_reviews_than_are_put_into_bags_at_once_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.collections.imdb.AT_ONCE", 3)
    test_a_bag_tells_which_words_a_review_has(tmp_path)


def test_reviews_belong_to_their_classes_and_parts(tmp_path):
    make_imdb(tmp_path)
    data = opened("imdb", tmp_path)
    assert data.class_names == ("negative", "positive")
    assert data.targets.tolist() == [0, 0, 0, 1, 1, 0, 1, 1]
    assert data.part("train").tolist() == [0, 1, 2, 3, 4]
    assert data.part("test").tolist() == [5, 6, 7]


def numbers_of(text, known):
    text = text.lower()
    for mark in ("<br />", ".", ",", ";", "!", ":", "_"):
        text = text.replace(mark, " ")
    return [WORDS.index(word) + 2 if word in WORDS[:known] else 1 for word in text.split()]


@pytest.mark.parametrize("length", [1, 4, 12])
@pytest.mark.parametrize("known", [2, 1000])
def test_a_sequence_is_the_last_words_behind_zeros(known, length, tmp_path):
    make_imdb(tmp_path)
    data = opened("imdb", tmp_path, form="sequence", length=length, words=known)
    assert data.inputs.dtype == np.uint16
    assert data.input_names == ()
    for row, text in zip(data.inputs.tolist(), IN_ORDER, strict=True):
        numbers = numbers_of(text, known)[-length:]
        assert row == [0] * (length - len(numbers)) + numbers


def test_the_notes_say_how_words_were_made(tmp_path):
    make_imdb(tmp_path)
    bag, sequence = opened("imdb", tmp_path).notes, opened("imdb", tmp_path, form="sequence", words=5).notes
    assert bag[0] == sequence[0]
    assert "in lower case, apostrophes inside included; <br /> is left out" in bag[0]
    assert "the 17 most frequent" in bag[1]
    assert (
        "last 200 words: 2 is the most frequent of 5 words, 1 any other word, and 0 fills up the front" in sequence[1]
    )


def test_options_are_typed_after_the_name(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    make_imdb(Imdb.home())
    assert open_data("imdb,words=3").inputs.shape == (8, 3)
    assert open_data("imdb,form=sequence,length=7").inputs.shape == (8, 7)


@pytest.mark.parametrize("field", [{"words": 0}, {"words": 20_001}, {"form": "tree"}, {"length": 0}, {"length": 2001}])
def test_options_out_of_range_are_refused(field):
    with pytest.raises(FieldError):
        Imdb(**field)


def test_the_order_in_the_archive_does_not_matter(tmp_path):
    make_imdb(tmp_path)
    expected = opened("imdb", tmp_path)
    turned = dict(reversed(imdb_contents().items()))
    (tmp_path / ARCHIVE).write_bytes(gzip.compress(tar(files(turned))))
    (tmp_path / KEPT).unlink()
    data = opened("imdb", tmp_path)
    assert data.input_names == expected.input_names
    assert np.array_equal(data.inputs, expected.inputs)


@pytest.mark.parametrize("place", [".", "aclImdb"])
@pytest.mark.parametrize("form", ["bag", "sequence"])
def test_a_folder_unpacked_by_hand_does_without_the_archive(form, place, tmp_path):
    make_imdb(tmp_path / "packed")
    unpack(tmp_path)
    data = opened("imdb", tmp_path / ("aclImdb" if place == "." else "."), form=form)
    assert collections().find("imdb").missing(tmp_path) == ()
    assert np.array_equal(data.inputs, opened("imdb", tmp_path / "packed", form=form).inputs)


@pytest.mark.parametrize("name", [ARCHIVE, "aclImdb_v1.tar"])
def test_an_archive_that_the_browser_unpacked_is_read(name, tmp_path):
    (tmp_path / name).write_bytes(PLAIN)
    assert collections().find("imdb").missing(tmp_path) == ()
    assert opened("imdb", tmp_path).input_names == WORDS


def test_any_bytes_are_a_review(tmp_path):
    contents = {**imdb_contents(), "aclImdb/test/pos/9_9.txt": b"good \xff\xfe\0 \xc3 bad\x85"}
    (tmp_path / ARCHIVE).write_bytes(tar(files(contents)))
    assert opened("imdb", tmp_path, words=2).inputs[-1].tolist() == [1, 1]


def test_the_vocabulary_never_has_more_words_than_there_are_numbers_for(tmp_path, monkeypatch):
    monkeypatch.setattr(reviews, "MOST_WORDS", 4)
    make_imdb(tmp_path)
    data = opened("imdb", tmp_path, form="sequence", length=9)
    assert data.inputs.max() == 5
    assert opened("imdb", tmp_path).input_names == WORDS[:4]


# What is kept for the next time.


@pytest.fixture
def reads(monkeypatch):
    """The archives and folders whose texts were read."""
    found = []
    count = reviews._counted

    def counted(texts):
        found.append(texts)
        return count(texts)

    monkeypatch.setattr(reviews, "_counted", counted)
    return found


def make(folder, form):
    if form == "archive":
        make_imdb(folder)
    else:
        unpack(folder)


forms = pytest.mark.parametrize("form", ["archive", "folder"])


@forms
def test_texts_are_read_only_once(form, tmp_path, reads):
    make(tmp_path, form)
    first, second, other = (opened("imdb", tmp_path, words=words) for words in (9, 9, 5))
    assert len(reads) == 1
    assert np.array_equal(first.inputs, second.inputs)
    assert first.input_names == second.input_names
    assert np.array_equal(first.targets, second.targets)
    assert np.array_equal(other.inputs, by_sklearn(WORDS[:5]))


def test_sequences_from_what_was_kept_are_the_same(tmp_path):
    make_imdb(tmp_path)
    first, second = (opened("imdb", tmp_path, form="sequence", words=7) for _ in range(2))
    assert np.array_equal(first.inputs, second.inputs)


def test_what_is_kept_holds_no_objects(tmp_path):
    make_imdb(tmp_path)
    opened("imdb", tmp_path)
    with np.load(tmp_path / KEPT, allow_pickle=False) as kept:
        assert {kept[name].dtype.kind for name in kept.files} <= {"i", "u"}


def test_an_archive_of_another_time_is_read_anew(tmp_path, reads):
    make_imdb(tmp_path)
    opened("imdb", tmp_path)
    os.utime(tmp_path / ARCHIVE, (1, 1))
    opened("imdb", tmp_path)
    assert len(reads) == 2


def test_an_archive_of_another_size_is_read_anew(tmp_path, reads):
    make_imdb(tmp_path)
    before = os.stat(tmp_path / ARCHIVE)
    opened("imdb", tmp_path)
    (tmp_path / ARCHIVE).write_bytes(PLAIN)
    os.utime(tmp_path / ARCHIVE, ns=(before.st_atime_ns, before.st_mtime_ns))
    opened("imdb", tmp_path)
    assert len(reads) == 2


@pytest.mark.parametrize("change", ["another text", "a text more", "a text less"])
def test_a_folder_that_was_changed_is_read_anew(change, tmp_path, reads):
    unpack(tmp_path)
    opened("imdb", tmp_path)
    group = tmp_path / "aclImdb" / "train" / "pos"
    if change == "another text":
        (group / "0_9.txt").write_text("terrible")
    elif change == "a text more":
        (group / "7_7.txt").write_text("terrible")
    else:
        (group / "0_9.txt").unlink()
    data = opened("imdb", tmp_path)
    assert len(reads) == 2
    assert ("terrible" in data.input_names) is (change != "a text less")


def kept_with(**changes):
    """A file as it is kept of these reviews, but with other arrays."""

    def make(folder):
        make_imdb(folder)
        opened("imdb", folder)
        with np.load(folder / KEPT) as kept:
            arrays = {name: kept[name] for name in kept.files}
        for name, change in changes.items():
            arrays[name] = change(arrays[name])
        file = io.BytesIO()
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
        return file.getvalue()

    return make


def kept_bytes(change):
    def make(folder):
        make_imdb(folder)
        opened("imdb", folder)
        return change((folder / KEPT).read_bytes())

    return make


def packed_zeros(folder):
    """Arrays of the right names, one of which is 256 MB of zeros in 256 kB."""
    file = io.BytesIO()
    names = ("origin", "words", "lengths", "counts")
    np.savez_compressed(file, numbers=np.zeros(2**27, "u2"), **{name: np.ones(3, "i8") for name in names})
    return file.getvalue()


BROKEN = {
    "nothing": kept_bytes(lambda kept: b""),
    "a web page": kept_bytes(lambda kept: PAGE),
    "a pickle": kept_bytes(lambda kept: PICKLE),
    "cut short": kept_bytes(lambda kept: kept[:-100]),
    "a damaged word": kept_bytes(lambda kept: kept.replace(b"film\n", b"fjlm\n")),
    "of other texts": kept_with(origin=lambda origin: origin + 1),
    "of another rule": kept_with(origin=lambda origin: origin - [1, 0, 0, 0]),
    "an array missing": kept_with(words=lambda words: None),
    "objects": kept_with(words=lambda words: words.astype("O")),
    "fewer words": kept_with(words=lambda words: words[:4]),
    "fewer numbers": kept_with(numbers=lambda numbers: numbers[:-1]),
    "no numbers": kept_with(numbers=lambda numbers: numbers[:0], lengths=lambda lengths: lengths * 0),
    "numbers of another type": kept_with(numbers=lambda numbers: numbers.astype("i8")),
    "numbers with a point": kept_with(numbers=lambda numbers: numbers.astype("f8")),
    "numbers in rows": kept_with(numbers=lambda numbers: numbers[:, None]),
    "a number of no word": kept_with(numbers=lambda numbers: numbers + 900),
    "the number of padding": kept_with(numbers=lambda numbers: numbers * 0),
    "negative lengths": kept_with(lengths=lambda lengths: lengths * -1),
    "lengths with a point": kept_with(lengths=lambda lengths: lengths.astype("f8")),
    "other lengths": kept_with(lengths=lambda lengths: lengths + 1),
    "other counts": kept_with(counts=lambda counts: counts + 1),
    "fewer counts": kept_with(counts=lambda counts: counts[:3]),
    "counts of many axes": kept_with(counts=lambda counts: counts[:, None]),
    "256 MB of zeros": packed_zeros,
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_what_was_not_kept_so_is_made_anew(make, tmp_path, reads):
    content = make(tmp_path)
    make_imdb(tmp_path)
    (tmp_path / KEPT).write_bytes(content)
    reads.clear()
    for _ in range(2):
        data = opened("imdb", tmp_path)
        assert data.input_names == WORDS
        assert np.array_equal(data.inputs, by_sklearn(WORDS))
    assert len(reads) == 1


def test_no_pickle_in_what_was_kept_is_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    make_imdb(tmp_path)
    np.savez(tmp_path / "made.npz", **{name: np.array([Trap()], object) for name in reviews._ARRAYS})
    (tmp_path / "made.npz").rename(tmp_path / KEPT)
    opened("imdb", tmp_path)
    (tmp_path / KEPT).write_bytes(pickle.dumps(Trap()))
    opened("imdb", tmp_path)
    assert not (tmp_path / "trapped").exists()


@pytest.fixture
def read_only():
    """A folder that everybody may read and nobody may write to; the usual ones are closed to others."""
    folder = Path(tempfile.mkdtemp())
    make_imdb(folder)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_to_goes_without(read_only, nobody, reads):
    for _ in range(2):
        assert opened("imdb", read_only).input_names == WORDS
    assert len(reads) == 2
    assert [path.name for path in read_only.iterdir()] == [ARCHIVE]


def test_a_folder_in_place_of_what_is_kept_goes_without(tmp_path):
    make_imdb(tmp_path)
    (tmp_path / KEPT).mkdir()
    assert opened("imdb", tmp_path).input_names == WORDS


def test_a_link_in_place_of_what_is_kept_is_not_written_through(tmp_path):
    make_imdb(tmp_path / "imdb")
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "imdb" / KEPT).symlink_to(tmp_path / "mine")
    assert opened("imdb", tmp_path / "imdb").input_names == WORDS
    assert (tmp_path / "mine").read_text() == "mine"


# What is not as it should be.

TEXT = "aclImdb/train/pos/0_9.txt"


def packed(members):
    return gzip.compress(tar(members), 1)


def changed(name, content):
    return packed(files({**imdb_contents(), name: content}))


def beside(*members):
    return packed([*members, *files(imdb_contents())])


def without(group):
    return packed(files({name: each for name, each in imdb_contents().items() if group not in name}))


def different_words(count):
    """So many texts of 5,000 words each that no other has."""
    return {
        f"aclImdb/train/neg/{each}.txt": " ".join(f"{each:x}z{word:x}" for word in range(5000)).encode()
        for each in range(count)
    }


BAD = {
    "nothing": (b"", "is empty"),
    "a web page": (PAGE, "is a web page"),
    "a packed web page": (gzip.compress(PAGE), "not a tar archive"),
    "a pickle": (PICKLE, "not a tar archive"),
    "cut in the middle": (PACKED[: len(PACKED) // 2], "is incomplete"),
    "without its checksum": (PACKED[:-8], "is incomplete, or damaged at its end"),
    "with a wrong checksum": (PACKED[:-6] + b"xxxxxx", "not a tar archive"),
    "more behind its last file": (gzip.compress(PLAIN + b"x" * 512), "goes on after its last file"),
    "no negative reviews to train": (without("train/neg"), "holds no reviews in train/neg."),
    "nothing to test": (without("/test/"), "holds no reviews in test/neg, test/pos."),
    "another archive": (packed(files({"cifar-10-batches-bin/test_batch.bin": bytes(3073)})), "holds no reviews in"),
    "another folder": (packed(files({f"x/{name}": each for name, each in imdb_contents().items()})), "no reviews in"),
    "a review of 65,537 bytes": (changed(TEXT, b"a" * 65_537), f"'{TEXT}', which is too long for a review"),
    "a review of 1 GB": (
        zeros_packed(info(TEXT, 1023 * MEBI).tobuf(), 1023), f"'{TEXT}', which is too long for a review",
    ),
    "a review of 1 TB": (
        gzip.compress(info(TEXT, 2**40).tobuf(tarfile.GNU_FORMAT) + bytes(9999)), "whose size cannot be right",
    ),
    "2 GB beside the reviews": (zeros_packed(info("README", 2**31).tobuf(), 2048), "whose size cannot be right"),
    "zeros behind the reviews": (zeros_packed(PLAIN, 1024), "goes on after its last file"),
    "too many different words": (packed(files(different_words(7))), "too many different words"),
    "a member above the folder": (beside(*files({"../evil.txt": b"x"})), "'../evil.txt', which does not belong there"),
    "a review above the folder": (
        beside(*files({"aclImdb/train/pos/../../../a.txt": b"x"})), "which does not belong there",
    ),
    "a member from the root": (beside(*files({"/etc/passwd": b"x"})), "'/etc/passwd', which does not belong there"),
    "a link for a review": (beside((info(TEXT, kind=tarfile.SYMTYPE, link="/etc/passwd"), b"")), "does not belong"),
    "a hard link": (beside((info(TEXT, kind=tarfile.LNKTYPE, link="/etc/passwd"), b"")), "does not belong there"),
    "a pipe": (beside((info(TEXT, kind=tarfile.FIFOTYPE), b"")), "does not belong there"),
    "a device": (beside((info(TEXT, kind=tarfile.CHRTYPE), b"")), "does not belong there"),
    "keywords of 512 MB": (
        zeros_packed(info("long", 512 * MEBI, tarfile.XHDTYPE).tobuf(), 512, PLAIN), "not a tar archive",
    ),
}  # fmt: skip


@pytest.fixture
def quick_limits(monkeypatch):
    """As many different words as a test can make in a second."""
    monkeypatch.setattr(reviews, "_MOST_DIFFERENT", 20_000)


@pytest.mark.usefixtures("quick_limits")
@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_archive_is_refused_for_the_right_reason(content, reason, tmp_path):
    (tmp_path / ARCHIVE).write_bytes(content)
    assert reason in refusal("imdb", tmp_path)


def test_more_reviews_than_there_can_be_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reviews, "_MOST_TEXTS", 7)
    make_imdb(tmp_path)
    assert "too many reviews" in refusal("imdb", tmp_path)


def test_a_crowd_of_members_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reviews, "_MOST_MEMBERS", 1000)
    (tmp_path / ARCHIVE).write_bytes(gzip.compress(info("a").tobuf() * 1001))
    assert "more than 1,000 files" in refusal("imdb", tmp_path)


def a_pipe(text):
    text.unlink()
    os.mkfifo(text)


def a_folder(text):
    text.unlink()
    text.mkdir()


def a_link_to_itself(text):
    text.unlink()
    text.symlink_to(text)


BAD_TEXTS = {
    "a pipe": (a_pipe, "is not an ordinary file"),
    "a folder": (a_folder, "is a folder"),
    "a link to itself": (a_link_to_itself, "cannot be read"),
    "a long text": (lambda text: text.write_bytes(b"a" * 65_537), "too long for a review"),
    "a very long text": (lambda text: os.truncate(text, 2**40), "too long for a review"),
    "no text at all": (lambda text: shutil.rmtree(text.parent), "does not hold aclImdb_v1.tar.gz"),
    "no text in a group": (lambda text: [each.unlink() for each in text.parent.iterdir()], "no reviews in train/pos"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "reason"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_bad_text_in_a_folder_is_refused(damage, reason, tmp_path):
    unpack(tmp_path)
    damage(tmp_path / TEXT)
    assert reason in refusal("imdb", tmp_path)


def test_more_texts_in_a_folder_than_there_can_be_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reviews, "_MOST_TEXTS", 2)
    unpack(tmp_path)
    assert "holds more than 2 reviews" in refusal("imdb", tmp_path)


def test_nothing_is_kept_of_what_was_refused(tmp_path):
    (tmp_path / ARCHIVE).write_bytes(PACKED[:-8])
    with pytest.raises(DataError):
        opened("imdb", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [ARCHIVE]


def test_words_are_counted_as_counter_counts_them():
    """The expected vocabulary above is not just what the reader says."""
    counts = Counter(word for text in IN_ORDER[:5] for word in numbers_of(text, 1000))
    assert [count for _, count in sorted(counts.items())] == [5, 4, 3, 3, 2, 2, *[1] * 11]
