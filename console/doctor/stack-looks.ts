import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { bad, doubtful, good, resourcesOf, type Look } from './look.ts';

/** How the last deployment went. */
export const deployment: Look = async ({ deployed: { status } }) =>
  /^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)
    ? good(status)
    : doubtful(`is ${status}`, 'look at the events of the stack, and deploy again');

/** Archivers in the stack beside the one that is looked at. Nothing where there are none. */
export const otherArchivers: Look = async ({ deployed }) =>
  (await deployed.otherArchivers()).map((name) => ({
    gravity: 'good',
    says: `${name}… is in the stack as well, and is not looked at: the outputs are of another`,
    remedy: 'to operate it, give it a stack of its own, and name that with --stack',
  }));

/** Alarms that ring, and alarms that notify no topic. */
export const alarms: Look = async (patient) => {
  const own = await resourcesOf(patient, 'AWS::CloudWatch::Alarm');
  const AlarmNames = own.map(({ physicalId }) => physicalId);
  if (AlarmNames.length === 0)
    return doubtful('the stack has none', 'set "alarms": true and deploy (docs/configuration.md)');
  const { MetricAlarms: found = [] } = await patient.clients.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames, MaxRecords: 100 }),
  );
  const ringing = found.filter(({ StateValue }) => StateValue === 'ALARM');
  const silent = found.filter(
    ({ AlarmActions = [], ActionsEnabled }) =>
      AlarmActions.length === 0 || ActionsEnabled === false,
  );
  return [
    ...ringing.map(({ AlarmName = '', AlarmDescription = '' }) =>
      bad(`${AlarmName} rings: ${AlarmDescription}`, 'docs/runbook.md has a heading for it'),
    ),
    silent.length === 0
      ? good(`${found.length}, all notify somebody`)
      : doubtful(
          `${silent.length} of ${found.length} notify nobody`,
          'name a topic in alarmTopicArn and deploy',
        ),
  ];
};

/** What lies in the dead-letter queue. */
export const queue: Look = async ({ clients, deployed: { deadLetterQueueUrl: QueueUrl } }) => {
  const { Attributes: attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const count = Number(attributes['ApproximateNumberOfMessages'] ?? 0);
  return count === 0
    ? good('none')
    : bad(
        `${count} in the queue`,
        'generation-archiver dead-letters tells what they are, --send sends them again',
      );
};

/** Whether parts of unfinished uploads are cleared away. */
export const lifecycle: Look = async ({ clients, deployed: { bucket: Bucket } }) => {
  const remedy =
    'add a lifecycle rule with AbortIncompleteMultipartUpload: parts cost, and no listing shows them';
  try {
    const { Rules: found = [] } = await clients.s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket }),
    );
    return found.some((rule) => rule.AbortIncompleteMultipartUpload && rule.Status === 'Enabled')
      ? good('unfinished uploads are cleared away')
      : doubtful('unfinished uploads are kept for ever', remedy);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchLifecycleConfiguration')
      return doubtful('has no lifecycle rules', remedy);
    throw error;
  }
};
