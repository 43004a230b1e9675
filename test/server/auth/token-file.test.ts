import { expect, it } from 'vitest';
import { AuthenticationSettingsError } from '../../../src/server/auth/errors.ts';
import { parseTokenFile } from '../../../src/server/auth/token-file.ts';
import { sha256Of } from '../../../src/server/auth/tokens.ts';

const sha256 = sha256Of('one');

it('is read', () => {
  const text = JSON.stringify({
    tokens: [
      { name: 'board', sha256, role: 'viewer' },
      {
        name: 'ci',
        sha256: sha256Of('two').toUpperCase(),
        role: 'agent',
        agentIds: ['backend-1'],
        expiresAt: '2027-01-01',
      },
    ],
  });
  expect(parseTokenFile('tokens.json', text)).toEqual([
    { name: 'board', sha256, role: 'viewer' },
    {
      name: 'ci',
      sha256: sha256Of('two').toUpperCase(),
      role: 'agent',
      agentIds: ['backend-1'],
      expiresAt: new Date('2027-01-01T00:00:00.000Z'),
    },
  ]);
});

const token = { name: 'ci', sha256, role: 'agent' };

it.each<[string, unknown, string]>([
  ['is no object', [], 'The file Invalid input: expected object'],
  ['has no tokens', {}, 'tokens Invalid input'],
  [
    'has a token and not its hash',
    { tokens: [{ ...token, sha256: 'shark_abc' }] },
    'tokens.0.sha256 is not a SHA-256 hash',
  ],
  [
    'has a role that there is not',
    { tokens: [{ ...token, role: 'admin' }] },
    'tokens.0.role is "admin": write viewer, agent, orchestrator',
  ],
  ['has a field that means nothing', { tokens: [{ ...token, expires: '2027' }] }, 'expires'],
  [
    'has a time that is none',
    { tokens: [{ ...token, expiresAt: 'soon' }] },
    'tokens.0.expiresAt is "soon": write',
  ],
  [
    'has agents of a viewer',
    { tokens: [{ ...token, role: 'viewer', agentIds: ['a'] }] },
    'tokens.0.agentIds is valid for the role agent only',
  ],
  ['has an agent that speaks for none', { tokens: [{ ...token, agentIds: [] }] }, 'tokens.0.agentIds'],
  [
    'has a name twice',
    { tokens: [token, { ...token, sha256: sha256Of('two') }] },
    'tokens.1.name is a duplicate',
  ],
  [
    'has a hash twice',
    { tokens: [token, { ...token, name: 'cd', sha256: sha256.toUpperCase() }] },
    'tokens.1.sha256 is a duplicate',
  ],
])('is refused when it %s, with the place', (_what, content, message) => {
  const read = () => parseTokenFile('tokens.json', JSON.stringify(content));
  expect(read).toThrow(AuthenticationSettingsError);
  expect(read).toThrow('The token file tokens.json is invalid:');
  expect(read).toThrow(message);
});

it('is refused when it is no JSON', () => {
  expect(() => parseTokenFile('tokens.json', '{')).toThrow('The token file tokens.json is not JSON');
});
