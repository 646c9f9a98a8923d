import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** A field of the generation that an event has where the trigger asked for it. */
export interface AskedField {
  readonly field: 'requestId' | 'folder' | 'tags';
  /** The name of the state that looks for it. */
  readonly question: string;
  /** The name of the state that puts it into the event. */
  readonly answer: string;
}

/** Where the files lie and how they are tagged. `about` names the event that tells it. */
export const placeFields = (about: string): readonly AskedField[] => [
  {
    field: 'folder',
    question: `Has it a folder? (${about})`,
    answer: `Tell its folder (${about})`,
  },
  { field: 'tags', question: `Has it tags? (${about})`, answer: `Tell its tags (${about})` },
];

/**
 * States that put fields of the generation into an event which no function made: a path to what is
 * absent would fail, so that each is looked for first.
 *
 * @param detail path to the event's detail
 */
export const tellingAsked = (
  scope: Construct,
  fields: readonly AskedField[],
  detail: string,
  next: sfn.IChainable,
): sfn.IChainable =>
  fields.reduceRight<sfn.IChainable>((following, { field, question, answer }) => {
    const path = `$.generation.${field}`;
    const tell = new sfn.Pass(scope, answer, {
      inputPath: path,
      resultPath: `${detail}.${field}`,
    }).next(following);
    return new sfn.Choice(scope, question)
      .when(sfn.Condition.isPresent(path), tell)
      .otherwise(following);
  }, next);
