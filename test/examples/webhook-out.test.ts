import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { WebhookOutStack } from '../../examples/webhook-out/webhook-out-stack.ts';
import { resultDetailTypes } from '../../lambdas/contract/results.ts';
import { createApp } from '../infra/stack.ts';

const stack = new WebhookOutStack(createApp(), 'WebhookOut', {
  url: 'https://hooks.example.com/decks',
  secretName: 'webhook-out/token',
});
const template = Template.fromStack(stack);

interface Rule {
  readonly Properties: {
    readonly EventPattern: { readonly 'detail-type'?: readonly string[] };
    readonly Targets?: readonly { readonly Arn: unknown }[];
  };
}

const outgoing = (Object.values(template.findResources('AWS::Events::Rule')) as Rule[]).filter(
  ({ Properties }) => JSON.stringify(Properties.Targets).includes('Address'),
);

describe('the webhook out', () => {
  it('is told of every end, and of nothing on the way', () => {
    const told = outgoing.flatMap(({ Properties }) => Properties.EventPattern['detail-type'] ?? []);
    const onTheWay = ['Generation Accepted', 'Generation Progress', 'Generation Awaiting Input'];
    expect(told.toSorted()).toEqual(
      resultDetailTypes.filter((type) => !onTheWay.includes(type)).toSorted(),
    );
  });

  it('tries for a day, then keeps the event', () => {
    for (const { Properties } of outgoing)
      expect(Properties.Targets).toEqual([
        expect.objectContaining({
          DeadLetterConfig: { Arn: expect.anything() as unknown },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ]);
    template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('did not take a result'),
    });
  });

  it('calls with the header from the secret, which is in no template', () => {
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: {
          ApiKeyName: 'Authorization',
          ApiKeyValue: '{{resolve:secretsmanager:webhook-out/token:SecretString:::}}',
        },
      },
    });
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://hooks.example.com/decks',
      InvocationRateLimitPerSecond: 10,
    });
  });
});
