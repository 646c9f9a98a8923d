import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { eventSource, resultDetailTypes } from '../../../lambdas/contract/results.ts';
import { triggerDetailTypes } from '../../../lambdas/contract/triggers.ts';
import { policiesOfRoles, withPermissionsOf } from '../harness/taken-over.ts';
import type { World } from '../harness/world.ts';

/** Another bus than the archiver's, which every account has. */
const otherBus = 'default';

/** The kinds of events that a client may put on a bus under a source. */
const accepted = async (
  events: EventBridgeClient,
  bus: string,
  source: string,
): Promise<string[]> => {
  const taken: string[] = [];
  for (const detailType of [...resultDetailTypes, ...triggerDetailTypes]) {
    const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: '{}' };
    try {
      await events.send(new PutEventsCommand({ Entries: [entry] }));
      taken.push(detailType);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
    }
  }
  return taken;
};

/** Whether a client may list what begins with a prefix, or everything. */
const mayList = async (s3: S3Client, Bucket: string, Prefix?: string): Promise<boolean> => {
  try {
    await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDenied') return false;
    throw error;
  }
};

const kindsOf: readonly { readonly role: RegExp; readonly kinds: readonly string[] }[] = [
  { role: /Intake|Replies/, kinds: ['Generation Rejected'] },
  {
    role: /StoppedExecutions|Sweep/,
    kinds: ['Generation Not Archived', 'Generation Cancelled', 'Generation Not Started'],
  },
  {
    role: /WorkflowStateMachine/,
    kinds: resultDetailTypes.filter(
      (one) =>
        one !== 'Generation Progress' &&
        one !== 'Generation Rejected' &&
        one !== 'Generation Cancelled',
    ),
  },
  { role: /WorkflowChecks/, kinds: ['Generation Progress'] },
];

/**
 * What an attacker can send from within a function. Runs near the end: what is accepted here are
 * events without any content.
 */
export const takenOver = (world: () => World): void => {
  describe('that is taken over', () => {
    it(
      'sends results of its own kinds at most, and no trigger under any name',
      { timeout: 180_000 },
      async () => {
        const { aws, busName } = world();
        const roles = await policiesOfRoles(aws);
        const sending = roles.filter(({ policies }) =>
          [...policies.values()].some((document) => document.includes('events:PutEvents')),
        );
        for (const { role } of kindsOf)
          expect(sending.map((one) => one.role)).toContainEqual(expect.stringMatching(role));
        for (const one of sending) {
          await withPermissionsOf(aws, one, async (credentials) => {
            const { events } = aws.of(credentials);
            const expected = kindsOf.find(({ role }) => role.test(one.role))?.kinds ?? [];
            const kinds = await accepted(events, busName, eventSource);
            expect(kinds.toSorted(), one.role).toEqual([...expected].toSorted());
            expect(await accepted(events, busName, 'somebody-else'), one.role).toEqual([]);
            expect(await accepted(events, otherBus, eventSource), one.role).toEqual([]);
          });
        }
      },
    );

    it('lists its own folders at most, and nothing else in the bucket', async () => {
      const { aws, bucket } = world();
      for (const one of await policiesOfRoles(aws)) {
        await withPermissionsOf(aws, one, async (credentials) => {
          const { s3 } = aws.of(credentials);
          const listed = await Promise.all(
            [
              'gamma/',
              'gamma/an-id/manifest.json',
              'customers/42/gamma/an-id/',
              '_claims/accepted/gamma/an-id/',
              undefined,
              '',
              'gam',
              'other/',
              '_claims/',
            ].map((prefix) => mayList(s3, bucket, prefix)),
          );
          const isCopy = one.role.includes('CopyExports');
          const isIntake = one.role.includes('Intake');
          const never = [false, false, false, false, false];
          expect(listed, one.role).toEqual([isCopy, isCopy, isCopy, isIntake, ...never]);
        });
      }
    });
  });
};
