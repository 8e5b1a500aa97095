"""The sandbox's Centra over real sockets, beside graphql-core: somebody else's reading of GraphQL.

The schema that the sandbox tells is built by graphql-core from its introspection, every reply is held against it, and it
is compared with what is public of Centra's. That, the example documents and the recorded answers are not ours: they are
looked for beside the repository, and without them that part is skipped.
"""

import hashlib
import hmac
import http.server
import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from graphql import (
    GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, Visitor, build_client_schema, build_schema, execute,
    get_introspection_query, is_enum_type, is_specified_scalar_type, parse, print_ast, validate, visit)
from graphql.language import ast

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LOCKSTEP_BIN", ROOT / ".build/release")) / "lockstep-sandbox"
REFERENCE = pathlib.Path(os.environ.get("LOCKSTEP_REFERENCE", ROOT.parent / "shared/reference"))
PUBLIC = REFERENCE / "centra-partial.graphql"
EXAMPLES = sorted((REFERENCE / "centra-examples").glob("*.graphql"))
RECORDED = REFERENCE / "fixtures/centra/graphql"
# 2026-02-10 12:00 in Stockholm
NOON = 1770721200
# Spellings of servers that are older or newer than the public schema.
OTHERS = {"ProductSize.GTIN", "ProductSizeFilter.GTIN", "ProductSizeInput.GTIN", "Query.stock", "OrderLineCancelInput.stockAction",
          "ShipmentCreateInput.externalId"}

needs_reference = pytest.mark.skipif(not PUBLIC.exists(), reason=f"{REFERENCE} is not here (LOCKSTEP_REFERENCE names it)")


