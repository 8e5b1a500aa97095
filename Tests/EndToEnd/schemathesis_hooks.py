"""Makes a share of schemathesis's requests genuine: right brand, right token, right signature. Without it, nothing
would get past the door."""

import random

import schemathesis
from requests import PreparedRequest

from harness import deliveries

chance = random.Random(1)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters or chance.random() < 0.3:
        return path_parameters
    genuine = {"brand": "ulvmark", "event": "AvailabilityChanges", "token": deliveries.CALLBACK_TOKEN}
    return {name: genuine.get(name, value) for name, value in path_parameters.items()}


@schemathesis.auth()
class CentraSignature:
    """Signs what is about to be sent, as the octets that it has become by then."""

    def get(self, case, context):
        return None

    def set(self, case, data, context):
        case.headers = dict(case.headers or {})


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.path.endswith("/centra") or chance.random() < 0.3:
        return
    kwargs["auth"] = sign


def sign(request: PreparedRequest) -> PreparedRequest:
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes):
        request.headers["X-Centra-Signature"] = deliveries.signature(body, deliveries.CENTRA_SECRET)
    return request
