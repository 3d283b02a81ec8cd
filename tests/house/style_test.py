"""Each rule of tests/style, broken once in a small tree: it is caught, where it stands, and nothing else is."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STYLE = Path(__file__).resolve().parent.parent / "style"

GOOD = {
    "CMakeLists.txt": "project(medchain VERSION 1.2.3 LANGUAGES CXX)\n",
    "clients/typescript/package.json": '{\n  "version": "1.2.3",\n  "dependencies": { "a": "4.5.6" }\n}\n',
    "examples/embed/CMakeLists.txt": "find_package(medchain 1.2 REQUIRED)\n",
    "lib/src/base/CMakeLists.txt": "medchain_component(base\n  HEADERS bytes.h\n  SOURCES bytes.cc\n)\n",
    "lib/src/ledger/CMakeLists.txt": "medchain_component(ledger\n  HEADERS block.h\n  SOURCES block.cc\n  DEPENDS base\n)\n",
    "lib/src/state/CMakeLists.txt": "medchain_component(state\n  HEADERS state.h\n  SOURCES state.cc\n  DEPENDS ledger\n)\n",
    "lib/src/election/CMakeLists.txt": "medchain_component(election\n  HEADERS election.h\n  DEPENDS ledger\n)\n",
    "lib/include/medchain/bytes.h": "#pragma once\n\n#include <vector>\n",
    "lib/include/medchain/block.h": '#pragma once\n\n#include <memory>\n\n#include "medchain/bytes.h"\n',
    "lib/include/medchain/state.h": '#pragma once\n\n#include "medchain/block.h"\n',
    "lib/include/medchain/election.h": "#pragma once\n",
    "lib/src/ledger/block.cc": '#include "medchain/block.h"\n\nint answer() { return 42; }\n',
    "README.md": "# A tree\n",
}


def function_of(lines, head="int f(int x)"):
    return head + " {\n" + "  ++x;\n" * (lines - 3) + "  return x;\n}\n"


class Style(unittest.TestCase):
    def run_style(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**GOOD, **changes}.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            run = subprocess.run([sys.executable, STYLE, folder], capture_output=True, text=True, check=False)
        self.assertEqual(run.stderr, "")
        self.assertEqual(run.returncode, 1 if run.stdout else 0)
        return run.stdout.splitlines()

    def assert_only(self, name, line, what, content):
        found = self.run_style({name: content})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{name}:{line}: "), found)
        self.assertIn(what, found[0])

    def test_a_tree_in_order_passes(self):
        self.assertEqual(self.run_style({}), [])

    def test_final_newline(self):
        self.assert_only("docs/page.md", 2, "newline", "one\ntwo")

    def test_line_ends(self):
        self.assert_only("docs/page.md", 1, "CR LF", "one\r\ntwo\r\n")

    def test_large_file(self):
        self.assert_only("docs/picture.png", 1, "large data", b"\0" * (1024 * 1024 + 1))

    def test_long_file(self):
        self.assert_only("tests/long.cc", 601, "601 lines", "int x;\n" * 601)
        self.assertEqual(self.run_style({"tests/long.cc": "int x;\n" * 600}), [])

    def test_long_script(self):
        self.assert_only("examples/script", 602, "602 lines", "#!/bin/sh\n" + "true\n" * 601)

    def test_long_line(self):
        for name in ("tests/wide.cc", "clients/wide.ts"):
            self.assert_only(name, 1, "columns", "// " + "x" * 118 + "\n")

    def test_long_function(self):
        for before in ("", "namespace a {\n\n", "class C : public B<int> {\n public:\n  C() : x_{1}, y_(2) {}\n\n  int y_ = 2;\n"):
            after = {"n": "}\n", "c": "};\n"}.get(before[:1], "")
            with self.subTest(before=before):
                self.assertEqual(self.formatless({"tests/f.cc": before + function_of(70) + after}), [])
                found = self.formatless({"tests/f.cc": before + function_of(71) + after})
                self.assertEqual(found, [f"tests/f.cc:{before.count(chr(10)) + 1}: a function of 71 lines, at most 70"])

    def test_long_function_in_other_shapes(self):
        for head in ('TEST_CASE("a name with { in it")', "C::C(int x)\n    : a_{x},\n      b_(x)", "auto C::f(int x) const -> int",
                     "template <class T>\nstd::vector<T> f(T x)", "static struct stat f(int x)"):
            with self.subTest(head=head):
                found = self.formatless({"tests/f.cc": function_of(71, head)})
                self.assertEqual(len(found), 1, found)
                self.assertIn("a function of", found[0])

    def formatless(self, changes):
        return [line for line in self.run_style(changes) if "clang-format" not in line]

    def test_words(self):
        marker = "TO" + "DO"
        self.assert_only("docs/page.md", 2, marker, f"one\n{marker}: two\n")
        self.assert_only("docs/page.md", 1, "one machine", "see /ho" + "me/someone\n")
        self.assert_only("lib/src/ledger/x.cc", 1, "floating point", "double x = 0;\n")
        self.assert_only("lib/src/state/x.cc", 1, "no clock", "#include <chrono>\n")
        self.assertEqual(self.run_style({"apps/x.cc": "#include <chrono>\n"}), [])

    def test_includes_go_downward(self):
        self.assert_only("lib/src/ledger/x.cc", 1, "stands on", '#include "medchain/state.h"\n')
        self.assert_only("lib/src/election/x.cc", 1, "stands on", '#include "medchain/state.h"\n')
        self.assert_only("lib/src/base/x.cc", 1, "stands on", '#include "medchain/block.h"\n')
        self.assert_only("lib/include/medchain/bytes.h", 3, "stands on", '#pragma once\n\n#include "medchain/block.h"\n')
        self.assertEqual(self.run_style({"lib/src/state/x.cc": '#include "medchain/block.h"\n'}), [])

    def test_private_headers_are_private(self):
        self.assert_only("lib/src/ledger/x.cc", 1, "its own", '#include "../base/private.h"\n')
        self.assertEqual(self.run_style({"lib/src/ledger/x.cc": '#include "private.h"\n'}), [])

    def test_public_headers_see_the_standard_library_only(self):
        self.assert_only("lib/include/medchain/bytes.h", 2, "standard library", "#pragma once\n#include <sodium.h>\n")
        self.assert_only("lib/include/medchain/bytes.h", 2, "standard library", "#pragma once\n#include <kj/async.h>\n")

    def test_third_party_headers_have_their_folders(self):
        self.assert_only("lib/src/ledger/x.cc", 1, "rocksdb only", "#include <rocksdb/db.h>\n")
        self.assert_only("lib/src/ledger/x.cc", 1, "crypto", "#include <sodium.h>\n")

    def test_bindings_see_public_headers_only(self):
        self.assert_only("bindings/c/x.cc", 1, "no public header", '#include "medchain/private.h"\n')
        self.assert_only("bindings/c/x.cc", 1, "public headers only", '#include "../../lib/src/base/private.h"\n')
        self.assert_only("bindings/c/x.cc", 1, "public headers only", "#include <sodium.h>\n")
        self.assertEqual(self.run_style({"bindings/c/x.cc": '#include "medchain/state.h"\n\n#include "own.h"\n'}), [])

    def test_one_version(self):
        self.assert_only("clients/typescript/package.json", 2, "CMakeLists.txt is 1.2.3", '{\n  "version": "1.2.4"\n}\n')
        lock = ('{\n  "version": "1.2.3",\n  "packages": {\n    "": {\n      "version": "%s"\n    },\n'
                '    "node_modules/a": {\n      "version": "4.5.6"\n    }\n  }\n}\n')
        self.assert_only("clients/typescript/package-lock.json", 5, "version 1.2.2", lock % "1.2.2")
        self.assertEqual(self.run_style({"clients/typescript/package-lock.json": lock % "1.2.3"}), [])
        self.assert_only("CMakeLists.txt", 1, "no project(", "project(medchain LANGUAGES CXX)\n")
        self.assert_only("examples/embed/CMakeLists.txt", 1, "medchain 1.1", "find_package(medchain 1.1 REQUIRED)\n")
        self.assert_only("docs/page.md", 2, "medchain 1", "one\n`find_package(medchain 1.20)`\n")

    def test_c_is_held_to_the_same(self):
        self.assert_only("bindings/c/x.c", 1, "columns", "// " + "x" * 118 + "\n")

    @unittest.skipUnless(__import__("shutil").which("clang-format-16"), "clang-format-16 is not installed")
    def test_formatting(self):
        with_style = {".clang-format": "BasedOnStyle: Google\n", "tests/f.cc": "int   x;\n"}
        self.assertEqual(self.run_style(with_style), ["tests/f.cc:1: not as clang-format-16 writes it"])


if __name__ == "__main__":
    unittest.main()
