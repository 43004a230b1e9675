import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthentication } from '../../../src/server/auth/authentication.ts';
import { runTokenCommand, type TokenRequest } from '../../../src/cli/operator/token.ts';
import { manualClock } from '../../support/manual-clock.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const ci: TokenRequest = { name: 'ci', role: 'agent', agentIds: undefined, expiresInMs: undefined };

async function make(file: string | undefined, request: Partial<TokenRequest> = {}): Promise<string[]> {
  const lines: string[] = [];
  const clock = manualClock('2026-01-11T10:00:00.000Z');
  await runTokenCommand(
    { ...ci, ...request },
    { file, clock, print: (line) => lines.push(line), explain() {} },
  );
  return lines;
}

it('creates a token that the server accepts, and stores only its hash', async () => {
  const file = join(folder, 'new', 'tokens.json');
  const [token = ''] = await make(file, { agentIds: ['backend-1', 'backend-2'], expiresInMs: 3_600_000 });
  expect(token).toMatch(/^shark_[\w-]{43}$/);
  expect(readFileSync(file, 'utf8')).not.toContain(token);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const authentication = await createAuthentication(
    { tokensFile: file, jsonWebTokens: undefined },
    { clock: manualClock('2026-01-11T10:59:59.999Z'), onChange() {}, onError() {} },
  );
  expect(await authentication.principalOf(token)).toMatchObject({
    name: 'ci',
    role: 'agent',
    agentIds: new Set(['backend-1', 'backend-2']),
    expiresAt: new Date('2026-01-11T11:00:00.000Z'),
  });
});

it('adds to the existing tokens, and keeps the file permissions', async () => {
  const file = join(folder, 'two.json');
  await make(file);
  chmodSync(file, 0o640);
  await make(file, { name: 'board', role: 'viewer' });
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    tokens: [
      { name: 'ci', role: 'agent' },
      { name: 'board', role: 'viewer' },
    ],
  });
});

it('rejects a duplicate name, an invalid file and a missing file setting', async () => {
  const file = join(folder, 'three.json');
  await make(file);
  const before = readFileSync(file, 'utf8');
  await expect(make(file)).rejects.toThrow("A token with the name 'ci' already exists");
  await expect(make(file, { name: 'x'.repeat(129) })).rejects.toThrow('tokens.1.name');
  expect(readFileSync(file, 'utf8')).toBe(before);
  writeFileSync(file, 'hello');
  await expect(make(file)).rejects.toThrow('is not valid JSON');
  expect(readFileSync(file, 'utf8')).toBe('hello');
  await expect(make(undefined)).rejects.toThrow('API_TOKENS_FILE is not set');
  await expect(make(join(file, 'tokens.json'))).rejects.toThrow(
    'tokens.json cannot be written: a part of its path is not a folder',
  );
  expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.lock'))).toEqual([]);
});
