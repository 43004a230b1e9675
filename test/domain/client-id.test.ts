import { expect, it } from 'vitest';
import { anybody, jsonWebTokenClientId, tokenFileClientId } from '../../src/domain/client-id.ts';

it('clients with similar names have different ids', () => {
  const ids = [
    anybody,
    tokenFileClientId('anybody'),
    tokenFileClientId('maria'),
    jsonWebTokenClientId('issuer', 'maria'),
    jsonWebTokenClientId('other', 'maria'),
    jsonWebTokenClientId('issuer" "maria', 'paul'),
    jsonWebTokenClientId('issuer', 'maria" "paul'),
    // SQLite would store both as U+FFFD.
    tokenFileClientId('\ud800'),
    tokenFileClientId('\ud801'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

// The database stores these ids with idempotency keys.
it('the form of an id is the same in all versions', () => {
  expect(anybody).toBe('anybody');
  expect(tokenFileClientId('build "1"')).toBe('token "build \\"1\\""');
  expect(jsonWebTokenClientId('https://id.example.com', 'maria')).toBe(
    'jwt "https://id.example.com" "maria"',
  );
});
