"""The shape of the code: which way imports go, that there are no cycles, and how long a module may be."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("scraper", "pipelines", "spiders")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
}
LONGEST_MODULE, MOST_PARAMETERS = 300, 5

# Each part of the recipe and the parts it may import; a part may always import itself.
BASE = {"scraper.model", "scraper.tables", "scraper.language_model"}
STAGES = ("decoding", "segmentation", "mojibake", "extraction", "spam")
ALLOWED = {
    "scraper.model": set(),
    "scraper.tables": {"scraper.model"},
    "scraper.ranks": set(),
    "scraper.language_model": {"scraper.model", "scraper.tables", "scraper.ranks"},
    **{f"scraper.{stage}": BASE for stage in STAGES},
    "scraper.finishing": BASE,
    "scraper.cleaning": BASE | {f"scraper.{stage}" for stage in STAGES} | {"scraper.finishing", "scraper.sites"},
    "scraper.sites": BASE | {"scraper.fields", "scraper.urls"},
    "scraper.fields": {"scraper.urls"},
    "scraper.urls": set(),
}
SCRAPY_MAY_BE_IMPORTED_BY = ("scraper.settings", "scraper.crawl", "spiders", "pipelines")


def inside(module: str, parts: tuple[str, ...] | set[str]) -> bool:
    return any(module == part or module.startswith(part + ".") for part in parts)


def imports(module: str, at_load: bool = False) -> set[str]:
    """What ``module`` imports: names of modules of ours in full, of others by their top package."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    found = set()
    for node in tree.body if at_load else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in whole}
    return found - {module}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    for part, allowed in ALLOWED.items():
        if inside(module, (part,)):
            ours = {name for name in imports(module) if inside(name, FOLDERS)}
            strangers = {name for name in ours if not inside(name, allowed | {part})}
            assert not strangers, f"{module} may import {sorted(allowed)}, not {sorted(strangers)}"


@pytest.mark.parametrize("module", [name for name in MODULES if not inside(name, SCRAPY_MAY_BE_IMPORTED_BY)])
def test_the_library_does_not_need_scrapy(module: str) -> None:
    crawling = {
        name
        for name in imports(module, at_load=True)
        if name.split(".")[0] in ("scrapy", "twisted", "spiders", "pipelines")
    }
    assert not crawling


def test_there_are_no_import_cycles() -> None:
    graph = {module: {name for name in imports(module, at_load=True) if name in MODULES} for module in MODULES}
    for package in [name for name, path in MODULES.items() if path.name == "__init__.py"]:
        for module in graph:  # a module inside a package does not wait for the package's own names
            if module.startswith(package + "."):
                graph[module] -= {package}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short(module: str) -> None:
    length = len(MODULES[module].read_text("utf-8").splitlines())
    assert length <= LONGEST_MODULE, f"{module} has {length} lines: split it"


@pytest.mark.parametrize("module", MODULES)
def test_functions_take_few_parameters(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [a.arg for a in node.args.posonlyargs + node.args.args + node.args.kwonlyargs]
            named = [name for name in names if name not in ("self", "cls")]
            decorated = any("command" in ast.unparse(d) for d in node.decorator_list)  # a command's options
            assert decorated or len(named) <= MOST_PARAMETERS, f"{module}.{node.name} takes {len(named)} parameters"


@pytest.mark.parametrize(
    "module", [name for name in MODULES if inside(name, ("scraper",)) and name != "scraper.tables"]
)
def test_only_tables_knows_where_the_data_lies(module: str) -> None:
    names = {node.id for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))) if isinstance(node, ast.Name)}
    assert "__file__" not in names, "ask scraper.tables.path()"
    assert "importlib.resources" not in imports(module), "ask scraper.tables.path()"


def test_public_definitions_say_what_they_do() -> None:
    documented, bare = 0, []
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text("utf-8"))
        public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
        for node in [tree, *public] if tree.body else []:
            if ast.get_docstring(node):
                documented += 1
            else:
                bare.append(f"{module}.{getattr(node, 'name', '')}")
    assert documented >= 9 * len(bare), bare


def test_no_module_is_a_heap() -> None:
    assert not [name for name in MODULES if name.rpartition(".")[2] in ("utils", "util", "helpers", "misc", "common")]
