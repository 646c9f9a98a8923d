/**
 * How Lambda starts Node.js: with bounds of the heap that follow from the function's memory, on the
 * command line, where they win over `NODE_OPTIONS`. A tenth is for young objects, in two halves, and
 * nine tenths for old ones (the script `bootstrap` of the base images `nodejs14` and `nodejs18` at
 * github.com/aws/aws-lambda-base-images; those of later versions are programs that do not tell).
 *
 * @param megabytes of the function
 */
export const lambdaFlags = (megabytes: number): string[] => {
  const young = Math.floor(megabytes / 10);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(young / 2)}`,
    `--max-old-space-size=${megabytes - young}`,
  ];
};

/**
 * Megabytes for what Lambda has in the sandbox besides: its client of the runtime API, in JavaScript
 * and native code, and its wrappers around console and streams. An empty handler is reported with 65
 * to 80 MB used, and the same Node.js has about 50 MB resident elsewhere.
 */
export const runtimeMegabytes = 32;
