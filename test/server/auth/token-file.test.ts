import { expect, it } from 'vitest';
import { AuthenticationSettingsError } from '../../../src/server/auth/errors.ts';
import { parseTokenFile } from '../../../src/server/auth/token-file.ts';
import { sha256Of } from '../../../src/server/auth/tokens.ts';

const sha256 = sha256Of('one');

it('parseTokenFile reads tokens', () => {
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
  ['the content is not an object', [], 'The file Invalid input: expected object'],
  ['the tokens are missing', {}, 'tokens Invalid input'],
  [
    'an entry contains a token in place of its hash',
    { tokens: [{ ...token, sha256: 'shark_abc' }] },
    'tokens.0.sha256 is not a SHA-256 hash',
  ],
  [
    'a role is unknown',
    { tokens: [{ ...token, role: 'admin' }] },
    'tokens.0.role is "admin": write viewer, agent, orchestrator',
  ],
  ['a field is unknown', { tokens: [{ ...token, expires: '2027' }] }, 'expires'],
  [
    'an expiry time is invalid',
    { tokens: [{ ...token, expiresAt: 'soon' }] },
    'tokens.0.expiresAt is "soon": write',
  ],
  [
    'a viewer has agent IDs',
    { tokens: [{ ...token, role: 'viewer', agentIds: ['a'] }] },
    "tokens.0.agentIds has a list of agents, but its role is not 'agent'",
  ],
  ['the list of agent IDs is empty', { tokens: [{ ...token, agentIds: [] }] }, 'tokens.0.agentIds'],
  [
    'a name is a duplicate',
    { tokens: [token, { ...token, sha256: sha256Of('two') }] },
    'tokens.1.name is a duplicate',
  ],
  [
    'a hash is a duplicate',
    { tokens: [token, { ...token, name: 'cd', sha256: sha256.toUpperCase() }] },
    'tokens.1.sha256 is a duplicate',
  ],
])('parseTokenFile rejects the file and names the place if %s', (_what, content, message) => {
  const read = () => parseTokenFile('tokens.json', JSON.stringify(content));
  expect(read).toThrow(AuthenticationSettingsError);
  expect(read).toThrow('The token file tokens.json is invalid:');
  expect(read).toThrow(message);
});

it('parseTokenFile rejects a file that is not JSON', () => {
  expect(() => parseTokenFile('tokens.json', '{\r\n  "tokens": [}')).toThrow(
    'The token file tokens.json cannot be used: it is not valid JSON: Expected a value at line 2, column 14',
  );
});
