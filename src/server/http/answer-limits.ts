import type { Plugin } from 'graphql-yoga';
import { type AnswerLimit, bounded, textWriterOf } from '../operations/answer-text.ts';
import { leastCountedBytes, type UnreadAnswers } from '../operations/unread-answers.ts';
import type { ServerContext } from './authentication.ts';

/** Limits the size of an answer over HTTP, and counts it until the client has read it. */
export function useAnswerLimits(
  limit: AnswerLimit,
  unreadAnswers: UnreadAnswers,
): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { principal, res } }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      const textOf = textWriterOf(result);
      setResult({
        ...result,
        // Yoga calls this function with the errors that the client may see.
        stringify(sent) {
          const text = bounded(textOf(sent), limit);
          if (text.length >= leastCountedBytes && principal !== undefined)
            res?.once('close', unreadAnswers.add(principal.clientId, text.length));
          return text;
        },
      });
    },
  };
}
