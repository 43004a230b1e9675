import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { databaseErrorCodes } from '../../src/shared/expected-error.ts';
import { explainedCodes } from '../../src/shared/troubleshooting.ts';
import { createMetrics } from '../../src/server/metrics/metrics.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `docs/${name}`),
];
const schema = buildSchema(read('schema.graphql'));

/** The names in backticks in the first column of the tables. */
function namesInTables(file: string): string[] {
  return [...read(file).matchAll(/^\| ([^|]*`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
  );
}

/** The anchors that a page has for its headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('contains valid GraphQL', () => {
    const documents = [...text.matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, document = '']) => document);
    expect(documents.flatMap((document) => validate(schema, parse(document)))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names tests and npm scripts that exist', () => {
    const tests = [...text.matchAll(/\btest\/[\w/-]+\.test\.ts\b/g)].map(([path]) => path);
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const used = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

it('docs/settings.md lists every setting', () => {
  const settings = ['config.ts', 'limit-settings.ts']
    .flatMap((file) => [...read(`src/server/${file}`).matchAll(/^ {2}([A-Z_]{4,}):/gm)])
    .map(([, name]) => name);
  expect(settings.length).toBeGreaterThan(30);
  expect(namesInTables('docs/settings.md')).toEqual(expect.arrayContaining(settings));
});

it('docs/operations.md lists every metric of this program', async () => {
  const metrics = createMetrics();
  const exposition = await metrics.exposition({ active: 0, stale: 0 });
  const names = [...exposition.matchAll(/^# TYPE (shark_\w+) /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(namesInTables('docs/operations.md')).toEqual(expect.arrayContaining(names));
});

it('docs/troubleshooting.md has a section for each error code that messages link to', () => {
  expect(explainedCodes).toEqual(expect.arrayContaining([...databaseErrorCodes]));
  const sections = [...read('docs/troubleshooting.md').matchAll(/^## ([A-Z_]+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual([...explainedCodes]);
});

it('docs/api.md lists every expected error with its fields', () => {
  const rows = [...read('docs/api.md').matchAll(/^\| `\w+Error`.*$/gm)].map(([row]) => row);
  const missing = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type.getInterfaces().some(({ name }) => name === 'Error'))
    .flatMap((type) => {
      const row = rows.find((text) => text.includes(`\`${type.name}\``)) ?? '';
      return [type.name, ...Object.keys(type.getFields())]
        .filter((name) => name !== 'message' && name !== 'suggestion')
        .filter((name) => !row.includes(`\`${name}\``))
        .map((name) => `${type.name}: ${name}`);
    });
  expect(rows.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});
