import type { JsonValue } from '../../contract/json.ts';
import { documentKey, objectUri, type GenerationKey } from '../../contract/keys.ts';
import type { ObjectStore } from '../../contract/ports.ts';
import type { Tags } from '../../contract/tags.ts';
import type { Manifest } from '../archive/manifest.ts';
import { contentTypes } from '../formats.ts';
import { sumsOf } from './checksums.ts';
import { dispositionOf } from './file-name.ts';
import { putVerified } from './stored-object.ts';
import { tagged } from './tagged.ts';

/**
 * Stores the provider's status document as `generation.json`, indented for people. Equal bytes are
 * not written again.
 *
 * @param fileName name without extension under which a browser saves it
 */
export const storeDocument = async (
  objects: ObjectStore,
  keyPrefix: string,
  generation: GenerationKey & { readonly tags?: Tags | undefined },
  { document, fileName }: { readonly document: JsonValue; readonly fileName: string },
): Promise<Manifest['document']> => {
  const key = documentKey(keyPrefix, generation);
  const body = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  const description = {
    contentType: contentTypes.json,
    contentDisposition: dispositionOf(fileName, 'json'),
  };
  const etag = await putVerified(objects, key, body, tagged(description, generation.tags));
  return {
    bucket: objects.bucket,
    key,
    uri: objectUri(objects.bucket, key),
    ...(await sumsOf([body])),
    etag,
  };
};
