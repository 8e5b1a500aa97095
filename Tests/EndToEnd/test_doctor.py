"""`lockstep doctor` and `lockstep subscriptions` against the pretend partners, as an operator runs them."""

import hashlib
import json
import os
import stat
import subprocess

import pytest
from harness.lockstep import binaries
from harness.sandbox import CENTRA_TOKEN, PEOPLEVOX_PASSWORD, Sandbox

EVENTS = ["AvailabilityChanges", "SalesOrderStatusChanges", "TrackingNumberReceived"]
TOKENS = {event: f"token-of-{event}-that-nobody-guesses" for event in EVENTS}

# What the demonstration shop has on purpose: two sizes with one SKU, and one SKU that the warehouse does not know.
# And nobody has subscribed yet.
USUAL = {"warn centra.skus", "warn skus.match", "warn callbacks.subscriptions"}


class Patient:
    """A configuration of one brand, and the sandbox that it is about."""

    def __init__(self, directory, sandbox):
        self.directory = directory
        self.sandbox = sandbox
        self.settings = {
            "mode": "observe",
            "centraURL": sandbox.centra,
            "centraToken": "CENTRA_TOKEN",
            "centraWarehouse": "3",
            "centraShare": "80 %",
            "peoplevoxURL": sandbox.peoplevox,
            "peoplevoxClient": "ulvmark",
            "peoplevoxUser": "centra-bridge",
            "peoplevoxPassword": "PEOPLEVOX_PASSWORD",
            "passwordMode": "base64",
            "timeZone": "Europe/London",
            "dateFormat": "d/m/Y",
            "peoplevoxRequests": "14",
            "callbackBase": "https://webhooks.example.com",
        } | {f"token {event}": hashlib.sha256(token.encode()).hexdigest() for event, token in TOKENS.items()}
        self.secrets = {"CENTRA_TOKEN": CENTRA_TOKEN, "PEOPLEVOX_PASSWORD": PEOPLEVOX_PASSWORD}
        self.secrets |= {f"TOKEN_{number}": token for number, token in enumerate(TOKENS.values())}
        self.environment = {}

    def run(self, *arguments):
        configuration = self.directory / "lockstep.conf"
        lines = [f"{key} = {value}" for key, value in self.settings.items() if value is not None]
        configuration.write_text(f"[journal]\ndirectory = {self.directory}/journal\n[brand ulvmark]\n" + "\n".join(lines) + "\n")
        secrets = self.directory / "secrets.env"
        secrets.touch(0o600)
        secrets.write_text("".join(f"{key}={value}\n" for key, value in self.secrets.items()))
        command = [binaries / "lockstep", *arguments, "--config", configuration, "--secrets", secrets]
        environment = os.environ | self.environment
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
        for secret in [*self.secrets.values(), *self.environment.values()]:
            assert secret not in done.stdout + done.stderr
        return done

    def doctor(self):
        """The exit code, what is not as it should be, and every line by its check."""
        done = self.run("doctor", "--json")
        assert done.stderr == ""
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        checks = {line["check"]: line for line in lines if "check" in line}
        found = {f"{line['verdict']} {name}" for name, line in checks.items() if line["verdict"] in ("warn", "fail")}
        assert all(line["change"] for line in checks.values() if line["verdict"] in ("warn", "fail"))
        return done.returncode, found, checks

    @property
    def capabilities(self):
        return self.directory / "partners/ulvmark/capabilities.json"


@pytest.fixture
def patient(tmp_path):
    sandbox = Sandbox()
    yield Patient(tmp_path, sandbox)
    sandbox.stop()


def test_a_healthy_brand_has_nothing_but_what_the_demonstration_shop_has_on_purpose(patient):
    status, found, checks = patient.doctor()
    assert found == USUAL
    assert status == 1
    capabilities = json.loads(patient.capabilities.read_text())
    assert stat.S_IMODE(patient.capabilities.stat().st_mode) == 0o600
    assert capabilities["centra"]["schema"]["OrderLineCancelInput.stockActionPolicy"] is True
    assert "OnHold" in capabilities["peoplevox"]["templates"]["salesOrders"]
    assert "Tracking number" in capabilities["peoplevox"]["reports"]["despatches"]
    assert "AvailabilityChanges" in capabilities["peoplevox"]["eventTypes"]
    # Nothing was changed there.
    asked = patient.sandbox.look("/centra")["counters"]["asked"]
    assert not any(name in asked for name in ("setStock", "setEventListeners", "confirmOrder", "createShipment"))


def without_limit(patient):
    """For several runs within fifteen seconds, of which each knows only of its own calls."""
    patient.sandbox.tell("peoplevox/switches", requestsPerWindow=0)


