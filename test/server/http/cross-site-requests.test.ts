import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { testApp } from '../../support/app.ts';
import { subprotocol } from '../../support/socket.ts';
import { guardedApp, tokens } from '../../support/tokens.ts';

const board = 'https://board.example.com';
const other = 'https://other.example.com';

/** Whether a page of this origin can open a WebSocket to the server, with this host name. */
async function canOpenSocket(
  url: string,
  { origin, host }: { origin?: string; host?: string },
): Promise<boolean> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), [subprotocol], {
    ...(origin === undefined ? {} : { origin }),
    ...(host === undefined ? {} : { headers: { host } }),
  });
  const isOpen = await Promise.race([
    once(socket, 'open').then(() => true),
    once(socket, 'unexpected-response').then(() => false),
  ]);
  socket.on('error', () => {});
  socket.terminate();
  return isOpen;
}

/** The status of a response for this Host header, which fetch does not allow to set. */
async function statusFor(url: string, host: string): Promise<number | undefined> {
  const asked = request(`${url}?query={__typename}`, { headers: { host } });
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

describe('pages of other sites', () => {
  it('get no CORS headers, and cannot open a WebSocket', async () => {
    await using app = await testApp();
    await app.start();
    const answer = await fetch(`${app.url}?query={__typename}`, { headers: { origin: other } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(await canOpenSocket(app.url, { origin: other })).toBe(false);
    expect(await canOpenSocket(app.url, { origin: new URL(app.url).origin })).toBe(true);
    expect(await canOpenSocket(app.url, {})).toBe(true);
  });

  it('of an allowed origin can send requests with a token', async () => {
    await using app = await guardedApp({ config: { allowedOrigins: [board] } });
    await app.start();
    const preflight = await fetch(app.url, {
      method: 'OPTIONS',
      headers: {
        origin: board,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(board);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await fetch(`${app.url}?query={__typename}`, {
      headers: { origin: board, authorization: `Bearer ${tokens.viewer}` },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(board);
    expect(answer.headers.get('access-control-allow-credentials')).not.toBe('true');
    // Without the header, a page could not read the error.
    const refused = await fetch(app.url, { headers: { origin: board } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, board]);

    const stranger = await fetch(app.url, { method: 'OPTIONS', headers: { origin: other } });
    expect(stranger.headers.get('access-control-allow-origin')).not.toBe(other);
    expect(await canOpenSocket(app.url, { origin: board })).toBe(true);
    expect(await canOpenSocket(app.url, { origin: other })).toBe(false);
  });

  it('cannot use DNS rebinding on a server without tokens', async () => {
    await using app = await testApp();
    await app.start();
    const { port } = new URL(app.url);
    const name = `evil.example.com:${port}`;
    expect(await statusFor(app.url, name)).toBe(403);
    expect(await canOpenSocket(app.url, { origin: `http://${name}`, host: name })).toBe(false);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect(await statusFor(app.url, host)).toBe(200);

    await using guarded = await guardedApp();
    await guarded.start();
    expect(await statusFor(guarded.url, 'shark.example.com')).toBe(401);
  });
});

it('responses have security headers for browsers', async () => {
  await using app = await testApp();
  await app.start();
  for (const accept of ['application/json', 'text/html']) {
    const answer = await fetch(app.url, { headers: { accept } });
    await answer.text();
    const { headers } = answer;
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  }
});
