import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const manifestSchema = z.object({ engines: z.object({ node: z.string() }) });

const lockSchema = z.object({ packages: z.record(z.string(), z.object({}).loose()) });

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Node.js 20.19.0, 22.12.0 and 23.0.0 are the first of their lines that `require` an ES module
 * without a flag (Node.js documentation, "Loading ECMAScript modules using require()"): the package
 * is one, and synthesis loads providers from outside in that way.
 */
const works = '^20.19 || >=22.12';

describe('the versions of Node.js that the package names', () => {
  it('are those that can load it', () => {
    expect(manifestSchema.parse(json('package.json')).engines.node).toBe(works);
    const { packages } = lockSchema.parse(json('package-lock.json'));
    expect(manifestSchema.parse(packages['']).engines.node).toBe(works);
  });

  it('have this one among them', () => {
    expect(process.features.require_module).toBe(true);
  });
});
