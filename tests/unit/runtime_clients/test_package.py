"""What the package store takes, what it refuses, and how it lays files out."""

import base64
import hashlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from lambada_labs.runtime.package import PackageLimits, PackageMissing, PackageStore, UnsafePackage


def zipped(*entries: tuple[str, bytes | str], mode: int = 0o100644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def with_links(files: dict[str, str], links: list[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO(zipped(*files.items()))
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    return buffer.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    return PackageStore(tmp_path / "packages")


def refusal(store: PackageStore, content: bytes, limits: PackageLimits | None = None) -> UnsafePackage:
    with pytest.raises(UnsafePackage) as caught:
        store.put(content, limits=limits)
    return caught.value


def test_the_address_is_what_aws_calls_code_sha256(store):
    content = zipped(("app.py", "x = 1"), ("lib/a.py", "y = 2"))
    package = store.put(content)
    assert package.sha256 == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert (package.size, package.unpacked_size) == (len(content), 10)
    assert (package.root / "lib/a.py").read_text() == "y = 2"
    assert package.zip_bytes() == content
    assert store.get(package.sha256) == package == store.put(content)


def test_a_package_that_nobody_stored_is_named(store):
    with pytest.raises(PackageMissing, match="CodeSha256 AAAA"):
        store.get("AAAA")


@pytest.mark.parametrize(
    ("zipped_mode", "mode"), [(0o100600, 0o444), (0o100744, 0o555), (0, 0o444), (0o104755, 0o555)]
)
def test_files_are_readable_by_all_and_writable_by_none(store, zipped_mode, mode):
    package = store.put(zipped(("f", "x"), mode=zipped_mode))
    assert stat.S_IMODE((package.root / "f").stat().st_mode) == mode


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/evil", "a\\..\\..\\evil", "C:evil", "..", "a/.."]
)
def test_names_that_leave_the_package_are_refused(store, tmp_path, name):
    assert refusal(store, zipped((name, "x"))).kind == "zip_slip"
    assert not (tmp_path / "evil").exists()
    assert not list((tmp_path / "packages").glob("*/tree"))


def test_links_inside_the_package_are_kept(store):
    package = store.put(
        with_links({"real/tool.js": "ok"}, [("bin/tool", "../real/tool.js"), ("lib", "/opt/lib")])
    )
    assert (package.root / "bin/tool").read_text() == "ok"
    assert (package.root / "lib").readlink() == Path("/opt/lib")


@pytest.mark.parametrize(
    "links",
    [
        [("a", "/etc/passwd")],
        [("a", "../../x")],
        [("a", "/tmp/../etc")],
        [("a", "/tmp"), ("a/b", "/tmp/x")],
        [("a", "real/d/../../x"), ("real/d", "..")],
        [("real", "other")],
    ],
)
def test_links_that_lead_outside_are_refused(store, links):
    assert refusal(store, with_links({"real/f": "x"}, links)).kind == "symlink"


def test_devices_are_refused(store):
    assert refusal(store, zipped(("f", ""), mode=stat.S_IFCHR | 0o666)).kind == "special_file"


def test_what_is_no_archive_gets_awss_words(store):
    problem = refusal(store, b"hello")
    assert problem.kind == "not_a_zip"
    assert problem.aws_message == (
        "Could not unzip uploaded file. Please check your file, then try to upload again."
    )


def test_a_damaged_archive_is_refused_and_leaves_nothing(store, tmp_path):
    content = bytearray(zipped(("f", os.urandom(2000))))
    content[200:400] = bytes(200)
    assert refusal(store, bytes(content)).kind == "not_a_zip"
    assert list((tmp_path / "packages").iterdir()) == []


def test_an_archive_of_folders_only_is_empty(store):
    problem = refusal(store, zipped(("a/", "")))
    assert (problem.kind, problem.aws_message) == ("empty", "Uploaded file must be a non-empty zip")


def test_a_bomb_is_refused_before_it_is_unpacked(store):
    bomb = zipped(("f", bytes(3_000_000)))
    problem = refusal(store, bomb, PackageLimits(unzipped=1_000_000))
    assert len(bomb) < 10_000
    assert problem.aws_message == "Unzipped size must be smaller than 1000000 bytes"
    assert refusal(store, zipped(("a", ""), ("b", "")), PackageLimits(entries=1)).kind == "too_large_unzipped"


def test_an_archive_that_lies_about_its_sizes_is_no_archive(store):
    content = bytearray(zipped(("f", bytes(100_000))))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refusal(store, bytes(content), PackageLimits(unzipped=1000)).kind == "not_a_zip"


def test_the_limit_is_awss_250_mb(store):
    assert PackageLimits().unzipped == 262_144_000


def test_later_layers_win_under_opt(store):
    first = store.put(zipped(("python/a.py", "one"), ("python/b.py", "one"), ("x/y", "file")))
    second = store.put(with_links({"python/a.py": "two", "x/y/z": "folder"}, [("python/b.py", "a.py")]))
    opt = store.opt_root((first.sha256, second.sha256))
    assert (opt / "python/a.py").read_text() == "two"
    assert (opt / "python/b.py").read_text() == "two"
    assert (opt / "x/y/z").read_text() == "folder"
    assert (first.root / "python/a.py").read_text() == "one"
    assert store.opt_root((second.sha256, first.sha256)) != opt
    assert list(store.opt_root(()).iterdir()) == []
