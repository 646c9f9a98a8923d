import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { makeDecks, uniquePdf } from '../../e2e/harness/decks.ts';
import { listKeys, readObject } from '../../e2e/harness/observe.ts';
import { collectResults } from '../../e2e/harness/result-events.ts';
import { startFileServer, status, type Reply } from '../../support/file-server.ts';
import { run } from '../harness/commands.ts';
import { nextMessage } from '../harness/mailbox.ts';
import { examples } from '../harness/places.ts';
import type { World } from '../harness/world.ts';

const quick = { firstCheckSeconds: 1, checkIntervalSeconds: 1 };

/** The example under test with other addresses; see `test/fixtures/package`. */
const appOf = (example: string): string => `node --import tsx test/fixtures/package/${example}.ts`;

/** Acme's answer to the question for a deck. */
const says = (answer: object): Reply => status(200, {}, JSON.stringify(answer));

/** The examples, as their users run them: from the published package. */
export const exampleApps = (world: () => World): void => {
  const gammaOfSimulator = () => ({
    allowInsecureSources: true,
    providers: { gamma: { baseUrl: world().simulator.baseUrl('gamma'), ...quick } },
  });

  describe.concurrent('the examples', () => {
    it.each(examples)('%s compiles, and synthesises as it is', async (example) => {
      const folder = join(world().workspace, 'examples', example);
      await run(
        folder,
        process.execPath,
        join(world().workspace, 'node_modules/typescript/bin/tsc'),
      );
      const output = join(world().workspace, `cdk.out.${example}`);
      await world().synth(folder, output);
      expect(existsSync(join(output, 'manifest.json'))).toBe(true);
    });

    it('failure-mail archives to the bucket that exists, and tells of a failure', async () => {
      const { aws, simulator, workspace } = world();
      await aws.s3.send(new CreateBucketCommand({ Bucket: 'our-decks' }));
      const output = await world().deploy(
        workspace,
        appOf('failure-mail'),
        'FailureMail',
        gammaOfSimulator(),
      );
      const results = await collectResults(aws, output('EventBusName'));
      try {
        const good = simulator.add({
          provider: 'gamma',
          script: [{ says: 'completed' }],
          files: [{ format: 'pdf', content: uniquePdf() }],
        });
        const bad = simulator.add({
          provider: 'gamma',
          script: [{ says: 'failed', message: 'out of ink' }],
        });
        for (const { generationId } of [good, bad])
          await world().send(output('EventBusName'), { provider: 'gamma', generationId });
        await results.next(good.generationId, 'Generation Archived');
        expect(await listKeys(aws, 'our-decks', 'decks/')).toContain(
          `decks/gamma/${good.generationId}/presentation.pdf`,
        );
        await results.next(bad.generationId, 'Generation Failed');
        expect(await nextMessage(aws, output('MailboxUrl'))).toContain(
          `The deck ${bad.generationId} of gamma was not archived. GenerationFailed: `,
        );

        simulator.plan('gamma', [{ when: 'before', answer: { says: 'http', status: 402 } }]);
        const order = {
          provider: 'gamma',
          requestId: 'order-7',
          request: { inputText: 'How bread keeps' },
        };
        await world().send(output('EventBusName'), order, 'Generation Requested');
        expect(await nextMessage(aws, output('MailboxUrl'))).toContain(
          'The request order-7 to gamma led to no deck. InsufficientCredits: ',
        );

        const { StackResources = [] } = await aws.cloudFormation.send(
          new DescribeStackResourcesCommand({ StackName: 'FailureMail' }),
        );
        const subscribed = StackResources.filter(
          ({ ResourceType }) => ResourceType === 'AWS::SNS::Subscription',
        );
        expect(
          subscribed.find(({ LogicalResourceId }) =>
            LogicalResourceId?.startsWith('Failuresdecksexamplecom'),
          )?.ResourceStatus,
        ).toBe('CREATE_COMPLETE');
      } finally {
        await results.stop();
      }
    });

    it('deck-text stores the text of a PowerPoint file', async () => {
      const { aws, simulator, workspace } = world();
      const output = await world().deploy(
        workspace,
        appOf('deck-text'),
        'DeckText',
        gammaOfSimulator(),
      );
      const { pptx } = await makeDecks();
      const { generationId } = simulator.add({
        provider: 'gamma',
        script: [{ says: 'completed' }],
        files: [{ format: 'pptx', content: pptx }],
      });
      await world().send(output('EventBusName'), { provider: 'gamma', generationId });
      const key = `gamma/${generationId}/presentation.pptx.txt`;
      await expect
        .poll(() => listKeys(aws, output('TextsBucketName')), { timeout: 60_000, interval: 500 })
        .toEqual([key]);
      expect(
        (await readObject(aws, output('TextsBucketName'), key)).body.toString('utf8'),
      ).toContain('A deck for the tests');
    });

    it('own-provider archives the decks of a provider that the package does not know', async () => {
      const { aws, workspace } = world();
      const acme = await startFileServer();
      try {
        const output = await world().deploy(workspace, appOf('own-provider'), 'OwnProvider', {
          acme: { baseUrl: acme.origin, ...quick },
          archiver: { allowInsecureSources: true },
        });
        await world().storeKey('acme', 'acme-key-of-the-tests');
        const results = await collectResults(aws, output('EventBusName'));
        const deck = uniquePdf();
        const file = acme.script('/files/deck.pdf', (_, response) =>
          response.writeHead(200, { 'content-length': deck.byteLength }).end(deck),
        );
        acme.script(
          '/v1/decks/a-1',
          says({ state: 'drawing', percent: 40 }),
          says({ state: 'done', pages: 3, file: `${file}?token=secret-of-acme` }),
        );
        try {
          await world().send(output('EventBusName'), { provider: 'acme', generationId: 'a-1' });
          const event = await results.next('a-1', 'Generation Archived');
          expect(event.detail).toMatchObject({
            provider: 'acme',
            generation: { pages: 3 },
            artifacts: [{ format: 'pdf', bytes: deck.byteLength }],
          });
        } finally {
          await results.stop();
        }
        const bucket = output('ArtifactsBucketName');
        expect((await readObject(aws, bucket, 'acme/a-1/presentation.pdf')).body).toEqual(deck);
        expect(
          (await readObject(aws, bucket, 'acme/a-1/generation.json')).body.toString('utf8'),
        ).not.toContain('secret-of-acme');
        const asked = acme.seen.find(({ path }) => path.startsWith('/v1/'));
        expect(asked?.headers.authorization).toBe('Bearer acme-key-of-the-tests');
      } finally {
        await acme.close();
      }
    });
  });
};
