"""The sandbox's Peoplevox, called by zeep: somebody else's SOAP client, led by the real WSDL of 2017.

zeep builds every request from that WSDL and reads every reply by it, so the sandbox must take what the WSDL allows and say
what the WSDL promises. The WSDL is not ours: it is looked for beside the repository, and without it this is skipped. The
sandbox's own WSDL leads the same client in the second half.
"""

import base64
import http.server
import json
import os
import pathlib
import queue
import subprocess
import threading
import urllib.error
import urllib.request

import pytest
import zeep
from lxml import etree

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LOCKSTEP_BIN", ROOT / ".build/release")) / "lockstep-sandbox"
REFERENCE = pathlib.Path(os.environ.get("LOCKSTEP_REFERENCE", ROOT.parent / "shared/reference"))
WSDL = REFERENCE / "peoplevox-integrationservicev4.wsdl"
# 2026-02-05 12:00 UTC
NOON = "1770292800"
NEWER = {"ImportingQueueId", "SalesOrdersToDespatchIds", "ErrorCode"}


class Sandbox:
    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "--at", NOON], stdout=subprocess.PIPE)
        self.ports = json.loads(self.process.stdout.readline())
        self.address = f"http://127.0.0.1:{self.ports['peoplevox']}/ulvmark/Resources/IntegrationServicev4.asmx"
        self.act("switches", requestsPerWindow=0)

    def act(self, verb, **arguments):
        address = f"http://127.0.0.1:{self.ports['control']}/control/peoplevox/{verb}"
        request = urllib.request.Request(address, json.dumps(arguments).encode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Replies(zeep.Plugin):
    """Holds every reply against the WSDL's schema by libxml2, which forgives nothing that zeep would."""

    def __init__(self, wsdl):
        # The schema uses prefixes that are declared around it; lxml keeps them when it stands alone.
        with urllib.request.urlopen(wsdl, timeout=10) as description:
            schema = etree.fromstring(description.read()).find(".//{http://www.w3.org/2001/XMLSchema}schema")
        self.schema = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
        self.checked = 0

    def ingress(self, envelope, headers, operation):
        body = envelope.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")[0]
        if not body.tag.endswith("}Fault"):
            self.schema.assertValid(etree.fromstring(etree.tostring(body)))
            self.checked += 1
        return envelope, headers


class Caller:
    """One of the two descriptions, a service and a session."""

    def __init__(self, wsdl, address=None):
        self.replies = Replies(wsdl)
        self.client = zeep.Client(wsdl, settings=zeep.Settings(strict=True), plugins=[self.replies])
        binding = next(name for name in self.client.wsdl.bindings if name.endswith("Soap"))
        self.service = self.client.create_service(binding, address) if address else self.client.service
        self.session = None

    def log_in(self):
        password = base64.b64encode(b"fixture-password").decode()
        result = self.service.Authenticate(clientId="ulvmark", username="centra-bridge", password=password)
        assert (result.ResponseId, result.TotalCount) == (0, 1)
        self.session = result.Detail.split(",", 1)[1]
        return result

    def call(self, operation, **arguments):
        credentials = self.client.get_element("{http://www.peoplevox.net/}UserSessionCredentials")(
            UserId=0, ClientId="ulvmark", SessionId=self.session
        )
        return self.service[operation](_soapheaders=[credentials], **arguments)


@pytest.fixture
def sandbox():
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


def real(sandbox):
    if not WSDL.exists():
        pytest.skip(f"{WSDL} is not here: no WSDL to lead zeep")
    return Caller(WSDL.resolve().as_uri(), sandbox.address)


def exercise(caller):
    """Every operation that a session is needed for, each with an answer that says something."""
    page = {"PageNo": 1, "ItemsPerPage": 5}
    data = caller.call("GetData", getRequest={"TemplateName": "Item types", **page})
    assert (data.ResponseId, data.TotalCount, data.Detail.count("\n") >= 6) == (0, 11, True)
    report = caller.call(
        "GetReportData",
        getReportRequest={
            "TemplateName": "Despatch summary",
            **page,
            "SearchClause": '[Despatch date] >= DateTime(2026,02,01,00,00,00) AND [Channel name].Equals("Centra")',
            "OrderBy": "[Despatch number] asc",
            "Columns": "[Despatch number],[Item code],[No of items]",
        },
    )
    assert (report.ResponseId, report.TotalCount) == (0, 10)
    assert report.Detail.splitlines()[:2] == ['"Despatch number","Item code","No of items"', '"DES10234","UM1001REDM","2"']
    assert caller.call("GetReportColumns", templateName="Goods in summary").Detail.startswith("Goods in reference number,")
    assert "OnHold" in caller.call("GetSaveTemplate", templateName="Sales orders").Detail.split(",")
    saved = caller.call(
        "SaveData",
        saveRequest={"TemplateName": "Sales orders", "CsvData": 'SalesOrderNumber,Customer\nC-1,"Å & <Ö>"\nC-2,x\n', "Action": 0},
    )
    statuses = [(one.Reference, one.Status) for one in saved.Statuses.IntegrationStatusResponse]
    assert (saved.ResponseId, saved.TotalCount, statuses) == (0, 2, [("C-1", "Success"), ("C-2", "Success")])
    partial = caller.call(
        "SaveData",
        saveRequest={"TemplateName": "Sales orders", "CsvData": "SalesOrderNumber,Status\nC-1,Cancelled\nC-2,New\n", "Action": 0},
    )
    statuses = [(one.Reference, one.Status) for one in partial.Statuses.IntegrationStatusResponse]
    assert (partial.ResponseId, partial.TotalCount, statuses) == (-1, 1, [("C-1", "Success"), ("C-2", "Error")])
    read = caller.call("GetData", getRequest={"TemplateName": "Sales orders", **page, "SearchClause": 'SalesOrderNumber = "C-1"'})
    assert "Å & <Ö>" in read.Detail and "Cancelled" in read.Detail
    event = caller.call("SubscribeEvent", eventType="AvailabilityChanges", filter="", callbackUrl="http://127.0.0.1:9/?a={ItemCode}")
    post = caller.call(
        "SubscribePostEvent", eventType="Returns", filter="", postUrl="http://127.0.0.1:9/", postParams="a={ReturnCode}&b=1"
    )
    assert int(post.Detail) == int(event.Detail) + 1
    assert caller.call("UnsubscribeEvent", subscriptionId=int(event.Detail)).Detail == "True"
    assert caller.call("UnsubscribeEvent", subscriptionId=999999).ResponseId == -1


def test_every_operation_by_the_real_wsdl(sandbox):
    caller = real(sandbox)
    assert not caller.log_in().Statuses
    exercise(caller)
    print(f"{caller.replies.checked} replies are valid")


def test_sessions_end_as_the_real_wsdl_allows(sandbox):
    caller = real(sandbox)
    caller.log_in()
    sandbox.act("end-sessions")
    lost = caller.call("GetSaveTemplate", templateName="Sales orders")
    assert (lost.ResponseId, lost.Detail) == (-1, "System : Security - Invalid Session")


def test_an_event_type_that_the_server_does_not_know_is_a_fault(sandbox):
    caller = real(sandbox)
    caller.log_in()
    with pytest.raises(zeep.exceptions.Fault):
        caller.call("SubscribeEvent", eventType="PickFaulty", filter="", callbackUrl="http://127.0.0.1:9/")


def operations(client):
    return {name for service in client.wsdl.services.values() for port in service.ports.values() for name in port.binding._operations}


@pytest.mark.parametrize("newer", [False, True])
def test_every_operation_by_the_sandboxs_wsdl(sandbox, newer):
    sandbox.act("switches", isNewer=newer)
    caller = Caller(sandbox.address + "?wsdl")
    result = caller.log_in()
    assert NEWER.issubset(dir(result)) == newer
    exercise(caller)
    assert ("SubscribeEventWithSitesFilters" in operations(caller.client)) == newer


def test_both_wsdls_describe_the_same_types(sandbox):
    """Element for element, in order, with types and occurrences."""
    mine, theirs = Caller(sandbox.address + "?wsdl").client, real(sandbox).client
    assert operations(mine) == operations(theirs)
    compared = 0
    for name in ["GetRequest", "GetReportRequest", "SaveRequest", "UserSessionCredentials", "IntegrationResponse", "IntegrationStatusResponse"]:
        elements = [
            [(key, element.type.name, element.min_occurs, element.max_occurs, element.nillable) for key, element in kind.elements]
            for kind in (client.get_type(f"{{http://www.peoplevox.net/}}{name}") for client in (mine, theirs))
        ]
        assert elements[0] == elements[1]
        compared += len(elements[0])
    for operation in operations(theirs):
        elements = [
            [(key, element.type.name, element.min_occurs, element.max_occurs) for key, element in kind.type.elements]
            for kind in (client.get_element(f"{{http://www.peoplevox.net/}}{operation}") for client in (mine, theirs))
        ]
        assert elements[0] == elements[1]
        compared += len(elements[0])
    print(f"{compared} elements are described alike")
    assert compared > 35


def test_a_reply_is_well_formed_where_the_text_is_odd(sandbox):
    """Line ends, quotes, markup and letters of every kind come back as they were sent."""
    caller = Caller(sandbox.address + "?wsdl")
    caller.log_in()
    odd = 'a\r\nb\tc "d" <e> &amp; ]]> é 日本 😀'
    quoted = odd.replace('"', '""')
    caller.call(
        "SaveData", saveRequest={"TemplateName": "Sales orders", "CsvData": f'SalesOrderNumber,Customer\nC-9,"{quoted}"', "Action": 0}
    )
    request = {"TemplateName": "Sales orders", "PageNo": 1, "ItemsPerPage": 5, "SearchClause": 'SalesOrderNumber.Equals("C-9")'}
    detail = caller.call("GetData", getRequest=request).Detail
    # What zeep sends as a carriage return, an XML reader may make a line feed of.
    assert quoted in detail or quoted.replace("\r\n", "\n") in detail


def test_what_is_no_soap_is_refused(sandbox):
    for body, kind, status in [("<a/>", "text/xml", 500), ("{}", "application/json", 415), ("", "text/xml", 500)]:
        request = urllib.request.Request(sandbox.address, body.encode(), {"Content-Type": kind, "SOAPAction": '"x"'})
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=10)
        assert refusal.value.code == status
        if status == 500:
            etree.fromstring(refusal.value.read())


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.heard.put((self.command, self.path, self.headers.get("Content-Type"), body))
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_):
        pass


def test_callbacks_arrive(sandbox):
    sandbox.act("switches", isNewer=True)
    caller = Caller(sandbox.address + "?wsdl")
    caller.log_in()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        receiver.heard = queue.Queue()
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{receiver.server_port}"
        caller.call(
            "SubscribeEvent",
            eventType="AvailabilityChanges",
            filter="",
            callbackUrl=base + "/a?item={ItemCode}&left={Available}&odd={Odd}",
            encodeParameterData=True,
        )
        caller.call(
            "SubscribePostEvent",
            eventType="IncrementalChanges",
            filter="",
            postUrl=base + "/b",
            postParams="item={ItemType.ItemCode}&name={ItemType.Name}",
            encodeParameterData=True,
        )
        sandbox.act("count", itemCode="UM3105ECR38", quantity=9)
        heard = sorted(receiver.heard.get(timeout=10) for _ in range(2))
        receiver.shutdown()
    assert heard == [
        ("GET", "/a?item=UM3105ECR38&left=9&odd={Odd}", None, ""),
        ("POST", "/b", "application/x-www-form-urlencoded", "item=UM3105ECR38&name=Tr%C3%A5d+Knit+Jumper+%C3%89cru+38"),
    ]
