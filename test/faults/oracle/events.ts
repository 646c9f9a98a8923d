import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { fulfils } from '../../../lambdas/contract/export-as.ts';
import {
  cancelledDetailSchema,
  notStartedDetailSchema,
  progressDetailSchema,
  resultDetailSchema,
  type ResultDetail,
  type ResultDetailType,
} from '../../../lambdas/contract/results.ts';
import { taggingHeader } from '../../../lambdas/contract/tags.ts';
import { manifestSchema } from '../../../lambdas/copying/archive/manifest.ts';
import type { FaultCase } from '../fault-case.ts';
import type { Followed } from '../world/executions.ts';
import { sha256 } from '../world/files.ts';
import type { Observed, SeenEvent } from '../world/observed.ts';
import { idsOf } from './posts.ts';
import { untrueReason } from './reasons.ts';

const failures: readonly ResultDetailType[] = [
  'Generation Failed',
  'Generation Timed Out',
  'Generation Not Archived',
  'Generation Not Started',
  'Generation Cancelled',
];

const onTheWay: readonly ResultDetailType[] = [
  'Generation Accepted',
  'Generation Progress',
  'Generation Awaiting Input',
];

/** Whether an event is no end: following goes on. */
export const isOnTheWay = ({ detailType }: SeenEvent): boolean =>
  onTheWay.some((type) => type === detailType);

/** Whether an event says that there is no archive. */
export const isFailure = ({ detailType }: SeenEvent): boolean =>
  failures.some((type) => type === detailType);

const wrongArtifacts = (
  detail: Detail,
  { objects }: SeenEvent,
  { served, faultCase }: Observed,
): string[] =>
  (detail.artifacts ?? []).flatMap(({ key, bytes, sha256: told, format }) => {
    const body = objects.get(key)?.body;
    if (body === undefined) return [`the event names ${key}, which is not there`];
    const found = sha256(body);
    if (found !== told || body.length !== bytes) {
      return [
        `${key} has ${body.length} bytes and SHA-256 ${found}; the event says ${bytes} and ${told}`,
      ];
    }
    if (format === 'json')
      // What wraps an answer as a text escapes its quotation marks.
      return body
        .toString('utf8')
        .replaceAll(String.raw`\"`, '"')
        .includes(`"${detail.generationId}"`)
        ? []
        : [`${key} is about another generation`];
    return served.has(found) || faultCase.provider === 'chronicle'
      ? []
      : [`${key} holds bytes that the provider never served`];
  });

const wrongManifest = (detail: Detail, { objects }: SeenEvent): string[] => {
  const key = detail.manifest?.key ?? '';
  const parsed = manifestSchema
    .strict()
    .safeParse(JSON.parse(objects.get(key)?.body.toString('utf8') ?? 'null'));
  if (!parsed.success) return [`the manifest ${key} is missing or not understood`];
  const { artifacts, document } = parsed.data;
  const told = JSON.stringify(detail.artifacts?.map(({ key: name, sha256: hash }) => [name, hash]));
  const listed = JSON.stringify(artifacts.map(({ key: name, sha256: hash }) => [name, hash]));
  const wrongDocument =
    sha256(objects.get(document.key)?.body ?? Buffer.alloc(0)) !== document.sha256;
  return [
    ...(told === listed ? [] : [`the manifest lists ${listed}; the event ${told}`]),
    ...(wrongDocument ? [`${document.key} is not what the manifest says`] : []),
  ];
};

/** Whether what was stored can have been changed by others between storing and announcing. */
const wasMeddledWith = ({ faultCase }: Observed): boolean =>
  faultCase.faults.some(
    (fault) =>
      (fault.place === 'time' && fault.what === 'removeObject') ||
      (fault.place === 's3' && fault.how === 'vanish'),
  );

const filesOf = ({ provider, files }: FaultCase): number =>
  provider === 'chronicle' ? 1 : files.length;

