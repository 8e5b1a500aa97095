"""What the product sends to Centra, checked by graphql-core against what is public of Centra's schema.

The requests are those of Tests/Fixtures/centra/requests, which the Swift tests compare with what is sent: every
operation, in every spelling. The schema is not ours, so it stands outside; where it is absent, nothing is checked.
"""

import json
import os
import pathlib
import re

import pytest
from graphql import build_ast_schema, execute, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import ast

ROOT = pathlib.Path(__file__).parents[2]
FIXTURES = ROOT / "Tests/Fixtures/centra"
REFERENCE = pathlib.Path(os.environ.get("LOCKSTEP_REFERENCE", ROOT.parent / "shared/reference"))
SDL = REFERENCE / "centra-partial.graphql"

pytestmark = pytest.mark.skipif(not SDL.exists(), reason=f"{SDL} is not here (LOCKSTEP_REFERENCE names its folder)")

# What older servers call what was renamed; whatever else a spelling believes to be missing is taken out.
RENAMED = {
    "ProductSize.EAN": "GTIN: String", "ProductSizeFilter.EAN": "GTIN: StringMatch", "ProductSizeInput.EAN": "GTIN: String",
    "Query.stocks": "stock(where: StockFilter, limit: Int = 20, page: Int = 1): [Stock!]!",
    "OrderLineCancelInput.stockActionPolicy": "stockAction: LaterStockAction!",
}
OLDER = "enum LaterStockAction { RELEASE_BACK_TO_WAREHOUSE REMOVE_FROM_STOCK }"
CALLED = {"OrderLine": ["ProductOrderLine"], "Order": ["DirectToConsumerOrder", "WholesaleOrder"],
          "Shipment": ["DirectToConsumerShipment", "WholesaleShipment"],
          "Return": ["DirectToConsumerReturn", "WholesaleReturn"]}
CONCRETE = {"Order": "DirectToConsumerOrder", "OrderLine": "ProductOrderLine", "Shipment": "DirectToConsumerShipment",
            "Return": "DirectToConsumerReturn", "AttributeElement": "AttributeStringElement"}


def requests():
    """(name, spelling, request) of everything that is sent in that spelling."""
    for file in sorted((FIXTURES / "requests").glob("*.*.json")):
        content = json.loads(file.read_text())
        requirements = content.pop("requirements", [])
        for names, request in content.items():
            for spelling in names.split():
                if all(any(SPELLINGS[spelling].get(each) for each in either.split("|")) for either in requirements):
                    yield pytest.param(spelling, request, id=f"{file.stem} {spelling}")


def adapted(members):
    """The public schema as a server of that spelling has it."""
    text = re.sub("#.*", "", SDL.read_text())
    for member, is_there in members.items():
        owner, _, rest = member.partition(".")
        name, _, argument = rest.rstrip(")").partition("(")
        for type_ in [owner, *CALLED.get(owner, [])]:
            block = rf"(?ms)^(?:type|interface|input) {type_}\b[^{{]*\{{.*?^\}}"
            text = re.sub(block, lambda found: edited(found[0], member, name, argument, is_there), text)
    return build_ast_schema(parse(text + OLDER))


def edited(block, member, name, argument, is_there):
    """A type's definition with that member, or without it."""
    line = rf"(?m)^  {name}\b(\(.*?\))?: .*$"
    found = re.search(line, block)
    if argument:
        has = found and re.search(rf"\b{argument}:", found[1] or "")
        if is_there and found and not has:
            assert argument == "limit", member
            arguments = (found[1] or "()")[:-1] + (", " if found[1] else "") + "limit: Int = 20)"
            return block.replace(found[0], f"  {name}{arguments}" + found[0][2 + len(name + (found[1] or "")):])
        if not is_there and has:
            return block.replace(found[0], re.sub(rf",? *\b{argument}: [^,)]*", "", found[0]).replace("()", ""))
        return block
    if is_there and not found:
        assert member == "ShipmentCreateInput.externalId", member
        return block[:-1] + "  externalId: String\n}"
    return block if is_there else re.sub(line, "  " + RENAMED.get(member, ""), block)


