import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readPackage } from '../harness/commands.ts';
import { examples } from '../harness/places.ts';

const example = (name: string): string =>
  readFileSync(join(projectFolder, 'examples', name), 'utf8');

/** What the examples ask for. */
export const exampleVersions = (): void => {
  describe('the versions in the examples', () => {
    it.each(examples)('of %s are those that it is tested with', (example) => {
      const ours = readPackage(projectFolder);
      const known: Record<string, string> = {
        ...ours.devDependencies,
        'generation-archiver': `^${ours.version}`,
      };
      const { dependencies, devDependencies } = readPackage(
        join(projectFolder, 'examples', example),
      );
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
        expect(version, name).toBe(known[name]);
    });

    it('of other languages are those that they are tested with', () => {
      const { version, devDependencies: { 'aws-cdk-lib': cdk = '', constructs = '' } = {} } =
        readPackage(projectFolder);
      expect(example('python/requirements.txt')).toBe(
        `aws-cdk-lib==${cdk}\ngeneration-archiver==${version}\n`,
      );
      expect(example('java/pom.xml')).toContain(
        `<artifactId>generation-archiver</artifactId>\n      <version>${version}</version>`,
      );
      expect(example('go/go.mod')).toContain(`/awscdk/v2 v${cdk}\n`);
      expect(example('go/go.mod')).toContain(`/constructs/v10 v${constructs}\n`);
      expect(example('go/go.mod')).toContain(`/generationarchiver v${version}\n`);
    });
  });
};
