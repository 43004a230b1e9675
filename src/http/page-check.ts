import type { Plugin } from 'graphql-yoga';
import { pageFaults } from '../graphql/page.ts';

/** Refuses operations that ask for pages that cannot be, before anything of them is executed. */
export function usePageCheck(): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const errors = pageFaults(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const errors = pageFaults(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}
