import { randomBytes } from 'node:crypto';
import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { exportOf, onePdf, uniquePdf } from '../harness/decks.ts';
import { expectArchived, resultAbout } from '../harness/expect-archived.ts';
import { executionsAbout, listKeys, readObject } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';

/** A file that is stored in parts: three of 8 MB at most. */
const largeBytes = 20 * 1024 * 1024;

/** What a question is answered with: words that are found wherever they were written. */
export const answerToQuestion = 'Blue like the sea at four';

/** Works for some seconds, then is done. */
const briefly = [{ says: 'working', progress: 0.3, seconds: 2 }, { says: 'completed' }] as const;

/** Every provider's way from the event to the bucket. */
export const archives = (world: () => World): void => {
  describe.concurrent('archives', () => {
    it("a PDF of Gamma's, with title, metadata and the provider's own ids", async () => {
      const metadata = { customer: '42', nested: { list: [1, 'two', null] } };
      const generation = await world().generate(
        {
          provider: 'gamma',
          script: briefly,
          files: [{ format: 'pdf', content: world().decks.pdf }],
        },
        { metadata },
      );
      const detail = await expectArchived(world(), generation);
      expect(detail).toMatchObject({
        provider: 'gamma',
        credential: 'default',
        metadata,
        artifacts: [{ format: 'pdf', contentType: 'application/pdf' }],
      });
      expect(detail.generation).toHaveProperty('gammaId');
      expect(detail.timing.checks).toBeGreaterThan(0);
      expect(
        await listKeys(world().aws, world().bucket, `gamma/${generation.generationId}/`),
      ).toEqual(
        ['generation.json', 'manifest.json', 'presentation.pdf'].map(
          (name) => `gamma/${generation.generationId}/${name}`,
        ),
      );
      const [execution] = await executionsAbout(
        world().aws,
        world().stateMachineArn,
        'gamma',
        generation.generationId,
      );
      expect(execution).toMatchObject({ status: 'SUCCEEDED', executionArn: detail.execution });
    });

    it('in a folder, with tags, and with progress on the way', async () => {
      const { aws, bucket, results } = world();
      const place = { folder: 'customers/42', tags: { customer: '42', plan: 'Müller Co' } };
      const generation = await world().generate(
        {
          provider: 'duomi',
          script: [{ says: 'working', progress: 0.3, seconds: 15 }, { says: 'completed' }],
          files: [{ format: 'pptx', content: world().decks.pptx }],
        },
        { ...place, progress: true },
      );
      const detail = await resultAbout(world(), generation, 'Generation Archived');
      expect(detail).toMatchObject(place);
      const keys = await listKeys(aws, bucket, `customers/42/duomi/${generation.generationId}/`);
      expect(keys.map((key) => key.split('/').at(-1))).toEqual([
        'generation.json',
        'manifest.json',
        'presentation.pptx',
      ]);
      for (const Key of keys) {
        const { TagSet = [] } = await aws.s3.send(
          new GetObjectTaggingCommand({ Bucket: bucket, Key }),
        );
        expect(Object.fromEntries(TagSet.map((one) => [one.Key, one.Value])), Key).toEqual(
          place.tags,
        );
      }
      const told = results
        .about(generation.generationId)
        .filter((event) => event['detail-type'] === 'Generation Progress');
      expect(told.length).toBeGreaterThanOrEqual(1);
      expect(told[0]?.detail).toMatchObject({ ...place, status: 'processing', progress: 0.3 });
    });

    it("a PowerPoint file of Gamma's", async () => {
      const generation = await world().generate({
        provider: 'gamma',
        script: briefly,
        files: [{ format: 'pptx', content: world().decks.pptx }],
      });
      expect((await expectArchived(world(), generation)).artifacts).toMatchObject([
        { format: 'pptx' },
      ]);
    });

    it("Gamma's png export, as the ZIP that it is", async () => {
      const generation = await world().generate({
        provider: 'gamma',
        script: briefly,
        files: [{ format: 'zip', content: world().decks.zip }],
      });
      const { artifacts } = await expectArchived(world(), generation);
      expect(artifacts).toMatchObject([
        { format: 'zip', key: `gamma/${generation.generationId}/presentation.zip` },
      ]);
    });

    it('a Gamma export whose link comes late', async () => {
      const script = [
        { says: 'completed', linkMissing: true, seconds: 4 },
        { says: 'completed' },
      ] as const;
      await expectArchived(
        world(),
        await world().generate({ provider: 'gamma', script, files: onePdf() }),
      );
    });

    it("a deck of Chronicle's, whose status document is the deck", async () => {
      const sections = [{ id: 'section_1', title: 'What we learnt' }];
      const generation = await world().generate({
        provider: 'chronicle',
        script: briefly,
        sections,
        title: 'Lessons',
      });
      const { artifacts = [] } = await expectArchived(world(), generation);
      expect(artifacts).toMatchObject([
        { format: 'json', key: `chronicle/${generation.generationId}/generation.json` },
      ]);
      const { body, contentDisposition } = await readObject(
        world().aws,
        world().bucket,
        artifacts[0]?.key ?? '',
      );
      expect(JSON.parse(body.toString('utf8'))).toMatchObject({
        presentation: { title: 'Lessons', sections },
      });
      expect(contentDisposition).toContain('Lessons');
    });

    it("a question of Chronicle's is announced once, and the archive follows the answer", async () => {
      const script = [
        { says: 'working', seconds: 1 },
        { says: 'question', question: 'Which colours?', seconds: 600 },
        { says: 'completed' },
      ] as const;
      const generation = await world().generate({ provider: 'chronicle', script });
      const asked = await resultAbout(world(), generation, 'Generation Awaiting Input');
      expect(JSON.stringify(asked.generation)).toContain('Which colours?');
      const { provider, generationId } = generation;
      const reply = {
        provider,
        generationId,
        questionId: asked.questionId,
        content: answerToQuestion,
      };
      await world().send(reply, { detailType: 'Generation Reply' });
      await expectArchived(world(), generation);
      expect(
        world()
          .simulator.requestsFor(generationId, 'message')
          .map(({ status }) => status),
      ).toEqual([200]);
      expect(world().results.about(generationId)).toHaveLength(2);
    });

    it('a deck of Gamma in two formats, one of which it is asked to export', async () => {
      const { pptx } = world().decks;
      const options = {
        provider: 'gamma',
        script: briefly,
        files: onePdf(),
        exportFiles: [{ format: 'pptx', content: pptx }],
      } as const;
      const generation = await world().generate(options, { exportAs: ['pdf', 'pptx'] });
      const { artifacts } = await resultAbout(world(), generation, 'Generation Archived');
      const folder = `gamma/${generation.generationId}`;
      expect(artifacts?.map(({ key }) => key)).toEqual([
        `${folder}/presentation.pdf`,
        `${folder}/presentation.pptx`,
      ]);
      expect(
        world()
          .simulator.requestsFor(generation.generationId, 'export')
          .map(({ status }) => status),
      ).toEqual([200]);
    });

    it('a reply where nobody asks is rejected, and posted nowhere', async () => {
      const generation = await world().generate({
        provider: 'chronicle',
        script: [{ says: 'working', seconds: 8 }, { says: 'completed' }],
      });
      const { provider, generationId } = generation;
      await world().send(
        { provider, generationId, content: 'Blue' },
        { detailType: 'Generation Reply' },
      );
      await world().results.next(generationId, 'Generation Rejected');
      await expectArchived(world(), generation, 'Generation Archived', { count: 2 });
      expect(world().simulator.requestsFor(generationId, 'message')).toEqual([]);
    });

    it('nothing of a generation that is cancelled, which is announced once', async () => {
      const script = [{ says: 'working', seconds: 3600 }, { says: 'completed' }] as const;
      const generation = await world().generate({
        provider: 'duomi',
        script,
        files: [{ format: 'pptx', content: world().decks.pptx }],
      });
      const { provider, generationId } = generation;
      await world().results.until(
        () => world().simulator.requestsFor(generationId, 'status').length > 0,
        'the first check',
      );
      await world().send({ provider, generationId }, { detailType: 'Generation Cancel' });
      const cancelled = await resultAbout(world(), generation, 'Generation Cancelled');
      expect(cancelled.error?.code).toBe('GenerationCancelled');
      expect(world().results.about(generationId)).toHaveLength(1);
    });

    it("a deck of Duomi's", async () => {
      const generation = await world().generate({
        provider: 'duomi',
        script: briefly,
        files: [{ format: 'pptx', content: world().decks.pptx }],
      });
      expect((await expectArchived(world(), generation)).artifacts).toMatchObject([
        { format: 'pptx' },
      ]);
    });

    it("a partial deck of Duomi's, announced as partial", async () => {
      const script = [{ says: 'working', seconds: 1 }, { says: 'partial' }] as const;
      const generation = await world().generate({
        provider: 'duomi',
        script,
        files: [{ format: 'pptx', content: world().decks.pptx }],
      });
      await expectArchived(world(), generation, 'Generation Partially Archived');
    });

    it("a deck of Perceptis'", async () => {
      const generation = await world().generate({
        provider: 'perceptis',
        script: briefly,
        files: [{ format: 'pptx', content: world().decks.pptx }],
      });
      await expectArchived(world(), generation);
    });

    it("every variant of Perceptis', each under a key of its own", async () => {
      const files = [1, 2, 3].map(
        (variant) => ({ format: 'pdf', content: uniquePdf(), variant }) as const,
      );
      const generation = await world().generate({ provider: 'perceptis', script: briefly, files });
      const { artifacts = [] } = await expectArchived(world(), generation);
      expect(artifacts.map(({ key }) => key)).toEqual(
        [1, 2, 3].map(
          (variant) => `perceptis/${generation.generationId}/presentation-${variant}.pdf`,
        ),
      );
    });

    it("a deck of Alai's in both formats, under keys that differ by the extension", async () => {
      const generation = await world().generate({
        provider: 'alai',
        script: briefly,
        files: exportOf('alai'),
      });
      const { artifacts = [] } = await expectArchived(world(), generation);
      const folder = `alai/${generation.generationId}`;
      expect(artifacts.map(({ key }) => key)).toEqual([
        `${folder}/presentation.pdf`,
        `${folder}/presentation.pptx`,
      ]);
    });

    it("a deck of SlideSpeak's, whose link is asked for, also while that is refused at first", async () => {
      const linkAnswers = [{ says: 'http', status: 429, headers: { 'retry-after': '1' } }] as const;
      const files = exportOf('slidespeak');
      const generation = await world().generate({
        provider: 'slidespeak',
        script: briefly,
        files,
        linkAnswers,
        linkSeconds: [0, 900],
      });
      await expectArchived(world(), generation);
      expect(
        world()
          .simulator.requestsFor(generation.generationId, 'link')
          .map(({ status }) => status),
      ).toEqual([429, 200, 200]);
    });

    it('the variants that can be had, where one cannot', async () => {
      // A page in its place would be waited for; a program never becomes a deck.
      const program = Buffer.concat([Buffer.from([0x7f]), Buffer.from('ELF'), randomBytes(2000)]);
      const files = [
        { format: 'pdf', content: uniquePdf() },
        { format: 'pdf', content: program },
      ] as const;
      const generation = await world().generate({ provider: 'perceptis', script: briefly, files });
      const detail = await resultAbout(world(), generation, 'Generation Partially Archived');
      expect(detail).toMatchObject({
        artifacts: [{ sha256: generation.files[0]?.sha256 }],
        error: { code: 'ExportInvalid' },
      });
    });

    it('a large file in parts, over a connection that breaks', async () => {
      const files = onePdf({
        content: uniquePdf(largeBytes),
        downloads: [{ cutAfter: 9_000_000 }, { cutAfter: 5_000_000 }],
      });
      const generation = await world().generate({ provider: 'gamma', script: briefly, files });
      await expectArchived(world(), generation);
      expect(world().simulator.requestsFor(generation.generationId, 'download')).toHaveLength(3);
    });

    it('what a provider makes while it is overloaded, down, and speaking in words that nobody knows', async () => {
      const script = [
        { says: 'http', status: 429, headers: { 'retry-after': '2' } },
        { says: 'http', status: 503, html: true },
        { says: 'truncated', whole: true },
        { says: 'working', status: 'marinating', polls: 2 },
        { says: 'completed' },
      ] as const;
      await expectArchived(
        world(),
        await world().generate({ provider: 'perceptis', script, files: onePdf() }),
      );
    });
  });
};
