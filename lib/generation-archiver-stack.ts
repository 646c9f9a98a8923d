import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { GenerationArchiver } from './generation-archiver.ts';
import type { GenerationArchiverProps } from './props.ts';

/** What a `GenerationArchiverStack` is made from. */
export interface GenerationArchiverStackProps extends StackProps {
  /** What the archiver in it is made from. */
  readonly archiver: GenerationArchiverProps;
}

/** The archiver as a stack of its own, with the outputs that its users need. */
export class GenerationArchiverStack extends Stack {
  /** The archiver. */
  readonly archiver: GenerationArchiver;

  constructor(scope: Construct, id: string, props: GenerationArchiverStackProps) {
    const { archiver, ...stackProps } = props;
    super(scope, id, {
      description: 'Generation Archiver: one event in, the verified deck in S3, one event out',
      ...stackProps,
    });
    this.archiver = new GenerationArchiver(this, 'Archiver', archiver);
    this.archiver.addOutputs();
  }
}
