import { s3Keys, s3Region } from '../../../test/support/s3-server.ts';
import { runCommand, versionOf } from '../command.ts';
import type { Contender, Places } from '../contender.ts';

const awsEnvironment = {
  AWS_REGION: s3Region,
  AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
};

/** The settings of rclone's remote `bench:`, as its environment has them. */
export const rcloneEnvironment = (s3: string): Record<string, string> => ({
  RCLONE_CONFIG_BENCH_TYPE: 's3',
  RCLONE_CONFIG_BENCH_PROVIDER: 'Minio',
  RCLONE_CONFIG_BENCH_ENDPOINT: s3,
  RCLONE_CONFIG_BENCH_REGION: s3Region,
  RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: s3Keys.accessKeyId,
  RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET: 'true',
  RCLONE_CONFIG: '/dev/null',
});

const stop = async (): Promise<void> => undefined;

/** `curl | aws s3 cp -`; `undefined` where one of the two is missing. */
export const curlAndAws = ({ s3 }: Places): Contender | undefined => {
  const version = versionOf('aws');
  if (version === undefined || versionOf('curl') === undefined) return undefined;
  return {
    name: 'curl | aws s3 cp -',
    version,
    keyOf: ({ id }) => `aws/${id}`,
    copy: async ({ id, url, bucket }) =>
      runCommand(
        `curl --silent --show-error --fail '${url}' | aws --endpoint-url '${s3}' s3 cp - 's3://${bucket}/aws/${id}'`,
        awsEnvironment,
      ),
    stop,
  };
};

/** `rclone copyurl`; `undefined` where it is missing. */
export const rclone = ({ s3 }: Places): Contender | undefined => {
  const version = versionOf('rclone', 'version');
  if (version === undefined) return undefined;
  return {
    name: 'rclone copyurl',
    version,
    keyOf: ({ id }) => `rclone/${id}`,
    copy: async ({ id, url, bucket }) =>
      runCommand(`rclone copyurl '${url}' 'bench:${bucket}/rclone/${id}'`, rcloneEnvironment(s3)),
    stop,
  };
};
