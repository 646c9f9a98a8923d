/** The package has no types of its own. */
declare module 'asl-validator' {
  const validate: (
    definition: object,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ) => { isValid: boolean; errorsText(separator?: string): string };
  export default validate;
}
