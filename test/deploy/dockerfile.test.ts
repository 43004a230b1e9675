import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readyPath } from '../../src/server/http/health.ts';

const project = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, project), 'utf8');
const { scripts, engines } = z
  .object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')));

/** The instructions of the Dockerfile, each on one line. */
const instructions = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...rest] = line.trim().split(/\s+/);
    return { name, rest };
  });
const having = (wanted: string) => instructions.flatMap(({ name, rest }) => (name === wanted ? [rest] : []));

it('what the Dockerfile copies is there, and is let in by .dockerignore', () => {
  const letIn = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const copied = having('COPY').flatMap((words) =>
    words[0]?.startsWith('--from') === true ? [] : words.slice(0, -1),
  );
  expect(copied).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'src']));
  expect(letIn.toSorted()).toEqual(copied.toSorted());
  for (const name of copied) expect(existsSync(fileURLToPath(new URL(name, project)))).toBe(true);
});

it('the second stage takes what the first has made or been given', () => {
  const taken = having('COPY').flatMap(([from = '', path = '']) =>
    from.startsWith('--from') ? [path.replace('/app/', '')] : [],
  );
  expect(taken.toSorted()).toEqual(['dist', 'node_modules', 'package.json', 'prisma']);
});

it('the scripts that the Dockerfile runs exist, and it starts what npm start does', () => {
  const run = having('RUN').flatMap((words) =>
    words[0] === 'npm' && words[1] === 'run' ? [words[2] ?? ''] : [],
  );
  expect(run).toEqual(['build']);
  for (const name of run) expect(scripts[name]).toBeDefined();
  const started: unknown = JSON.parse(having('CMD').at(-1)?.join(' ') ?? '');
  expect(started).toEqual(scripts.start?.split(' '));
});

it('the image has a Node that the server runs on, a user without rights, and asks whether it is ready', () => {
  const [version = ''] = having('ARG').map(([argument = '']) => argument.replace('NODE_VERSION=', ''));
  expect(engines.node).toBe('>=20.19');
  expect(Number(version)).toBeGreaterThanOrEqual(20);
  expect(having('USER')).toEqual([['node']]);
  expect(having('HEALTHCHECK').join(' ')).toContain(readyPath);
  expect(read('Dockerfile')).not.toContain('curl');
});

it('systemd gives the server more time to stop than it takes', () => {
  const unit = read('deploy/shark-sessions.service');
  const graceMs = Number(
    /const graceMs = ([\d_]+);/.exec(read('src/server/http-server.ts'))?.[1]?.replace('_', ''),
  );
  const stopSeconds = Number(/^TimeoutStopSec=(\d+)s$/m.exec(unit)?.[1]);
  expect(graceMs).toBe(10_000);
  expect(stopSeconds * 1_000).toBeGreaterThan(graceMs);
});
