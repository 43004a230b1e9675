import { testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: 'large pings without connection_init', attackMs: 5_000, repeated: true },
  { attack: 'large pings after connection_init', attackMs: 5_000, repeated: true },
  { attack: 'pings of the WebSocket protocol' },
]);
