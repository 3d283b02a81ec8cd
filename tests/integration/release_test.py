"""The scripts of release/: what an archive is refused for, whether two builds that differ are seen, here of one file, and
whether the bill of materials has what CycloneDX 1.5 asks for and what the programs link."""

import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from programs import BIN, ROOT, clean_environment

RELEASE = ROOT / "release"


def run(*command, folder=ROOT, **environment):
    return subprocess.run([str(part) for part in command], cwd=folder, env=clean_environment(**environment), check=False,
                          capture_output=True, text=True)


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@unittest.skipUnless(shutil.which("git"), "git is not installed")
class Archive(InAFolder):
    """release/archive in a small repository of its own."""

    def setUp(self):
        super().setUp()
        self.tree = self.folder / "tree"
        self.write("tree/release/archive", (RELEASE / "archive").read_bytes()).chmod(0o755)
        self.write("tree/CMakeLists.txt", "project(medchain VERSION 1.2.3 LANGUAGES CXX)\n")
        self.write("tree/CHANGELOG.md", "## [Unreleased]\n\n## [1.2.3] - 2026-11-30\n\n### Added\n")
        self.git("init", "--quiet")
        self.commit()
        self.git("tag", "v1.2.3")

    def git(self, *arguments):
        done = run("git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", *arguments,
                   folder=self.tree)
        self.assertEqual(done.returncode, 0, done.stderr)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A change")

    def archive(self, *options, out="out", umask=0o022, **environment):
        before = os.umask(umask)
        try:
            return run(self.tree / "release/archive", *options, self.folder / out, **environment)
        finally:
            os.umask(before)

    def assert_refused(self, why):
        done = self.archive()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(why, done.stderr)
        self.assertEqual(list((self.folder / "out").iterdir()), [])

    def test_the_same_commit_gives_the_same_bytes(self):
        done = self.archive()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^[0-9a-f]{64}  medchain-1\.2\.3\.tar\.gz\n$")
        self.git("config", "tar.umask", "user")
        self.git("config", "core.autocrlf", "true")
        again = self.archive(out="again", umask=0o077, TZ="XST-05:45", LC_ALL="C.UTF-8")
        self.assertEqual(done.stdout, again.stdout)
        names = tarfile.open(self.folder / "out/medchain-1.2.3.tar.gz").getnames()
        self.assertIn("medchain-1.2.3/CMakeLists.txt", names)
        self.assertFalse([name for name in names if not name.startswith("medchain-1.2.3")], names)

    def test_what_is_not_committed(self):
        self.write("tree/new.txt", "new\n")
        self.assert_refused("new.txt")

    def test_no_tag(self):
        self.git("tag", "--delete", "v1.2.3")
        self.assert_refused("no tag v1.2.3")

    def test_tag_of_another_commit(self):
        self.write("tree/new.txt", "new\n")
        self.commit()
        self.assert_refused("the tag v1.2.3 is of")

    def test_version_without_an_entry(self):
        self.write("tree/CMakeLists.txt", "project(medchain VERSION 1.2.4 LANGUAGES CXX)\n")
        self.commit()
        self.git("tag", "v1.2.4")
        self.assert_refused("CHANGELOG.md has no line '## [1.2.4] - YYYY-MM-DD'")

    def test_snapshot_needs_neither(self):
        self.write("tree/CMakeLists.txt", "project(medchain VERSION 1.2.4 LANGUAGES CXX)\n")
        self.commit()
        done = self.archive("--snapshot")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"  medchain-1\.2\.4-snapshot-[0-9a-f]{12}\.tar\.gz\n$")


def member(name, content):
    """As ar(5) has it."""
    return f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode() + content + b"\n" * (len(content) % 2)


class Compare(InAFolder):
    def assert_found(self, *wanted):
        done = run(RELEASE / "compare", self.folder / "a", self.folder / "b")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for text in wanted:
            self.assertIn(text, done.stdout)

    def both(self, name, first, second):
        self.write(f"a/{name}", first)
        self.write(f"b/{name}", second)

    def test_the_same(self):
        self.both("bin/x", "same", "same")
        done = run(RELEASE / "compare", self.folder / "a", self.folder / "b")
        self.assertEqual((done.returncode, done.stdout), (0, "1 files, the same\n"))

    def test_nothing_is_not_the_same(self):
        for side in "ab":
            (self.folder / side).mkdir()
        self.assert_found("0 files")

    def test_content(self):
        self.both("x.pc", "one\ntwo\n", "one\nto\n")
        self.assert_found("x.pc differs", "byte 5, line 2", "1 of 1 files")

    def test_member_of_an_archive(self):
        self.both("x.a", b"!<arch>\n" + member("a.o/", b"one") + member("b.o/", b"two"),
                  b"!<arch>\n" + member("a.o/", b"one") + member("b.o/", b"tvo"))
        self.assert_found("x.a differs\n  member b.o\n")

    def test_section_of_an_object(self):
        program = Path("/bin/true").read_bytes()
        at = program.index(b"GNU coreutils")
        self.both("x", program, program[:at] + b"g" + program[at + 1:])
        self.assert_found("x differs\n  section .rodata\n")

    def test_file_of_one_side(self):
        self.both("x", "same", "same")
        self.write("b/y", "more")
        self.assert_found("y differs", "only in")

    def test_mode_and_link(self):
        self.both("x", "same", "same")
        (self.folder / "b/x").chmod(0o755)
        for side, target in (("a", "x"), ("b", "./x")):
            (self.folder / side / "link").symlink_to(target)
        self.assert_found("x differs\n  file of mode 644\n  file of mode 755", "link to ./x")


