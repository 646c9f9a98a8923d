import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/config/config-problems.ts';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { temporaryFolder } from './stack.ts';

const fileWith = (content: string): string => {
  const file = join(temporaryFolder(), 'cdk.json');
  writeFileSync(file, content);
  return file;
};

const inFile = { keyPrefix: 'decks/', providers: { gamma: {}, chronicle: {} } };

const file = fileWith(JSON.stringify({ context: { generationArchiver: inFile } }));

const readWithoutQuotes = (): unknown => configurationFrom('{providers:{gamma:{}}}', file);

describe('the configuration', () => {
  it('is the object of cdk.json, which the CDK passes on as it is', () => {
    const context = { keyPrefix: 'decks/', providers: { gamma: {} } };
    expect(configurationFrom(context, file)).toBe(context);
  });

  it('is read from cdk.json where the app runs without the CDK command line', () => {
    expect(configurationFrom(undefined, file)).toEqual(inFile);
  });

  it('takes from the command line each top-level key that it names, and the others from cdk.json', () => {
    expect(configurationFrom('{"stackName":"Second","providers":{"perceptis":{}}}', file)).toEqual({
      keyPrefix: 'decks/',
      stackName: 'Second',
      providers: { perceptis: {} },
    });
  });

  it('is the command line alone where there is no cdk.json or nothing in it', () => {
    expect(configurationFrom('{"providers":{}}', join(temporaryFolder(), 'cdk.json'))).toEqual({
      providers: {},
    });
    expect(configurationFrom('{"providers":{}}', fileWith('{"app":"npx tsx bin/app.ts"}'))).toEqual(
      { providers: {} },
    );
  });

  it('is missing where neither says anything', () => {
    expect(configurationFrom(undefined, join(temporaryFolder(), 'cdk.json'))).toBeUndefined();
  });

  it('is refused where the command line is not JSON, with the way to write it', () => {
    expect(readWithoutQuotes).toThrow(ConfigurationError);
    expect(readWithoutQuotes).toThrow(
      /-c generationArchiver is not JSON \(.+\): pass an object, for example -c generationArchiver='\{"keyPrefix":"decks\/"\}'/,
    );
  });

  it('is refused where cdk.json is not JSON', () => {
    expect(() => configurationFrom('{}', fileWith('{'))).toThrow(/cdk\.json is not JSON/);
  });
});