const untrueSuccess = (
  detail: Detail,
  event: SeenEvent,
  { generation }: Followed,
  observed: Observed,
): string[] => {
  const type = event.detailType;
  const { witness, faultCase } = observed;
  const files = filesOf(faultCase);
  const wanted = generation.exportAs ?? [];
  const lacking = wanted.filter(
    (format) => !(detail.artifacts ?? []).some((artifact) => fulfils(format, artifact.format)),
  );
  const artifacts = detail.artifacts?.length ?? 0;
  const isAll = type === 'Generation Archived';
  // An answer in place of the provider's own may offer another number of files.
  const isOther = witness.hasSeen('garbled answer');
  const isDone = witness.hasSeen(
    'said completed',
    'said partial',
    ...(wanted.length > 0 ? ['completed without link'] : []),
  );
  return [
    ...(isDone || isOther ? [] : [`${type}, though the provider never said that it was done`]),
    ...(isAll && wanted.length === 0 && artifacts !== files && !isOther
      ? [`${type} with ${artifacts} of ${files} files`]
      : []),
    ...(isAll && lacking.length > 0
      ? [`${type} without ${lacking.join(' and ')}, which was wanted`]
      : []),
    ...(isAll && detail.error !== undefined ? [`${type} with an error`] : []),
    ...(!isAll && !witness.hasSeen('said partial') && detail.error === undefined
      ? [`${type} without a reason`]
      : []),
    ...(artifacts === 0 ? [`${type} without a file`] : []),
    ...(wasMeddledWith(observed)
      ? []
      : [...wrongArtifacts(detail, event, observed), ...wrongManifest(detail, event)]),
  ];
};

/** Any event about an execution: of a request that led to nothing there is no id. */
type Detail = Omit<ResultDetail, 'generationId'> & { readonly generationId?: string | undefined };

const schemaOf = (type: string): z.ZodObject => {
  if (type === 'Generation Not Started') return notStartedDetailSchema;
  if (type === 'Generation Progress') return progressDetailSchema;
  return type === 'Generation Cancelled' ? cancelledDetailSchema : resultDetailSchema;
};

/** What is stored keeps its folder and its tags; whatever is not stored tells those that are wanted. */
const untruePlace = (detail: Detail, event: SeenEvent, { generation }: Followed): string[] => {
  const { artifacts, folder, tags } = detail;
  const told = [folder, tags];
  if (artifacts === undefined)
    return isDeepStrictEqual(told, [generation.folder, generation.tags])
      ? []
      : [`${event.detailType} tells of another folder, or of other tags`];
  const beginning = folder === undefined ? `${detail.provider}/` : `${folder}/${detail.provider}/`;
  const header = tags === undefined ? undefined : taggingHeader(tags);
  return artifacts.flatMap(({ key }) => {
    const stored = event.objects.get(key);
    return [
      ...(key.startsWith(beginning) ? [] : [`${key} is not in the folder ${folder ?? ''}`]),
      ...(stored === undefined || stored.headers['x-amz-tagging'] === header
        ? []
        : [`${key} has not the tags that the event tells`]),
    ];
  });
};

/** What is wrong with an event about an execution. */
export const untrueEvent = (event: SeenEvent, followed: Followed, observed: Observed): string[] => {
  const type = event.detailType;
  const parsed = schemaOf(type).strict().safeParse(event.detail);
  if (!parsed.success)
    return [`the event ${type} does not follow its schema: ${parsed.error.message}`];
  const detail = parsed.data as unknown as Detail;
  const { provider, credential, metadata, requestId } = followed.generation;
  const about = [detail.provider, detail.credential, detail.metadata, detail.requestId];
  const isAbout =
    JSON.stringify(about) === JSON.stringify([provider, credential, metadata, requestId]);
  const isNameless = detail.generationId === undefined && followed.generation.generationId === '';
  const isKnown = isNameless || idsOf(followed, observed).includes(detail.generationId ?? '');
  return [
    ...(isAbout && isKnown ? [] : ['the event is about another generation']),
    ...untruePlace(detail, event, followed),
    ...(isFailure(event) && detail.error === undefined ? [`${type} without an error`] : []),
    ...(isFailure(event) && detail.artifacts !== undefined ? [`${type} with artifacts`] : []),
    ...untrueReason(detail, event, followed, observed),
    ...(isFailure(event) || isOnTheWay(event)
      ? []
      : untrueSuccess(detail, event, followed, observed)),
  ];
};
