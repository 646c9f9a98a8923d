import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../examples/front-door/authorize.ts';
import { handler as check } from '../../examples/front-door/check.ts';
import { FrontDoorStack } from '../../examples/front-door/front-door-stack.ts';
import { detailTypes } from '../../examples/front-door/triggers.ts';
import { rejectedDetailSchema } from '../../lambdas/contract/results.ts';
import { triggerDetailTypes } from '../../lambdas/contract/triggers.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import { createApp } from '../infra/stack.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('the bearer token of the front door', () => {
  const tokens = ['first', 'second'];
  const clock = { now: 0 };
  const authorize = createAuthorizer(
    async () => tokens[clock.now < 60_000 ? 0 : 1] ?? '',
    () => clock.now,
  );

  it.each([
    ['the right one', bearer('first'), true],
    ['another one', bearer('second'), false],
    ['a part of it', bearer('firs'), false],
    ['none', {}, false],
    ['an empty one', bearer(''), false],
    ['one without its scheme', { headers: { authorization: 'first' } }, false],
    ['another scheme', { headers: { authorization: 'Basic first' } }, false],
    ['the scheme in small letters', { headers: { authorization: 'bearer first' } }, true],
  ])('opens it, or not: %s', async (_, asking, isAuthorized) => {
    expect(await authorize(asking)).toEqual({ isAuthorized });
  });

  it('is read again after a minute', async () => {
    clock.now = 60_000;
    expect(await authorize(bearer('first'))).toEqual({ isAuthorized: false });
    expect(await authorize(bearer('second'))).toEqual({ isAuthorized: true });
  });

  it('opens nothing where the secret is empty', async () => {
    const open = createAuthorizer(async () => '', Date.now);
    expect(await open(bearer('x'))).toEqual({ isAuthorized: false });
  });
});

const ask = async (trigger: string, body: string) => {
  const { statusCode, body: text } = await check({ pathParameters: { trigger }, body });
  return { statusCode, body: JSON.parse(text) as { error?: object } };
};

describe('the check of the front door', () => {
  const before = process.env['PROVIDERS'];
  beforeAll(() => {
    process.env['PROVIDERS'] = 'gamma';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['PROVIDERS'];
    else process.env['PROVIDERS'] = before;
  });

  it('says yes to what the archiver takes', async () => {
    expect(await ask('started', '{"provider":"gamma","generationId":"abc"}')).toEqual({
      statusCode: 200,
      body: { detailType: 'Generation Started' },
    });
  });

  it.each([
    '{"provider":"gamma","generationId":"../x","folder":"../up"}',
    '{"provider":"acme","generationId":"abc"}',
    '{}',
    '[]',
    'no JSON',
    '',
  ])('says of %s what Generation Rejected says', async (body) => {
    const { events, bus } = keptEvents();
    const settings = {
      gamma: {
        baseUrl: 'https://api.example.com',
        timeoutMinutes: 60,
        checkIntervalSeconds: 5,
        firstCheckSeconds: 25,
      },
    };
    const world = { ...fakeExecutions(), ...keptLog(), ...keptMeasurements() };
    const intake = createIntake({
      ...world,
      settings,
      bus,
      clock: virtualClock(),
      executionArn: (name) => name,
    });
    let detail: unknown;
    try {
      detail = JSON.parse(body);
    } catch {
      detail = undefined;
    }
    await intake({ id: 'e1', source: 'front-door', 'detail-type': 'Generation Started', detail });
    const { error } = rejectedDetailSchema.parse(events[0]?.detail);
    const answer = await ask('started', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.error).toEqual(error);
  });

  it('knows the four triggers, and nothing that every object has', async () => {
    expect(Object.values(detailTypes)).toEqual([...triggerDetailTypes]);
    for (const name of ['constructor', '__proto__', 'other'])
      expect((await ask(name, '{}')).statusCode).toBe(404);
  });
});

describe('the front door', () => {
  const stack = new FrontDoorStack(createApp(), 'FrontDoor');
  const template = Template.fromStack(stack);

  it('puts the body on the bus, as the trigger that its path names', () => {
    for (const detailType of Object.values(detailTypes))
      template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
        IntegrationSubtype: 'EventBridge-PutEvents',
        RequestParameters: {
          Source: 'front-door',
          DetailType: detailType,
          Detail: '$request.body',
          EventBusName: Match.anyValue(),
        },
      });
  });

  it('has no way in without the token', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
    expect(routes).toHaveLength(5);
    for (const { Properties } of routes as { Properties: Record<string, unknown> }[]) {
      expect(Properties['AuthorizationType']).toBe('CUSTOM');
      expect(Properties['RouteKey']).toMatch(/^POST \//);
    }
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 60,
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  it('lets one function read the token, and no template hold it', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 48 },
      SecretString: Match.absent(),
    });
  });
});
