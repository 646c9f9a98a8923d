import { exportAsFormats, fileFormatOf } from '../../../lambdas/contract/export-as.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed, SeenEvent } from '../world/observed.ts';
import { eventsOf } from './executions.ts';
import { createPostsOf, idsOf, isUncertain, mayHaveActed, repeated } from './posts.ts';

/** Providers that know a repeated request by its key, and may be asked again. */
const idempotent = ['perceptis'];

/**
 * Whether another key of the account knows a repetition is not documented, and a function that
 * broke off does not tell with which key.
 */
const isExcused = ({ faultCase, posts, witness }: Observed): boolean =>
  idempotent.includes(faultCase.provider) &&
  witness.hasSeen('key rotated') &&
  posts.some(({ brokeOff }) => brokeOff);

const paidTwice = (observed: Observed): string[] => {
  if (isExcused(observed)) return [];
  const { creations } = observed;
  const ids = creations.map(({ requestId }) => requestId);
  return [...new Set(ids)].flatMap((id) => {
    const count = ids.filter((other) => other === id).length;
    return count > 1 ? [`the request ${id} was paid ${count} times`] : [];
  });
};

const postedAgain = (followed: Followed, observed: Observed): string[] => {
  const { name, arn, generation } = followed;
  const creates = idempotent.includes(generation.provider)
    ? []
    : repeated(createPostsOf(followed, observed));
  const exports = observed.posts.filter(({ to, by }) => to === 'export' && by === arn);
  const formats = [...new Set(exports.map(({ about }) => about))];
  const again = formats.filter(
    (format) => repeated(exports.filter(({ about }) => about === format)).length > 0,
  );
  return [
    ...(creates.length > 0
      ? [`${name} posted its request again after it may have been carried out`]
      : []),
    ...again.map((format) => `${name} asked again for an export to ${format} that may have begun`),
  ];
};

/** Whether an event says that nothing was started. */
const saysNothing = ({ detail }: SeenEvent): boolean =>
  detail['generationId'] === undefined &&
  Reflect.get(Object(detail['error']), 'code') !== 'StartUncertain';

/** What an execution says about its start, against what is known of it from outside. */
const untrueStart = (followed: Followed, observed: Observed): string[] => {
  const { name, arn, generation } = followed;
  if (generation.generationId !== '') return [];
  const posts = createPostsOf(followed, observed);
  const events = eventsOf(followed, observed);
  const accepted = events.filter(({ detailType }) => detailType === 'Generation Accepted');
  const silent = events.filter(saysNothing);
  const wasCut = observed.witness.hasSeen('stopped', 'cancelled', 'bus trouble');
  const isKnown = idsOf(followed, observed).length > 0;
  const isChecked = observed.checks.some(({ execution }) => execution === arn);
  return [
    ...(silent.length > 0 && posts.some(mayHaveActed)
      ? [`${name} says that nothing was started, though something may have been paid`]
      : []),
    ...(accepted.length === 0 && isChecked
      ? [`${name} follows a generation whose acceptance it never announced`]
      : []),
    ...(accepted.length === 0 && isKnown && !posts.some(isUncertain) && !wasCut
      ? [`${name} never announced that it was accepted`]
      : []),
    ...(accepted.length > 0 && !isKnown
      ? [`${name} was announced as accepted, though nobody accepted it`]
      : []),
    ...(accepted.length > 1 && !wasCut
      ? [`${name} was announced as accepted ${accepted.length} times`]
      : []),
    ...(accepted.length > 0 && events[0] !== accepted[0] && !wasCut
      ? [`${name} was announced as accepted after something else`]
      : []),
  ];
};

/** Seconds that a file may be late for sure without having expired. */
const sureLateSeconds = 150;

/** Whether a link of the provider's own files may have been dead: then an export may take their place. */
const mayHaveExpired = ({ faultCase, witness }: Observed): boolean =>
  (faultCase.linkSeconds ?? []).includes(0) ||
  faultCase.files.some(({ lateSeconds = 0 }) => lateSeconds > sureLateSeconds) ||
  faultCase.faults.some(({ place }) => place === 'download') ||
  witness.hasSeen('completed without link', 'garbled answer');

/** What an export was paid for without need. */
const needlessExports = (observed: Observed): string[] => {
  const { faultCase, posts, writes } = observed;
  const own: readonly string[] = faultCase.files.map(({ format }) => format);
  return posts
    .filter(({ to, fate }) => to === 'export' && fate !== 'nothing')
    .flatMap(({ about, at }) => {
      const file = exportAsFormats.find((format) => format === about);
      const isOffered = file !== undefined && own.includes(fileFormatOf[file]);
      return [
        ...(writes.some((time) => time <= at)
          ? []
          : [`an export to ${about} was paid for before the bucket had taken anything`]),
        ...(isOffered && !mayHaveExpired(observed)
          ? [`an export to ${about} was paid for beside a file of the provider's own`]
          : []),
      ];
    });
};

/** What was paid for twice, or said wrongly about what was paid for. */
export const wrongMoney = (observed: Observed): string[] => [
  ...paidTwice(observed),
  ...needlessExports(observed),
  ...observed.executions.flatMap((followed) => [
    ...postedAgain(followed, observed),
    ...untrueStart(followed, observed),
  ]),
];
