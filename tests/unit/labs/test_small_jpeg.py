"""Pictures written as JPEG and read again at a quarter of their size."""

import io
import zipfile

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.labs import pictures, small_jpeg

RED, BLUE = (200, 30, 40), (20, 60, 190)


def halves(width, height):
    """Red on the left, blue on the right."""
    return [[RED if x < width / 2 else BLUE for x in range(width)] for _ in range(height)]


def near(seen, wanted, far=6):
    return all(abs(a - b) <= far for a, b in zip(seen, wanted, strict=True))


def test_a_picture_keeps_its_colours_at_a_quarter_of_its_size():
    width, height, rows = small_jpeg.quarter(small_jpeg.encode(halves(64, 48)))
    assert (width, height, len(rows), len(rows[0])) == (64, 48, 12, 16)
    assert all(near(row[0], RED) and near(row[-1], BLUE) for row in rows)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 3), (8, 8), (9, 17), (30, 50)])
def test_any_size_goes_through(width, height):
    small, size = small_jpeg.thumbnail(small_jpeg.encode(halves(width, height)))
    assert size == (width, height)
    assert small_jpeg.quarter(small)[:2] == (-(-width // 4), -(-height // 4))


def test_a_thumbnail_of_a_thumbnail_ends_as_one_dot():
    picture = pictures.picture("snow")
    sizes = []
    for _ in range(6):
        picture, size = small_jpeg.thumbnail(picture)
        sizes.append(size)
    assert sizes == [(256, 192), (64, 48), (16, 12), (4, 3), (1, 1), (1, 1)]


def test_a_noisy_picture_survives_its_sharp_coefficients():
    rows = [[((x * 37 + y * 91) % 256,) * 3 for x in range(24)] for y in range(24)]
    _, _, small = small_jpeg.quarter(small_jpeg.encode(rows))
    assert len(small) == len(small[0]) == 6


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"remember the sun cream", "not a JPEG"),
        (b"", "not a JPEG"),
        (b"\xff\xd8\xff\xd9", "without a scan"),
        (b"\xff\xd8\xff\xc2\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00", "not baseline"),
    ],
)
def test_what_is_no_picture_for_us_is_named(data, words):
    with pytest.raises(ValueError, match=words):
        small_jpeg.thumbnail(data)


def test_the_layer_is_a_package_that_needs_nothing_else(tmp_path):
    zipfile.ZipFile(io.BytesIO(pictures.layer())).extractall(tmp_path)
    code = "import small_jpeg, sys; print(small_jpeg.thumbnail(sys.stdin.buffer.read())[1])"
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'python')!r}); {code}"],
        input=pictures.picture("beach"),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == "(256, 192)"


def test_an_unknown_scene_names_the_known_ones():
    with pytest.raises(BadInput, match="beach"):
        pictures.picture("moon")