class Sandbox:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE)
        self.ports = json.loads(self.process.stdout.readline())

    def post(self, document, variables=None, token="sandbox-token", timeout=10):
        address = f"http://127.0.0.1:{self.ports['centra']}/graphql"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=timeout) as reply:
                return reply.status, dict(reply.headers), json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def control(self, path, **arguments):
        address = f"http://127.0.0.1:{self.ports['control']}/control{path}"
        body = json.dumps(arguments).encode() if arguments else None
        with urllib.request.urlopen(urllib.request.Request(address, body), timeout=10) as reply:
            return json.load(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.fixture
def sandbox():
    sandbox = Sandbox("--at", str(NOON))
    sandbox.control("/centra/switches", quotas=[0] * 6)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def schema(sandbox):
    status, _, reply = sandbox.post(get_introspection_query())
    assert status == 200 and "errors" not in reply, reply
    return build_client_schema(reply["data"])


class Named(Visitor):
    """Has every object say of which type it is."""

    def enter_selection_set(self, node, *_):
        name = ast.FieldNode(name=ast.NameNode(value="__typename"))
        return ast.SelectionSetNode(selections=(name, *node.selections))


def answered(sandbox, schema, document, variables):
    """The reply's data, which graphql-core completes to exactly the same by its own reading of schema and document."""
    node = visit(parse(document), Named())
    assert validate(schema, node) == []
    status, _, reply = sandbox.post(print_ast(node), variables)
    assert status == 200 and "errors" not in reply, reply
    completed = execute(
        schema, node, reply["data"], variable_values=variables,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=lambda value, *_: value["__typename"])
    assert completed.errors is None and completed.data == reply["data"], completed.errors
    return reply["data"]


def shape(value):
    """What is in an answer, without its values; of a list, everything that any of its elements has."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key != "__typename"}
    if isinstance(value, list):
        merged = {}
        for one in value:
            if isinstance(one, dict):
                merged.update(shape(one))
        return [merged]
    return None


def agree(ours, theirs, path=""):
    """Where both have something, both have the same names."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours and theirs:
        assert ours.keys() == theirs.keys(), f"{path}: {sorted(ours)} and {sorted(theirs)}"
        for key, one in ours.items():
            agree(one, theirs[key], f"{path}.{key}")
    if isinstance(ours, list) and isinstance(theirs, list):
        agree(ours[0], theirs[0], f"{path}[]")


@needs_reference
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_answered_by_its_schema(sandbox, schema, example):
    document, variables = example.read_text(), json.loads(example.with_suffix(".json").read_text())
    data = answered(sandbox, schema, document, variables)
    recorded = RECORDED / f"{example.stem}.success.json"
    if recorded.exists():
        agree(shape(data), shape(json.loads(recorded.read_text())["body"]["data"]))


@needs_reference
def test_the_schema_is_part_of_the_public_one(schema):
    public = build_schema(PUBLIC.read_text())
    missing = []
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(type_):
            continue
        theirs = public.type_map.get(name)
        if theirs is None:
            missing.append(name)
            continue
        assert type(type_) is type(theirs), name
        if is_enum_type(type_):
            assert set(type_.values) <= set(theirs.values), name
        if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for field, definition in type_.fields.items():
                other = theirs.fields.get(field)
                if other is None:
                    missing.append(f"{name}.{field}")
                    continue
                assert str(definition.type) == str(other.type), f"{name}.{field}: {definition.type} and {other.type}"
                for argument, value in getattr(definition, "args", {}).items():
                    assert str(value.type) == str(other.args[argument].type), f"{name}.{field}({argument})"
    assert set(missing) <= OTHERS, missing


def test_a_reader_that_knows_only_graphql_agrees_on_what_is_wrong(sandbox, schema):
    """Each is refused by both or by none."""
    documents = [
        "{ orders { id } }", "{ orders { cake } }", "{ cake }", "{ orders(limit: \"1\") { id } }", "{ orders { id }",
        "query($n: [Int!]) { orders(where: {number: $n}) { id } }", "query($n: Int) { orders(where: {number: [$n]}) { id } }",
        "query($n: Int) { orders(where: {number: $n}) { id } }", "{ orders { ... on WholesaleOrder { customer { id } } } }",
        "{ orders { ...a } } fragment a on Order { id } fragment b on Order { id }", "mutation { confirmOrder { order { id } } }",
        "query($a: Int) { orders { id } }", "{ orders { id @include(if: true) } }", "{ orders { id @include } }", "{ orders }",
        "{ orders { id { x } } }", "query($s: OrderSort) { orders(sort: [$s]) { id } }", "{ orders(sort: up_ASC) { id } }",
        "{ products { variants { productSizes { SKU } } } }", "{ orders { ... { id } } }", "{ __schema { types { name } } }",
        "query($l: Int! = 5) { orders(limit: $l) { id } }", "query($o: Order) { orders { id } }",
    ]
    for document in documents:
        try:
            is_right = validate(schema, parse(document)) == []
        except Exception:
            is_right = False
        _, _, reply = sandbox.post(document)
        refused = any(error["extensions"]["category"] == "graphql" for error in reply.get("errors", []))
        assert refused != is_right, (document, reply)


def test_a_limit_is_a_429_with_a_time(sandbox):
    sandbox.control("/centra/switches", quotas=[2, 100, 5, 100, 0, 0], retryAfter="httpDate")
    for _ in range(2):
        assert sandbox.post("{ warehouses { id } }")[0] == 200
    status, headers, _ = sandbox.post("{ warehouses { id } }")
    assert status == 429 and headers["Retry-After"] == "Tue, 10 Feb 2026 11:00:06 GMT"
    sandbox.control("/clock", advanceMilliseconds=6_000)
    assert sandbox.post("{ warehouses { id } }")[0] == 200


def test_a_slow_answer_and_none(sandbox):
    sandbox.control("/centra/fail", kind="timeoutAfter", operation="setOrdersLock")
    lock = "mutation { setOrdersLock(input: {orders: {number: 10003}, isLocked: true}) { userErrors { message } } }"
    with pytest.raises(TimeoutError):
        sandbox.post(lock, timeout=1)
    _, _, reply = sandbox.post("{ orders(where: {number: 10003}) { isLocked } }")
    assert reply["data"]["orders"] == [{"isLocked": True}]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what is delivered; the first one is refused."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.deliveries.append((self.headers["X-Centra-Signature"], body))
        self.send_response(503 if len(self.server.deliveries) == 1 else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_webhooks_are_signed_and_sent_again():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.deliveries = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sandbox = Sandbox()
    try:
        sandbox.control("/centra/switches", webhookURL=f"http://127.0.0.1:{server.server_port}/hook", webhookSecret="s3",
                        webhookRetryDelays=[200])
        number = sandbox.control("/centra/place-order", status="PENDING", lines=[{"sku": "UM1001REDS", "quantity": 1}])["number"]
        for _ in range(100):
            if len(server.deliveries) == 2:
                break
            time.sleep(0.05)
        (_, first), (signature, second) = server.deliveries
        assert first == second
        signed_at, digest = signature.removeprefix("t=").split(",v1=")
        assert digest == hmac.new(b"s3", f"{signed_at}.".encode() + second, hashlib.sha256).hexdigest()
        events = json.loads(urllib.parse.parse_qs(second.decode())["payload"][0])["events"]
        assert [(event["type"], event["action"], event["id"]) for event in events] == [("order", "insert", number)]
        for _ in range(100):
            if sandbox.control("")["centra"]["deliveries"]["delivered"] == 1:
                break
            time.sleep(0.05)
        assert sandbox.control("")["centra"]["deliveries"]["attempts"] == 2
    finally:
        sandbox.stop()
        server.shutdown()


def test_the_same_seed_gives_the_same_run():
    def run():
        sandbox = Sandbox("--at", str(NOON), "--seed", "42")
        try:
            sandbox.control("/centra/generate", products=20, orders=50, seed=9)
            sandbox.control("/centra/switches", chaosPercent=30, chaosKinds=["status500", "html502After", "throttled"])
            statuses = [
                sandbox.post("mutation($n: Int!) { captureOrder(order: {number: $n}) { userErrors { message } } }", {"n": n})[0]
                for n in range(10012, 10052)]
            return statuses, sandbox.control("/centra")
        finally:
            sandbox.stop()

    assert run() == run()
