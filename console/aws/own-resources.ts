/** A resource of the stack. */
export interface Resource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

/** What the resources of a stack tell of the archivers in it. */
export interface OwnResources {
  /** Those of the archiver that is meant. */
  readonly own: readonly Resource[];
  /** What the logical ids of the stack's other archivers begin with. */
  readonly others: readonly string[];
}

/**
 * The logical id of a generation machine: the archiver's path, the machine's place in it, and eight
 * digits of the CDK's.
 */
const machineId = /^(?<archiver>.*)WorkflowStateMachine[0-9A-F]{8}$/;

const archiverOf = ({ type, logicalId }: Resource): string[] => {
  const { archiver } = machineId.exec(logicalId)?.groups ?? {};
  return type === 'AWS::StepFunctions::StateMachine' && archiver !== undefined ? [archiver] : [];
};

/**
 * The resources of one archiver, in a stack that may have several: each belongs to the one whose
 * path its logical id begins with, and to the longest where one path begins another.
 *
 * @param stateMachineArn of the archiver that is meant
 * @returns all of them where no logical id tells which is meant
 */
export const resourcesOfArchiver = (
  all: readonly Resource[],
  stateMachineArn: string,
): OwnResources => {
  const archivers = all.flatMap(archiverOf).toSorted((a, b) => b.length - a.length);
  const [meant] = all
    .filter(({ physicalId }) => physicalId === stateMachineArn)
    .flatMap(archiverOf);
  if (meant === undefined) return { own: all, others: [] };
  return {
    own: all.filter(
      ({ logicalId }) => archivers.find((archiver) => logicalId.startsWith(archiver)) === meant,
    ),
    others: archivers.filter((archiver) => archiver !== meant).toSorted(),
  };
};
