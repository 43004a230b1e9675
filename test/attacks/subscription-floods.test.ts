import { testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: '16 subscriptions to 48 lists' },
  { attack: 'as many of the largest subscriptions as allowed' },
  { attack: 'unread event streams' },
]);
