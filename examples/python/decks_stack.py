from typing import Any

from aws_cdk import (
    CfnOutput,
    Stack,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_s3 as s3,
    aws_sqs as sqs,
)
from constructs import Construct
from generation_archiver import GenerationArchiver, ProviderOptions


class DecksStack(Stack):
    """Archives Gamma's decks in a bucket of your own, and queues what was archived."""

    def __init__(self, scope: Construct, construct_id: str, **archiver_props: Any) -> None:
        """:param archiver_props: more settings of the archiver"""
        super().__init__(scope, construct_id)
        bucket = s3.Bucket(self, "Bucket", enforce_ssl=True)
        settings = {"bucket": bucket, "providers": {"gamma": ProviderOptions()}}
        archiver = GenerationArchiver(self, "Archiver", **{**settings, **archiver_props})

        archived = sqs.Queue(self, "Archived", enforce_ssl=True)
        archiver.on_archived("OnArchived", target=targets.SqsQueue(archived))
        reader = iam.Role(self, "Reader", assumed_by=iam.AccountRootPrincipal())
        archiver.grant_read(reader)

        CfnOutput(self, "EventBusName", value=archiver.event_bus.event_bus_name)
        CfnOutput(self, "BucketName", value=bucket.bucket_name)
        CfnOutput(self, "ArchivedUrl", value=archived.queue_url)
