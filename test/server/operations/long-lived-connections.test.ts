import { expect, it } from 'vitest';
import { jsonWebTokenClientId } from '../../../src/domain/client-id.ts';
import { type Principal, unrestrictedPrincipal } from '../../../src/domain/principal.ts';
import { createLongLivedConnections } from '../../../src/server/operations/long-lived-connections.ts';

const limits = { socketsPerToken: 2, socketsPerAddress: 3 };

/** A client with a JSON Web Token. */
function clientWith(subject: string, tokenId: string): Principal {
  return {
    name: subject,
    clientId: jsonWebTokenClientId('https://id.example.com', subject),
    role: 'viewer',
    agentIds: new Set(),
    expiresAt: new Date('2100-01-01'),
    tokenId,
  };
}

it('counts the connections with all tokens of a client together, and watches each token', () => {
  const watched = new Set<string | null>();
  const { open } = createLongLivedConnections(limits, {
    watchToken({ tokenId }) {
      watched.add(tokenId);
      return () => watched.delete(tokenId);
    },
  });
  const openWith = (subject: string, tokenId: string) =>
    open(clientWith(subject, tokenId), tokenId, () => {});

  const close = openWith('maria', 'one');
  openWith('maria', 'two');
  expect(() => openWith('maria', 'three')).toThrow(
    "The limit of 2 connections of the client 'maria' is reached (MAX_SOCKETS_PER_TOKEN)",
  );
  openWith('paul', 'four');
  expect([...watched]).toEqual(['one', 'two', 'four']);

  close();
  close();
  openWith('maria', 'three');
  expect(() => openWith('maria', 'five')).toThrow('MAX_SOCKETS_PER_TOKEN');
  expect([...watched]).toEqual(['two', 'four', 'three']);
});

it('limits clients without tokens only by their address', () => {
  const { open } = createLongLivedConnections(limits, { watchToken: () => () => {} });
  const openFrom = (address: string) => open(unrestrictedPrincipal, address, () => {});
  for (let count = 0; count < 3; count += 1) openFrom('192.0.2.1');
  expect(() => openFrom('192.0.2.1')).toThrow('MAX_SOCKETS_PER_ADDRESS');
  openFrom('192.0.2.2');
});
