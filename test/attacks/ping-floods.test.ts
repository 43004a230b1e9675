import { bothSizes, testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: 'large pings without connection_init', sizes: bothSizes, attackMs: 5_000, isRepeated: true },
  { attack: 'large pings after connection_init', sizes: bothSizes, attackMs: 5_000, isRepeated: true },
  { attack: 'pings of the WebSocket protocol' },
]);