class Reproduce(InAFolder):
    """release/reproduce on a project of one file: what makes two builds differ is seen, and named."""

    LISTS = """cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES C)
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
add_executable(small small.c)
install(TARGETS small)
install(FILES small.c DESTINATION share)
"""
    PRESETS = {"version": 6, "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "build"}]}

    def reproduce(self, expression, lists=LISTS):
        self.write("small/small.c", f"const char* word = {expression};\nint main(void) {{ return !word; }}\n")
        self.write("small/CMakeLists.txt", lists)
        self.write("small/CMakePresets.json", json.dumps(self.PRESETS))
        archive = self.folder / "small.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(self.folder / "small", "small")
        return run(RELEASE / "reproduce", "--jobs", 1, archive)

    def assert_differs(self, done, *wanted):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for text in ("bin/small differs", "1 of 2 files differ", *wanted):
            self.assertIn(text, done.stdout)

    def test_the_same(self):
        done = self.reproduce("__FILE__")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("2 files, the same", done.stdout)

    def test_a_time(self):
        # A second is sure to pass between the compiler's two runs.
        slow = self.LISTS + "add_custom_command(TARGET small POST_BUILD COMMAND sleep 1.1)\n"
        self.assert_differs(self.reproduce("__TIME__", slow), "section .rodata")

    def test_a_path(self):
        self.assert_differs(self.reproduce("__FILE__", self.LISTS.replace("add_compile_options", "#")), "section .rodata")

    def test_a_build_that_fails(self):
        done = self.reproduce("none")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the first build failed", done.stderr)
        self.assertIn("none", done.stderr)


@unittest.skipUnless(Path("/usr/bin/dpkg-query").is_file(), "this is no Debian system")
class Sbom(unittest.TestCase):
    """https://cyclonedx.org/docs/1.5/json"""

    @classmethod
    def setUpClass(cls):
        cls.text = cls.sbom()
        cls.bill = json.load(io.StringIO(cls.text))
        cls.components = {each["bom-ref"]: each for each in cls.bill["components"]}
        cls.edges = {each["ref"]: each["dependsOn"] for each in cls.bill["dependencies"]}

    @staticmethod
    def sbom():
        done = run(RELEASE / "sbom", BIN.parent, SOURCE_DATE_EPOCH="1764460800")
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    def names_below(self, ref):
        return {self.components[other]["name"] for other in self.edges[ref]}

    def test_what_the_specification_requires(self):
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"], self.bill["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(self.bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(self.bill["metadata"]["timestamp"], "2025-11-30T00:00:00Z")
        everything = [self.bill["metadata"]["component"], *self.bill["components"]]
        for component in everything:
            self.assertIn(component["type"], ("application", "library"))
            self.assertTrue(component["name"] and component["version"])
            self.assertIn(component.get("scope", "required"), ("required", "excluded"))
            for entry in component.get("hashes", ()):
                self.assertRegex(entry["content"], {"SHA-256": "^[0-9a-f]{64}$", "SHA-512": "^[0-9a-f]{128}$"}[entry["alg"]])
            for choice in component.get("licenses", ()):
                self.assertEqual(len(choice["license"].keys() & {"id", "name"}), 1)
            if not component["bom-ref"].startswith("medchain:"):
                self.assertRegex(component["purl"], r"^pkg:(deb/[a-z]+|npm|generic)/[^ ]+@[0-9][^ ]*$")
        refs = [component["bom-ref"] for component in everything]
        self.assertEqual(len(refs), len(set(refs)))
        self.assertEqual(sorted(self.edges), sorted(refs))
        for ref, others in self.edges.items():
            self.assertEqual(others, sorted(set(others)))
            self.assertLessEqual(set(others), set(refs) - {ref})

    def test_the_programs_link_what_the_loader_loads(self):
        for program in ("medchaind", "medchain"):
            ref = f"medchain:bin/{program}"
            loaded = set(re.findall(r"=> (/\S+)", run("ldd", BIN / program).stdout))
            reached, waiting = set(), [ref]
            while waiting:
                for other in self.edges[waiting.pop()]:
                    if other not in reached:
                        reached.add(other)
                        waiting.append(other)
            names = {self.components[other]["name"] for other in reached}
            for library in loaded:
                # The loader's names are links; a package has the file or the link, in /usr/lib or in /lib.
                files = {library, str(Path(library).resolve())}
                owners = run("dpkg-query", "--search", *files, *(f"/usr{file}" for file in files)).stdout
                self.assertTrue(set(re.findall(r"^([^:\s]+):", owners, re.MULTILINE)) & names, f"{library}: {owners}")
        self.assertIn("libjemalloc2", self.names_below("medchain:bin/medchaind"))
        self.assertNotIn("libjemalloc2", self.names_below("medchain:bin/medchain"))

    def test_header_only_libraries_are_there(self):
        self.assertLessEqual({"nlohmann-json3-dev", "libcli11-dev", "libtomlplusplus-dev"},
                             self.names_below("medchain:bin/medchaind"))
        libraries = {ref: self.names_below(ref) for ref in self.edges if ref.endswith("/libmedchain.a")}
        self.assertEqual(len(libraries), 1)
        for names in libraries.values():
            self.assertLessEqual({"nlohmann-json3-dev", "libsodium23", "libstdc++6"}, names)
            self.assertFalse([name for name in names if name.startswith(("librocksdb", "libcapnp"))], names)

    def test_the_client_in_typescript(self):
        lock = json.loads((ROOT / "clients/typescript/package-lock.json").read_text())
        names = self.names_below(f"pkg:npm/%40medchain/client@{lock['version']}")
        self.assertEqual(names, set(lock["packages"][""]["dependencies"]))
        self.assertNotIn("typescript", {component["name"] for component in self.components.values()})

    def test_the_same_bytes_again(self):
        self.assertEqual(self.text, self.sbom())


if __name__ == "__main__":
    unittest.main()
