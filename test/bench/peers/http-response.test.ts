import { describe, expect, it } from 'vitest';
import { readHttpResponse } from '../../../bench/peers/load/http-response.ts';

const responses = {
  'with a length': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"é":1',
  'in chunks':
    'HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\nA\r\n":"bcdefg"\r\n1\r\n}\r\n0\r\n\r\n',
};

describe.each(Object.entries(responses))('a response %s', (_, text) => {
  const bytes = Buffer.from(text);

  it('is missing until its last byte', () => {
    const prefixes = Array.from({ length: bytes.length }, (__, length) => bytes.subarray(0, length));
    expect(prefixes.map(readHttpResponse).filter((response) => response !== undefined)).toEqual([]);
  });

  it('is read with its status', () => {
    const { status, body } = readHttpResponse(bytes) ?? {};
    expect([status, body]).toEqual(text.includes('chunked') ? [400, '{"a":"bcdefg"}'] : [200, '{"é":1']);
  });
});
