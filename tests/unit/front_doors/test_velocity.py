"""Mapping templates: the language, and what API Gateway puts into it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.front_doors import json_path
from lambada_labs.cloud.local.front_doors.template_names import names
from lambada_labs.cloud.local.front_doors.velocity import render
from lambada_labs.cloud.local.front_doors.velocity_values import TemplateError

BODY = json.dumps(
    {"name": "Ada", "tags": ["a", "b"], "deep": {"n": 1, "list": [{"id": 7}, {"id": 8}]}, "q": 'it\'s "x"'}
)
PARAMETERS = {"path": {"id": "7"}, "querystring": {"id": "8", "page": "2"}, "header": {"X-One": "h"}}


def filled(template, body=BODY):
    return render(
        template,
        names(body, PARAMETERS, {"stage": "prod", "identity": {"sourceIp": "127.0.0.1"}}, {"v": "1"}),
    )


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain # $ text", "plain # $ text"),
        ("$input.params('id')", "7"),
        ("$input.params('page')$input.params('none')", "2"),
        ("$input.params().header.get('X-One')", "h"),
        ("$input.params().querystring.page", "2"),
        ("$input.json('$.tags')", '["a","b"]'),
        ("$input.json('$.none')", '""'),
        ("$input.path('$.deep.list[1].id')", "8"),
        ("$input.path('$').name", "Ada"),
        ("$input.path('$.none')", "$input.path('$.none')"),
        ("$!input.path('$.none')", ""),
        ("$context.stage/$context.identity.sourceIp/$stageVariables.v", "prod/127.0.0.1/1"),
        ("${context.stage}ion", "prodion"),
        ("[$context.authorizer.principalId${context.identity.caller}$context.none.at.all]", "[]"),
        ("$unknown $!unknown", "$unknown "),
        ("$util.escapeJavaScript($input.path('$.q'))", "it\\'s \\\"x\\\""),
        ("$util.escapeJavaScript($input.path('$.q')).replaceAll(\"\\\\'\",\"'\")", "it's \\\"x\\\""),
        ("#set($t = 'a-b--')$t.replaceAll('([a-z])', '<$1>')$t.replaceFirst('-', '\\$')", "<a>-<b>--a$b--"),
        ("#set($t = 'a.b|c||')$t.split('[.|]').size() $t.split('\\|').get(1)", "3 c"),
        ("#set($t = 'abca')$t.matches('[abc]+') $t.lastIndexOf('a') $t.concat('d')", "true 3 abcad"),
        ("$util.base64Encode('hi')$util.base64Decode('aGk=')", "aGk=hi"),
        ("$util.urlEncode('a b&c')$util.urlDecode('a+b')", "a+b%26ca b"),
        ("$util.parseJson('{\"a\": [1]}').a[0]", "1"),
        ("#set($x = 1 + 2 * 3)$x", "7"),
        ("#set($x = (1 + 2) * 3)$x", "9"),
        ("#set($x = 7 / 2)$x", "3"),
        ('#set($x = "a$context.stage")$x', "aprod"),
        ("#set($x = 'a$context.stage')$x", "a$context.stage"),
        ("#set($m = {'a': 1, 'b': [1, 2]})$m.a$m.b[1]", "12"),
        ("#set($m = {})#set($m.a = 5)$m", "{a=5}"),
        ("#set($l = [])#set($ignored = $l.add('x'))$l.size()", "1"),
        ("#if($input.path('$.name') == 'Ada')yes#{else}no#end", "yes"),
        ("#if($none)a#elseif(1 > 2)b#elseif(2 >= 2 && !$none)c#{else}d#end", "c"),
        ("#if(false || ($context.stage != 'prod'))a#end", ""),
        ("#foreach($t in $input.path('$.tags'))$foreach.count:$t#if($foreach.hasNext),#end#end", "1:a,2:b"),
        ("#foreach($e in $input.path('$.deep').entrySet())$e.key #end", "n list "),
        ("#foreach($i in [1..5])#if($i == 3)#break#end$i#end", "12"),
        ("#foreach($x in [])never#end.", "."),
        ("a## comment\nb#* more *#c", "abc"),
        ("\\$context.stage", "$context.stage"),
        ("$input.path('$.deep')", '{n=1, list=[{"id":7},{"id":8}]}'),
        ("#set($inner = $input.path('$.deep.list'))#foreach($i in $inner)#if($i.id > 7)$i.id#end#end", "8"),
    ],
)  # fmt: skip
def test_templates(template, text):
    assert filled(template) == text


def test_directives_take_their_line_with_them():
    template = '{\n#set($a = 1)\n#if($a == 1)\n  "a": $a\n#else\n  no\n#end\n}'
    assert filled(template) == '{\n  "a": 1\n}'


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("#if(true)", "without #end"),
        ("#end", "without a beginning"),
        ("#foreach($a in [1])", "without #end"),
        ("#set($a = )", "no value|missing"),
        ("#set($a 1)", "missing"),
        ("#macro(x)#end", "not built"),
        ("#set($a = [1..9999999])", "too long"),
        ("#foreach($a in [1..1000])#foreach($b in [1..1000])x#end#end", "does not come to an end"),
        ("#set($a = 'x')#foreach($i in [1..100])#set($a = $a + $a)#end", "too long"),
        ("#set($a = {} * 2)", "two numbers"),
        ("#set($a = 1 / 0)", "failed"),
        ("$util.parseJson('{')", "."),
        ("$input.path('x')", "starts with"),
    ],
)
def test_what_cannot_be_filled_in_says_so(template, problem):
    with pytest.raises((TemplateError, ValueError), match=problem):
        filled(template)


@pytest.mark.parametrize("reach", ["__class__", "_parameters", "json.__globals__", "METHODS"])
def test_nothing_else_of_our_objects_can_be_reached(reach):
    assert filled(f"$!input.{reach}$!util.{reach}") in {"", "$input.json.__globals__$util.json.__globals__"}
    assert "module" not in filled(f"$input.{reach}")


@given(st.text(st.characters(exclude_characters="#$\\", exclude_categories=["Cs"])))
def test_text_without_marks_stays_as_it_is(text):
    assert filled(text) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=5,
    )
)
def test_the_whole_document_survives(document):
    assert json.loads(filled("$input.json('$')", json.dumps(document))) == document


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", {"a": [{"b": 1}, {"b": 2}], "c d": 3}),
        ("$.a[0].b", 1),
        ("$.a[-1].b", 2),
        ("$['c d']", 3),
        ("$.a[*].b", [1, 2]),
        ("$..b", [1, 2]),
        ("$.*", [[{"b": 1}, {"b": 2}], 3]),
        ("$.none[*]", []),
    ],
)
def test_json_paths(path, found):
    assert json_path.find({"a": [{"b": 1}, {"b": 2}], "c d": 3}, path) == found


def test_a_path_to_nothing():
    assert isinstance(json_path.find({"a": 1}, "$.b.c"), json_path.Missing)
