import * as z from 'zod';
import type { LinkedFile } from '../../polling/status.ts';
import { optionalField } from '../translating/answer.ts';
import { isHttpLink } from '../translating/http-link.ts';
import { linkField } from '../translating/link-field.ts';

/** A link that counts only where it is one. */
const otherLink = optionalField(
  linkField.transform((link) => (link !== undefined && isHttpLink(link) ? link : undefined)),
);

/**
 * Where a status holds the links of files. `exportUrl` is documented (Gamma, Get generation status);
 * `pdfUrl` and `pptxUrl` were before it (gamma-app/gamma-docs, Async Patterns & Polling), and public
 * clients read them, also under `exports`.
 */
export const fileFields = {
  exportUrl: linkField,
  pdfUrl: otherLink,
  pptxUrl: otherLink,
  exports: optionalField(z.looseObject({ pdf: otherLink, pptx: otherLink })),
};

type FileFields = z.infer<z.ZodObject<typeof fileFields>>;

/** The files that an answer offers, and every link in it that opens one. */
export interface OfferedLinks {
  readonly files: readonly LinkedFile[];
  readonly links: readonly string[];
}

/** See {@link OfferedLinks}. The answer does not tell the format of `exportUrl`; the file does. */
export const filesOf = ({ exportUrl, pdfUrl, pptxUrl, exports }: FileFields): OfferedLinks => {
  const pdf = pdfUrl ?? exports?.pdf;
  const pptx = pptxUrl ?? exports?.pptx;
  const links = [exportUrl, pdfUrl, pptxUrl, exports?.pdf, exports?.pptx];
  const others: readonly LinkedFile[] = [
    ...(pdf === undefined ? [] : [{ url: pdf, format: 'pdf' as const }]),
    ...(pptx === undefined ? [] : [{ url: pptx, format: 'pptx' as const }]),
  ];
  return {
    files: exportUrl === undefined ? others : [{ url: exportUrl }],
    links: links.flatMap((link) => link ?? []),
  };
};
