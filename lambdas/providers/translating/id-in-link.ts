import { generationIdSchema } from '../../contract/generation.ts';
import { parseUrl } from '../../contract/parse-url.ts';

/** Stands for the id in the address that a status is asked at. */
const placeholder = 'generation-id';

const literally = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/**
 * The id in a link to the status of a generation, absolute or not, as REST APIs answer a create request
 * with it (`Location`, or a link to poll). The link itself is not followed.
 *
 * @param pathOf the path of the provider's own status request for an id
 */
export const idInLink = (link: string, pathOf: (id: string) => string): string | undefined => {
  // A sentence that mentions one is no link.
  if (!/^(?:https?:\/\/|\/)\S+$/i.test(link)) return undefined;
  const [before = '', after = ''] = pathOf(placeholder).split(placeholder);
  const path = parseUrl(link, new URL('https://provider.invalid/'))?.pathname;
  const shape = new RegExp(`${literally(before)}([^/]+)${literally(after)}/?$`);
  return generationIdSchema.safeParse(shape.exec(path ?? '')?.[1]).data;
};
