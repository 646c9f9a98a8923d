import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const text = (path: string): string => readFileSync(path, 'utf8');

const stepSchema = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});

const workflowSchema = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'runs-on': z.string().optional(),
      'timeout-minutes': z.number().optional(),
      uses: z.string().optional(),
      needs: z.string().optional(),
      permissions: z.record(z.string(), z.string()).optional(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
      steps: z.array(stepSchema).default([]),
    }),
  ),
});

const workflowFolder = '.github/workflows';

const workflows = new Map(
  readdirSync(workflowFolder).map((name) => [
    name,
    workflowSchema.parse(parse(text(join(workflowFolder, name)))),
  ]),
);

const workflow = (name: string): z.infer<typeof workflowSchema> => {
  const found = workflows.get(name);
  if (found === undefined) throw new Error(`no workflow ${name}`);
  return found;
};

const packageJson = z
  .looseObject({
    homepage: z.string(),
    repository: z.object({ type: z.literal('git'), url: z.string() }),
    bugs: z.object({ url: z.string() }),
    engines: z.object({ node: z.string() }),
    scripts: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(text('package.json')));

const stepsOf = (name: string): z.infer<typeof stepSchema>[] =>
  Object.values(workflow(name).jobs).flatMap(({ steps }) => steps);

describe('the workflows', () => {
  it('run .ci/run, on the oldest Node.js that the package promises and on the maintained ones', () => {
    const { run } = workflow('ci.yml').jobs;
    expect(run?.steps.map((step) => step.run)).toContain('.ci/run');
    expect(run?.strategy?.matrix['node']).toEqual(['20.19', '22', '24']);
    expect(packageJson.engines.node).toContain('20.19');
    expect(Object.keys(workflow('ci.yml').on)).toEqual(
      expect.arrayContaining(['push', 'pull_request']),
    );
  });

  it('publish nothing that .ci/run has not passed', () => {
    const { check, publish } = workflow('release.yml').jobs;
    expect(check?.uses).toBe('./.github/workflows/ci.yml');
    expect(publish?.needs).toBe('check');
    expect(Object.keys(workflow('ci.yml').on)).toContain('workflow_call');
  });

  it('publish by a trust that stores no token', () => {
    const { publish } = workflow('release.yml').jobs;
    expect(publish?.permissions).toEqual({ contents: 'write', 'id-token': 'write' });
    expect(text(join(workflowFolder, 'release.yml'))).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
  });

  it.each([...workflows.keys()])(
    '%s may read the code and nothing else unless a job says so',
    (name) => {
      expect(workflow(name).permissions).toEqual({ contents: 'read' });
    },
  );

  it.each([...workflows.keys()])(
    '%s uses actions by their commit, with the version beside it',
    (name) => {
      const lines = text(join(workflowFolder, name))
        .split('\n')
        .filter((line) => /\buses: (?!\.\/)/.test(line));
      for (const line of lines)
        expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it.each([...workflows.keys()])(
    '%s gives every job a limit, and leaves no token in the checkout',
    (name) => {
      for (const job of Object.values(workflow(name).jobs)) {
        if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
      }
      for (const step of stepsOf(name)) {
        if (step.uses?.startsWith('actions/checkout@') === true)
          expect(step.with).toMatchObject({ 'persist-credentials': false });
      }
    },
  );

  it('run scripts that there are', () => {
    const named = [...workflows.keys()]
      .flatMap(stepsOf)
      .flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)])
      .map(([, script = '']) => script);
    expect(named).toEqual(['release:notes']);
    for (const script of named) expect(Object.keys(packageJson.scripts)).toContain(script);
  });
});