def plant_ten(patient):
    """Each is one finding, none hides another."""
    sandbox = patient.sandbox
    patient.settings["centraWarehouse"] = "99"
    patient.settings["dateFormat"] = "Y-m-d"
    patient.settings["callbackBase"] = "http://127.0.0.1:8080"
    patient.settings["token TrackingNumberReceived"] = None
    sandbox.tell("centra/switches", appVersion="v1.50.0", eventsAreEnabled=False)
    sandbox.tell("centra/place-order", lines=[{"sku": "UM1001REDS", "quantity": 1}])
    sandbox.tell("centra/spend", requests=4000)
    sandbox.tell("peoplevox/drop-column", template="Sales order items", column="Line")
    sandbox.tell("peoplevox/rename-report", report="Return summary", to="Returns summary")
    sandbox.tell("peoplevox/rename-site", site="PrimarySite", to="MainSite")
    return {
        "fail centra.warehouse", "fail peoplevox.dates", "fail callbacks.address", "warn callbacks.tokens",
        "warn centra.version", "warn centra.events", "warn centra.limits", "fail peoplevox.template.salesOrderItems",
        "fail peoplevox.report.returns", "fail peoplevox.site",
    }


def test_ten_planted_mistakes_are_named_and_nothing_else(patient):
    planted = plant_ten(patient)
    assert len(planted) == 10
    status, found, checks = patient.doctor()
    assert found - USUAL == planted
    assert status == 2


@pytest.mark.parametrize("setting, value, finding, words", [
    ("passwordMode", "plain", "fail peoplevox.login", "passwordMode"),
    ("peoplevoxUser", "somebody", "fail peoplevox.login", "peoplevoxUser"),
    ("peoplevoxURL", "http://127.0.0.1:1/x/integrationservicev4.asmx", "fail peoplevox.reach", "address"),
    ("centraURL", "http://127.0.0.1:1/graphql", "fail centra.reach", "address"),
])
def test_what_hides_the_rest_is_named_alone(patient, setting, value, finding, words):
    patient.settings[setting] = value
    status, found, checks = patient.doctor()
    assert found - USUAL == {finding}
    assert words in checks[finding.split()[1]]["change"]
    assert status == 2


def test_a_token_that_is_not_taken_is_named(patient):
    without_limit(patient)
    patient.secrets["CENTRA_TOKEN"] = "an-expired-token"
    for kind in ("unauthorized", "forbidden", "errors"):
        patient.sandbox.tell("centra/switches", badToken=kind)
        assert patient.doctor()[1] - USUAL == {"fail centra.token"}, kind
    assert not patient.capabilities.exists()


def test_a_password_is_tried_once(patient):
    patient.secrets["PEOPLEVOX_PASSWORD"] = "another-password"
    assert patient.doctor()[1] - USUAL == {"fail peoplevox.login"}
    assert patient.sandbox.look("/peoplevox")["counters"]["byOperation"] == {"Authenticate": 1}


def test_subscriptions_are_planned_made_listed_and_rotated(patient):
    without_limit(patient)
    patient.environment["ANY_NAME"] = patient.secrets.pop("TOKEN_2")
    plan = patient.run("subscriptions", "plan")
    assert plan.returncode == 0 and [line.split("  ")[1] for line in plan.stdout.splitlines()] == [
        f"subscribe {event}" for event in sorted(EVENTS, key=lambda name: EVENTS.index(name))
    ]
    done = patient.run("subscriptions", "apply")
    assert done.returncode == 0 and done.stdout.count(": done") == 3, done.stdout + done.stderr
    listed = patient.run("subscriptions", "list").stdout
    assert listed.count("active as") == 3
    assert "subscribe" not in patient.run("subscriptions", "plan").stdout
    assert "warn callbacks.subscriptions" not in patient.doctor()[1]

    rotation = patient.run("subscriptions", "rotate").stdout
    lines = dict(line.split(" = ") for line in rotation.splitlines() if line.startswith("token "))
    secrets = [line.split("=") for line in rotation.splitlines() if line.startswith("LOCKSTEP_ULVMARK_TOKEN_")]
    assert len(secrets) == 3
    patient.settings |= lines
    patient.secrets |= dict(secrets)
    done = patient.run("subscriptions", "apply")
    assert done.returncode == 0 and done.stdout.count(": done") == 3
    assert "when the overlap is over" in patient.run("subscriptions", "plan").stdout
    done = patient.run("subscriptions", "apply", "--overlap", "0")
    assert done.returncode == 0 and done.stdout.count("unsubscribe") == 3
    assert patient.run("subscriptions", "list").stdout.count("active as") == 3


def test_a_brand_without_partners_is_told_so(patient):
    for key in list(patient.settings):
        if key not in ("mode",):
            patient.settings[key] = None
    done = patient.run("doctor")
    assert done.returncode == 78 and "has no partner" in done.stderr
