import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseResultEvent } from 'generation-archiver/events';
import { textOfDeck } from './text-of-deck.ts';

const s3 = new S3Client();

/**
 * Stores the text of every PowerPoint file that a generation brought, under the file's own key and
 * `.txt`.
 */
export const handler = async (event: unknown): Promise<void> => {
  const result = parseResultEvent(event);
  if (result['detail-type'] !== 'Generation Archived') return;
  for (const { bucket, key } of result.detail.artifacts.filter(({ format }) => format === 'pptx')) {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (body === undefined) throw new Error(`${key} has no content`);
    const text = await textOfDeck(await body.transformToByteArray());
    const put = {
      Bucket: process.env['TEXTS_BUCKET'],
      Key: `${key}.txt`,
      Body: text,
      ContentType: 'text/plain; charset=utf-8',
    };
    await s3.send(new PutObjectCommand(put));
  }
};
