import { expect, it } from 'vitest';
import { wantsGzip } from '../../../src/server/http/accepted-encoding.ts';

it.each([
  'gzip',
  'GZIP',
  'x-gzip',
  'gzip, deflate, br',
  'deflate,gzip;q=0.5',
  'br;q=1.0, gzip; q=0.1',
  '*',
  'identity;q=0.5, *;q=0.5',
  'gzip;q=1, identity;q=0',
])('%j asks for gzip', (header) => {
  expect(wantsGzip(header)).toBe(true);
});

it.each([
  null,
  '',
  'identity',
  'br, deflate',
  'gzip;q=0',
  'gzip; Q=0.000',
  'gzip;q=0, *',
  '*;q=0',
  'gzip;q=0.5, identity',
  'gzip;q=much',
  'not-gzip',
])('%j does not', (header) => {
  expect(wantsGzip(header)).toBe(false);
});