describe('updates of dependencies', () => {
  const updateSchema = z.looseObject({
    'package-ecosystem': z.string(),
    directory: z.string(),
    cooldown: z.object({ 'default-days': z.number() }),
  });
  const { updates } = z
    .object({ version: z.literal(2), updates: z.array(updateSchema) })
    .parse(parse(text('.github/dependabot.yml')));

  it('come for packages, for the emulator and for the workflows, a week after their release', () => {
    expect(updates.map((update) => [update['package-ecosystem'], update.directory])).toEqual([
      ['npm', '/'],
      ['pip', '/test/e2e'],
      ['github-actions', '/'],
    ]);
    for (const update of updates) expect(update.cooldown['default-days']).toBe(7);
    expect(existsSync('test/e2e/requirements.txt')).toBe(true);
  });
});

describe('the addresses of the repository', () => {
  /** RFC 2606: this host cannot exist. It is replaced in all of these files once there is one. */
  const placeholder = 'repository.invalid';

  /** Files with a placeholder. A release is refused while there are any in package.json. */
  const files = [
    '.github/ISSUE_TEMPLATE/bug_report.yml',
    '.github/ISSUE_TEMPLATE/config.yml',
    'CODE_OF_CONDUCT.md',
    'SECURITY.md',
    'docs/first-change.md',
    'docs/library.md',
    'package.json',
  ];

  it('are placeholders in these files, and invented nowhere', () => {
    expect(packageJson).toMatchObject({
      homepage: `https://${placeholder}/generation-archiver#readme`,
      repository: { url: `git+https://${placeholder}/generation-archiver.git` },
      bugs: { url: `https://${placeholder}/generation-archiver/issues` },
    });
    const porch = [
      ...readdirSync('.github/ISSUE_TEMPLATE').map((name) => join('.github/ISSUE_TEMPLATE', name)),
      ...readdirSync('.github/workflows').map((name) => join('.github/workflows', name)),
      '.github/pull_request_template.md',
      'CODE_OF_CONDUCT.md',
      'CONTRIBUTING.md',
      'README.md',
      'SECURITY.md',
      ...readdirSync('docs')
        .filter((name) => name.endsWith('.md'))
        .map((name) => join('docs', name)),
      'package.json',
    ];
    expect(porch.filter((file) => text(file).includes(placeholder)).toSorted()).toEqual(files);
    for (const file of porch)
      expect(text(file), file).not.toMatch(/github\.com\/[\w.-]+\/generation-archiver/);
  });
});

describe('the templates', () => {
  const forms = readdirSync('.github/ISSUE_TEMPLATE').filter((name) => name !== 'config.yml');

  const formSchema = z.looseObject({
    name: z.string().min(1),
    description: z.string().min(1),
    body: z
      .array(
        z.looseObject({
          type: z.enum(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']),
          id: z.string().optional(),
          attributes: z.looseObject({ label: z.string().optional(), value: z.string().optional() }),
        }),
      )
      .min(1),
  });

  it.each(forms)('%s is a form, and each of its questions has a name of its own', (name) => {
    const form = formSchema.parse(parse(text(join('.github/ISSUE_TEMPLATE', name))));
    const questions = form.body.filter(({ type }) => type !== 'markdown');
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    for (const { attributes } of questions) expect(attributes.label).toBeTruthy();
  });

  it('name commands and pages that there are', () => {
    const template = text('.github/pull_request_template.md');
    const scripts = [...template.matchAll(/`npm (?:run )?([\w:-]+)`/g)].map(([, one = '']) => one);
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts) expect(Object.keys(packageJson.scripts)).toContain(script);
    for (const [, path = ''] of template.matchAll(/`((?:docs|lib|test)\/[\w./-]*|CHANGELOG\.md)`/g))
      expect(existsSync(path), path).toBe(true);
  });
});

describe('the editors', () => {
  it('take the Node.js of the functions, and the line length of the formatter', () => {
    expect(text('.nvmrc').trim()).toBe('24');
    const { printWidth } = JSON.parse(text('.oxfmtrc.json')) as { printWidth: number };
    expect(text('.editorconfig')).toContain(`max_line_length = ${printWidth}`);
  });
});
