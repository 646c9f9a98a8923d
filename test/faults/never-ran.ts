/**
 * The errors by which a function cannot run yet, as Step Functions names them (AWS Lambda API
 * Reference, "Invoke", Errors).
 */
export const notReadyErrors = [
  'Lambda.ResourceNotReadyException',
  'Lambda.ResourceConflictException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.SubnetIPAddressLimitReachedException',
] as const;

/** Whether a function has certainly not run that ended with this error. */
export const hasNeverRun = (error: string): boolean =>
  error === 'Lambda.TooManyRequestsException' || notReadyErrors.some((one) => one === error);
