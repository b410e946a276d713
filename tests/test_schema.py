"""The export contract: the types, the schema and the lines agree."""

import json
from dataclasses import fields, replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scraper.model import Article, Image, Reason, Rejected, Removal, RepairCount
from scraper.schema import (
    dumps,
    field_names,
    from_line,
    kind_of,
    rejected_from_line,
    rejected_to_line,
    schema,
    to_line,
    validate,
)

NOT_EXPORTED = {"next_page"}
PYTHON_TYPES = {
    "string": ("str", "typing.Literal['"),
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "tuple[",
}

FULL = Article(
    title="派出所里的假日",
    text="第一段。\n第二段。",
    id="a3f2b8c19d0e4f75a6b1c2d3e4f50617",
    url="http://example.cn/a.html?from=index",
    canonical_url="http://example.cn/a.html",
    page_urls=("http://example.cn/a.html", "http://example.cn/a_2.html"),
    site="example.cn",
    site_name="示例网",
    published="2018-10-05T16:09:00+08:00",
    modified="2018-10-06",
    source="示例日报",
    authors=("王小明",),
    editors=("李华", "赵敏"),
    section="社会",
    keywords=("警务",),
    language="zh-Hans",
    images=(Image(url="http://example.cn/1.jpg", caption="巡逻"), Image(url="http://example.cn/2.jpg")),
    fetched="2026-01-31T08:00:00+00:00",
    encoding="gb18030",
    lossy=True,
    damage="repaired",
    repairs=(RepairCount(channel="reading", count=3),),
    removed=(Removal(rule="place_names", where="tail", text="甲市 乙市"),),
    characters=8,
    paragraphs=2,
    han_share=0.8,
    removed_share=0.3,
    perplexity=40.5,
    content_hash="9b74c9897bac770ffc029102a200c5de",
    duplicate_of="a0000000000000000",
    extra='{"crawl":"2026-05"}',
)
BARE = Article(title=None, text="文", id="a" + "0" * 32)


def types_of(name, kind="article"):
    found = schema(kind)["properties"][name]["type"]
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("kind", ["article", "rejected"])
def test_the_schema_is_a_schema_in_which_every_field_is_described(kind):
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["required"] == list(field_names(kind))
    for name, rules in schema(kind)["properties"].items():
        assert rules["description"], name
        assert "x-schema-org" in rules, name
        for example in rules["examples"]:
            assert Draft202012Validator(rules).is_valid(example), name


def test_the_schema_holds_exactly_the_articles_fields():
    names = {field.name for field in fields(Article)}
    assert set(field_names()) - {"schema_version", "cleaner_version"} == names - NOT_EXPORTED


def test_the_schema_holds_exactly_the_rejects_fields():
    assert field_names("rejected") == tuple(field.name for field in fields(Rejected))
    assert schema("rejected")["properties"]["reason"]["enum"] == [reason.value for reason in Reason]


@pytest.mark.parametrize("field", [f for f in fields(Article) if f.name not in NOT_EXPORTED], ids=lambda f: f.name)
def test_a_field_may_be_null_where_the_type_says_so(field):
    annotation = str(getattr(field.type, "__name__", field.type) if isinstance(field.type, type) else field.type)
    first, *rest = types_of(field.name)
    assert annotation.startswith(PYTHON_TYPES[first])
    nullable = "None" in annotation and field.name != "id"  # an exported article always has its id
    assert rest == (["null"] if nullable else [])


@pytest.mark.parametrize("article", [FULL, BARE], ids=["full", "bare"])
def test_a_line_is_valid_and_gives_the_article_back(article):
    line = orjson.loads(dumps(to_line(article)))
    assert validate(line) == []
    assert tuple(line) == field_names()
    assert from_line(line) == article


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(), min_size=1), names=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_makes_one_line(text, names):
    line = dumps(to_line(replace(BARE, text=text, authors=tuple(names))))
    assert line.count(b"\n") == 1
    back = orjson.loads(line)
    assert back["authors"] == names
    assert back["text"] == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_a_reject_is_valid_and_comes_back():
    rejected = Rejected(url=None, reason=Reason.SPAM, detail="甲", input="a.warc:0")
    line = orjson.loads(dumps(rejected_to_line(rejected)))
    assert validate(line, kind_of(line)) == []
    assert rejected_from_line(line) == rejected


WRONG = [
    ({"published": "2018/10/05"}, "published"),
    ({"text": ""}, "text"),
    ({"authors": None}, "authors"),
    ({"id": "123"}, "id"),
    ({"language": "zh"}, "language"),
    ({"schema_version": 2}, "schema_version"),
    ({"images": [{"url": "http://example.cn/1.jpg"}]}, "images.0"),
    ({"author": "甲"}, "author"),
]


@pytest.mark.parametrize(("change", "named"), WRONG, ids=[named for _, named in WRONG])
def test_a_wrong_line_is_told_by_its_field(change, named):
    problems = validate(to_line(FULL) | change)
    assert len(problems) == 1
    assert named in problems[0]


def test_every_missing_field_is_told():
    line = to_line(FULL)
    del line["url"], line["extra"]
    assert [problem.split()[0] for problem in validate(line)] == ["'url'", "'extra'"]


def test_another_order_is_wrong():
    line = to_line(FULL)
    assert "order" in validate(dict(reversed(line.items())))[0]


@pytest.mark.parametrize("value", [None, 3, [], "text"])
def test_what_is_no_object_is_wrong(value):
    assert validate(value)


def test_a_line_of_another_version_is_refused():
    with pytest.raises(ValueError, match="schema_version is 2"):
        from_line(to_line(FULL) | {"schema_version": 2})


def readme_row(name, rules):
    example = json.dumps(rules["examples"][0], ensure_ascii=False, separators=(",", ":"))
    return f"| `{name}` | {' or '.join(types_of(name))} | `{example}` | {rules['description']} |"


def test_the_readme_documents_every_field_in_order():
    readme = Path(__file__).parents[1] / "README.md"
    if not readme.exists():
        pytest.skip("no README.md in this tree")
    rows = [line for line in readme.read_text("utf-8").splitlines() if line.startswith("| `")]
    wanted = [readme_row(name, rules) for name, rules in schema()["properties"].items()]
    assert [row for row in rows if row in wanted] == wanted
