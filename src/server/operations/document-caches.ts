import { type DocumentNode, validate } from 'graphql';
import { createLRUCache, type Plugin } from 'graphql-yoga';

/**
 * The caches for parsed documents. They are small, because clients can send many different long documents. They have no
 * time limit, because it would read the clock for each request.
 */
export function documentCaches() {
  return {
    documentCache: createLRUCache<DocumentNode>({ max: 100, ttl: 0 }),
    errorCache: createLRUCache({ max: 50, ttl: 0 }),
    // `useValidationCache` does this work faster.
    validationCache: false,
  };
}

/** More mistakes are not searched for, because the search for similar names is slow. */
const maxErrors = 20;

/**
 * Validates each parsed document once. The schema and the rules never change, so the document is the only key. Yoga's
 * own cache joins the names of all rules for each request.
 */
export function useValidationCache(): Plugin {
  const validated = new WeakMap<DocumentNode, readonly Error[]>();
  return {
    onValidate({ params: { documentAST }, setResult, setValidationFn }) {
      const found = validated.get(documentAST);
      if (found === undefined) {
        setValidationFn((schema, document, rules) => validate(schema, document, rules, { maxErrors }));
        return ({ result }) => void validated.set(documentAST, result);
      }
      setResult(found);
      return undefined;
    },
  };
}
