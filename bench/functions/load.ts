/**
 * Loads the bundle that its first argument names, in a process of its own, and tells how long that
 * took and how much memory it takes.
 */
import { pathToFileURL } from 'node:url';
import type { Loaded } from './start-up.ts';

const [, , bundle = ''] = process.argv;
const began = performance.now();
await import(pathToFileURL(bundle).href);
const loaded: Loaded = {
  milliseconds: performance.now() - began,
  residentBytes: process.memoryUsage.rss(),
};
process.stdout.write(JSON.stringify(loaded));
