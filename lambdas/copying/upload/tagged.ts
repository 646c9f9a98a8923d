import { createHash } from 'node:crypto';
import { ownField } from '../../contract/own-field.ts';
import type { ObjectDescription, ObjectHead } from '../../contract/ports.ts';
import { taggingHeader, type Tags } from '../../contract/tags.ts';

/** Name of the note, beside an object, of the tags that it was stored with. */
const tagsNote = 'tags';

const digestOf = (tags: Tags): string =>
  createHash('sha256').update(taggingHeader(tags)).digest('hex').slice(0, 32);

/** A description with tags, and a note by which they are known again: no head tells them. */
export const tagged = (description: ObjectDescription, tags: Tags | undefined): ObjectDescription =>
  tags === undefined
    ? description
    : {
        ...description,
        tags,
        metadata: { ...description.metadata, [tagsNote]: digestOf(tags) },
      };

/** Whether an object was stored with the tags of a description. */
export const hasSameTags = (
  { metadata = {} }: ObjectHead,
  { metadata: wanted = {} }: ObjectDescription,
): boolean => ownField(metadata, tagsNote) === ownField(wanted, tagsNote);
