"""What holds for every collection: where its files are offered, and that these files are what it reads."""

import gzip
import hashlib
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import collections
from nnstudio.data.dataset import PARTS
from nnstudio.data.sources import open_data
from tests.data.collections.published import MAKERS, opened

KINDS = collections().kinds()
REMOTES = {f"{kind}/{remote.name}": remote for kind, member in KINDS.items() for remote in member.files}
ONE_ADDRESS = {"svhn"}  # No second place with the same bytes is known.

kinds = pytest.mark.parametrize("kind", MAKERS)
remotes = pytest.mark.parametrize("remote", REMOTES.values(), ids=REMOTES)


def test_the_collections_are_those_that_are_published():
    assert set(KINDS) == set(MAKERS)


@remotes
def test_every_address_is_https_and_ends_with_the_name_of_the_file(remote):
    for address in remote.addresses:
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert parts.hostname
        assert not parts.query
        assert unquote(parts.path).endswith(f"/{remote.name}")


@remotes
def test_every_file_is_known_by_its_size_and_checksum(remote):
    assert remote.size > 1000
    assert re.fullmatch("[0-9a-f]{64}", remote.sha256)
    assert re.fullmatch("([0-9a-f]{64})?", remote.content)


def test_no_checksum_stands_for_two_files():
    sums = {sum for remote in REMOTES.values() for sum in (remote.sha256, remote.content) if sum}
    different = {(remote.name, remote.size) for remote in REMOTES.values()}
    assert len(sums) == len(different) + len(KINDS["mnist"].files)


@kinds
def test_there_are_two_addresses_where_two_are_known(kind):
    wanted = 1 if kind in ONE_ADDRESS else 2
    assert all(len(set(remote.addresses)) >= wanted for remote in KINDS[kind].files)


@kinds
def test_a_line_tells_what_it_is_and_another_where_it_comes_from(kind):
    member = KINDS[kind]
    assert member.about.endswith(".")
    assert member.source.endswith(".")
    assert "\n" not in member.about + member.source
    assert member.title != kind


@kinds
def test_all_files_are_missing_from_an_empty_folder(kind, tmp_path):
    assert KINDS[kind].missing(tmp_path) == KINDS[kind].files
    assert KINDS[kind].missing(tmp_path / "none") == KINDS[kind].files


@kinds
def test_the_files_are_read_under_the_names_under_which_they_are_fetched(kind, tmp_path):
    MAKERS[kind](tmp_path)
    fetched = {remote.name for remote in KINDS[kind].files}
    assert {path.name for path in tmp_path.iterdir()} == fetched
    assert KINDS[kind].missing(tmp_path) == ()
    assert len(opened(kind, tmp_path).inputs)


@kinds
def test_a_file_that_is_taken_away_is_missing(kind, tmp_path):
    for remote in KINDS[kind].files:
        MAKERS[kind](tmp_path)
        (tmp_path / remote.name).unlink()
        assert KINDS[kind].missing(tmp_path) == (remote,)


@kinds
def test_a_folder_in_place_of_a_file_is_not_the_file(kind, tmp_path):
    for remote in KINDS[kind].files:
        (tmp_path / remote.name).mkdir()
    assert KINDS[kind].missing(tmp_path) == KINDS[kind].files


@kinds
def test_what_is_missing_is_refused_by_name_if_it_is_opened_all_the_same(kind, tmp_path):
    with pytest.raises(DataError) as caught:
        opened(kind, tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.fixture
def closed(tmp_path):
    """A folder that nobody may enter; root may, so be somebody else for a while."""
    tmp_path.chmod(0)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield tmp_path
    if was_root:
        os.seteuid(0)
    tmp_path.chmod(0o700)


@kinds
def test_a_folder_that_cannot_be_entered_holds_nothing(kind, closed):
    assert KINDS[kind].missing(closed) == KINDS[kind].files
    with pytest.raises(DataError):
        opened(kind, closed)


@kinds
def test_the_data_are_named_divided_and_of_the_declared_classes(kind, tmp_path):
    MAKERS[kind](tmp_path)
    data = opened(kind, tmp_path)
    train, validation, test = (data.part(part) for part in PARTS)
    assert data.name == kind
    assert data.class_names == KINDS[kind].class_names
    assert [*train, *test] == list(range(len(data.inputs)))
    assert len(validation) == 0
    assert data.targets.dtype == np.int64
    assert data.targets.min() >= 0
    assert data.targets.max() < len(data.class_names)
    assert data.preparation == KINDS[kind].steps


@kinds
def test_fewer_samples_than_were_published_are_told(kind, tmp_path):
    MAKERS[kind](tmp_path)
    data = opened(kind, tmp_path)
    train, test = KINDS[kind].samples
    assert data.warnings == (
        f"{len(data.part('train'))} samples train and {len(data.part('test'))} test, but {KINDS[kind].title} was "
        f"published with {train:,} and {test:,}.",
    )  # fmt: skip


@kinds
def test_it_opens_by_its_name_from_the_folder_of_the_user(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(DataError, match=f"Fetch it with `nnstudio data get {kind}`"):
        open_data(kind)
    MAKERS[kind](KINDS[kind].home())
    assert tmp_path in KINDS[kind].home().parents
    assert open_data(kind.upper()).name == kind


def test_the_sets_of_one_archive_share_it():
    homes = {KINDS[f"emnist-{each}"].home() for each in ("balanced", "digits", "letters")}
    assert len(homes) == 1


def test_other_collections_have_folders_of_their_own():
    assert len({member.home() for member in KINDS.values()}) == len(KINDS) - 2


def test_the_contents_of_mnist_are_known_whatever_they_are_packed_in():
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    if not folder:
        pytest.skip("NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
    for remote in KINDS["mnist"].files:
        contents = gzip.decompress((Path(folder) / remote.name).read_bytes())
        assert hashlib.sha256(contents).hexdigest() == remote.content
