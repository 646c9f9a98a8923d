"""Runs the AWS emulator for the end-to-end tests.

Added to the emulator as it is installed: a certificate for the loopback address, a record of every IAM decision (who, which
action, on what, allowed or not), some of AWS's behaviour that it lacks and the archiver builds on, and an end that comes by
itself as soon as whoever started it is gone.

Environment: the emulator's own variables, and RUN_FOLDER, where the certificate and the record are written.
"""

import base64
import contextvars
import datetime
import ipaddress
import json
import os
import random
import signal
import sys
import threading
import time
import zlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def make_certificate(folder: Path) -> None:
    """Writes a self-signed certificate for this run, and tells the emulator where it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "end-to-end tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_file = folder / "key.pem"
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate_file = folder / "certificate.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    os.environ["MINISTACK_SSL_CERT"] = str(certificate_file)
    os.environ["MINISTACK_SSL_KEY"] = str(key_file)
    # The functions' processes inherit it, and trust no other certificate for the emulator.
    os.environ["NODE_EXTRA_CA_CERTS"] = str(certificate_file)


def record_decisions(file: Path) -> None:
    """Writes every decision of the emulator's IAM to a file, a JSON object a line."""
    from ministack.core import iam_evaluator

    enforce = iam_evaluator.enforce
    record = file.open("a", buffering=1)
    lock = threading.Lock()

    def recording(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        refusal = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        caller = iam_evaluator.resolve_caller_identity(access_key_id) or {}
        line = json.dumps(
            {
                "caller": caller.get("userArn", ""),
                "action": iam_action,
                "resource": resource_arn,
                "allowed": refusal is None,
            }
        )
        with lock:
            record.write(line + "\n")
        return refusal

    iam_evaluator.enforce = recording


def know_full_object_checksums() -> None:
    """Has S3 check and keep the CRC-32 of a whole multipart object, as AWS does where the upload asks for FULL_OBJECT.

    The emulator knows the composite kind alone, and would refuse the right checksum of the other.
    """
    from ministack.services import s3

    whole = contextvars.ContextVar("whole", default=None)
    composite, complete = s3._composite_checksum, s3._complete_multipart_upload

    def checksum(algorithm, part_checksums):
        return composite(algorithm, part_checksums) if whole.get() is None else whole.get()

    def complete_upload(bucket_name, key, body, query_params, headers=None):
        upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
        is_full = (headers or {}).get("x-amz-checksum-type", "").upper() == "FULL_OBJECT"
        if upload is None or not is_full or upload.get("checksum_algorithm") != "CRC32":
            return complete(bucket_name, key, body, query_params, headers)
        crc = 0
        for number in sorted(upload["parts"]):
            crc = zlib.crc32(upload["parts"][number]["body"], crc)
        token = whole.set(base64.b64encode(crc.to_bytes(4, "big")).decode())
        try:
            response = complete(bucket_name, key, body, query_params, headers)
        finally:
            whole.reset(token)
        if response[0] == 200:
            s3._ensure_bucket(bucket_name)["objects"][key]["checksum_type"] = "FULL_OBJECT"
        return response

    s3._composite_checksum, s3._complete_multipart_upload = checksum, complete_upload


def heed_concurrency_limits() -> None:
    """Has an event that meets a concurrency limit wait in Lambda's queue, as AWS does, and a failed one go to the dead-letter queue.

    The emulator calls the target of a rule once, and forgets the event where that fails. A state machine that meets the limit
    is told AWS's name for it.
    """
    from ministack.services import eventbridge, lambda_svc

    is_queued = contextvars.ContextVar("is_queued", default=False)
    execute = lambda_svc._execute_function

    def execute_function(func, event):
        result = execute(func, event)
        while is_queued.get() and result.get("throttle"):
            # Events that were refused together do not come back together: what frees a place meanwhile would be taken by others
            # than them.
            time.sleep(random.uniform(0.25, 0.75))
            result = execute(func, event)
        if result.get("throttle"):
            result["body"]["errorType"] = "Lambda.TooManyRequestsException"
        return result

    def dispatch(arn, payload):
        func, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if not func or not config:
            return
        token = is_queued.set(True)
        try:
            lambda_svc.invoke_async_with_retry(
                lambda_svc._execution_record_for_config(func, config), json.loads(payload)
            )
        finally:
            is_queued.reset(token)

    lambda_svc._execute_function, eventbridge._dispatch_to_lambda = execute_function, dispatch


def know_what_is_put() -> None:
    """Has IAM know the source and the detail-type of an event that is put on a bus, as AWS does (Service Authorization
    Reference, "Actions, resources, and condition keys for Amazon EventBridge").

    The emulator knows neither. Entries that differ give a key several values, which no StringEquals matches.
    """
    from ministack.core import iam_actions

    context_of = iam_actions.request_tag_context
    keys = {"events:source": "Source", "events:detail-type": "DetailType"}

    def with_entries(service, iam_action, body, params):
        context = context_of(service, iam_action, body, params)
        if iam_action != "events:PutEvents":
            return context
        entries = json.loads(body or b"{}").get("Entries", [])
        for key, field in keys.items():
            values = {entry[field] for entry in entries if field in entry}
            if values:
                context[key] = values.pop() if len(values) == 1 else sorted(values)
        return context

    iam_actions.request_tag_context = with_entries


def hide_what_is_missing() -> None:
    """Has S3 answer 403 about a key that is not there, as AWS does where the caller may not list the whole bucket (Amazon S3
    API Reference, "HeadObject" and "GetObject"). The emulator answers 404 to everybody.
    """
    from ministack.core import iam_evaluator
    from ministack.core.router import extract_access_key_id, extract_region
    from ministack.services import s3

    handle = s3.handle_request

    async def handle_request(method, path, headers, body, query_params, *args, **kwargs):
        response = await handle(method, path, headers, body, query_params, *args, **kwargs)
        bucket, _, key = path.lstrip("/").partition("/")
        if response[0] != 404 or method not in ("GET", "HEAD") or not key or "uploadId" in query_params:
            return response
        region = extract_region(headers, query_params)
        caller = extract_access_key_id(headers, query_params)
        if iam_evaluator.enforce(caller, "s3:ListBucket", "s3", region, f"arn:aws:s3:::{bucket}", {}) is None:
            return response
        return s3._error("AccessDenied", "Access Denied", 403, path)

    s3.handle_request = handle_request


def tell_stops_in_histories() -> None:
    """Has DescribeExecution tell no error of an execution that was stopped: AWS documents it for a failed one, and that of
    StopExecution for the history's last event (AWS Step Functions API Reference, "ExecutionAbortedEventDetails").
    """
    from ministack.services import stepfunctions

    describe = stepfunctions._describe_execution

    def describe_execution(data):
        status, headers, body = describe(data)
        found = json.loads(body)
        if found.get("status") == "ABORTED":
            for field in ("error", "cause"):
                found.pop(field, None)
            body = json.dumps(found).encode()
        return status, headers, body

    stepfunctions._describe_execution = describe_execution


def end_with_parent() -> None:
    """The parent holds the other end of standard input: it closes when the parent ends, however it ends."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    folder = Path(os.environ["RUN_FOLDER"])
    make_certificate(folder)
    record_decisions(folder / "decisions.jsonl")
    know_full_object_checksums()
    heed_concurrency_limits()
    know_what_is_put()
    hide_what_is_missing()
    tell_stops_in_histories()
    threading.Thread(target=end_with_parent, daemon=True).start()

    from ministack import app

    # The emulator would listen on port 443 as well, for a service that is not used here.
    app._port_is_bindable = lambda *_: False
    app.main()


main()
