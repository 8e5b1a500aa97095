"""Makes a share of schemathesis's requests genuine: right brand, right token, right signature. Without it, nothing
would get past the door."""

import random

import requests
import schemathesis

from harness import deliveries

GENUINE = {"brand": "ulvmark", "event": "AvailabilityChanges", "token": deliveries.CALLBACK_TOKEN}
chance = random.Random(1)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters or chance.random() < 0.3:
        return path_parameters
    return {name: GENUINE.get(name, value) for name, value in path_parameters.items()}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path.endswith("/centra") and chance.random() < 0.7:
        kwargs["auth"] = sign


def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The last word before a request is sent: its body is octets by now."""
    body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
    request.headers["X-Centra-Signature"] = deliveries.signature(body, deliveries.CENTRA_SECRET)
    return request
