import { testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: 'equal objects in new documents' },
  { attack: 'equal fields in new documents' },
  { attack: 'many fragments in new documents' },
  { attack: 'unknown fields in new documents' },
  { attack: 'errors about a long text' },
  { attack: 'deep variables' },
]);
