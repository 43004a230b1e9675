import { describe, expect, it } from 'vitest';
import { accepts, wantsGzip } from '../../../src/server/http/content-negotiation.ts';

describe('wantsGzip', () => {
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
  ])('accepts gzip for %j', (header) => {
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
  ])('does not accept gzip for %j', (header) => {
    expect(wantsGzip(header)).toBe(false);
  });
});

describe('accepts', () => {
  const types = ['application/graphql-response+json', 'application/json'];

  it.each([
    null,
    '',
    '*/*',
    'application/*;q=0.1',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="a,b";q=0.5',
    'text/html, */*;q=0.8',
    'application/json;q=0, */*',
  ])('accepts JSON for %j', (header) => {
    expect(accepts(header, types)).toBe(true);
  });

  it.each([
    'application/xml',
    'application/json;q=0',
    'application/json; charset=utf-8; Q=0.000',
    'application/json;q=0, application/graphql-response+json;q=0, */*',
    'text/*',
    'json',
    ' ',
  ])('does not accept JSON for %j', (header) => {
    expect(accepts(header, types)).toBe(false);
  });
});