SPELLINGS = json.loads((FIXTURES / "requests/schemas.json").read_text())
SCHEMAS = {name: adapted(members) for name, members in SPELLINGS.items()} if SDL.exists() else {}


@pytest.mark.parametrize("spelling, request_", [pytest.param(*p.values, id=p.id) for p in requests()])
def test_a_request_is_valid(spelling, request_):
    schema = SCHEMAS[spelling]
    document = parse("\n".join(request_["query"]))
    assert [error.message for error in validate(schema, document)] == []
    operation = next(node for node in document.definitions if isinstance(node, ast.OperationDefinitionNode))
    definitions = operation.variable_definitions or ()
    assert operation.name.value == request_["operationName"]
    declared = {definition.variable.name.value for definition in definitions}
    assert set(request_["variables"]) <= declared
    coerced = get_variable_values(schema, definitions, request_["variables"])
    assert not isinstance(coerced, list), [error.message for error in coerced]


def test_the_public_spelling_is_the_public_schema():
    """Nothing was added to it and nothing taken away, so what is checked there is checked against it alone."""
    schema = build_ast_schema(parse(SDL.read_text()))
    for member, is_there in SPELLINGS["public"].items():
        owner, _, rest = member.partition(".")
        name, _, argument = rest.rstrip(")").partition("(")
        field = schema.type_map[owner].fields.get(name)
        assert bool(field and (not argument or argument in field.args)) == is_there, member


def documents():
    """The public spelling of each operation's document, by name."""
    found = {}
    for file in sorted((FIXTURES / "requests").glob("*.1.json")):
        for names, request in json.loads(file.read_text()).items():
            if "public" in names.split():
                found[request["operationName"]] = request
    return found


def answers():
    for file in sorted((FIXTURES / "graphql").glob("*.json")):
        answer = json.loads(file.read_text())
        body = answer["body"]
        if answer["status"] == 200 and isinstance(body, dict) and "errors" not in body:
            yield pytest.param(answer, id=file.stem)


def shape(answer, fill=lambda info: None):
    """What a server of the public schema would send of this data in answer to our document."""
    request = documents()[answer["operation"]]

    def resolve(source, info, **_):
        value = source.get(info.path.key) if isinstance(source, dict) else None
        return fill(info) if value is None and (not isinstance(source, dict) or info.path.key not in source) else value

    def kind(value, info, type_):
        return value.get("__typename") or CONCRETE[type_.name]

    variables = dict(request["variables"])
    result = execute(SCHEMAS["public"], parse("\n".join(request["query"])), root_value=answer["body"]["data"],
                     variable_values=variables, field_resolver=resolve, type_resolver=kind)
    assert result.errors is None, result.errors
    return result.data


@pytest.mark.parametrize("answer", list(answers()))
def test_an_answer_of_the_fixtures_is_what_the_schema_lets_a_server_say(answer):
    data = answer["body"]["data"]
    assert shape(answer) == data


def introspected(sdl):
    """What a server of that schema answers to our question about it."""
    request = documents()["Introspection"]
    result = execute(build_ast_schema(parse(sdl)), parse("\n".join(request["query"])))
    assert result.errors is None, result.errors
    return {"data": result.data}


def test_the_recorded_introspection_is_the_recorded_schema():
    recorded = json.loads((FIXTURES / "introspection.json").read_text())
    assert introspected((FIXTURES / "introspection.graphql").read_text()) == recorded


def test_the_public_schema_can_be_introspected():
    """LOCKSTEP_INTROSPECTION names a file that the Swift tests then find nothing missing in."""
    answer = introspected(SDL.read_text())
    if path := os.environ.get("LOCKSTEP_INTROSPECTION"):
        pathlib.Path(path).write_text(json.dumps(answer))
