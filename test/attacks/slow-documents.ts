import { type Attack, repeat } from './clients/attack.ts';
import { ask } from './clients/http.ts';
import * as documents from './documents.ts';

/** Sends a document that is new each time, so that the server does not find it in its cache. */
function newDocuments(clients: number, document: string): Attack {
  return (attacker) => {
    let sent = 0;
    return repeat(clients * attacker.size, () => {
      sent += 1;
      return ask(attacker, { query: `#${sent}\n${document}` });
    });
  };
}

/** The JSON of variables that are as deep as the default size of a body allows. */
const depth = 9_000;
const deepVariables = `${'{"filter":'.repeat(depth)}"x"${'}'.repeat(depth)}`;

/** JSON writes this control character as an escape of six bytes. */
const longText = '\u0001'.repeat(15_000);

/** Attacks with documents and variables that the server takes long to check. */
export const slowDocuments = {
  'equal objects in new documents': newDocuments(5, documents.equalObjects),
  'equal fields in new documents': newDocuments(5, documents.equalFields),
  'many fragments in new documents': newDocuments(5, documents.manyFragments),
  'unknown fields in new documents': newDocuments(5, documents.unknownFields),
  'errors about a long text': (attacker) =>
    repeat(5 * attacker.size, () =>
      ask(attacker, { query: documents.unknownKeys, variables: JSON.stringify({ key: longText }) }),
    ),
  'deep variables': (attacker) =>
    repeat(5 * attacker.size, () =>
      ask(attacker, { query: documents.filteredSessions, variables: deepVariables }),
    ),
} satisfies Record<string, Attack>;
