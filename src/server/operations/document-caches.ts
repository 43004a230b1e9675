import { type DocumentNode, GraphQLError, type GraphQLSchema, validate, type ValidationRule } from 'graphql';
import { moreErrors, mostErrors } from '../../graphql/short-errors.ts';
import { createLRUCache, type Plugin } from 'graphql-yoga';

/** Longer documents are parsed for each request, because many of them would take a lot of memory. */
const longestText = 4_000;

/**
 * The caches for parsed documents. They are small, because clients can send many different documents. They have no
 * time limit, because it would read the clock for each request.
 */
export function documentCaches() {
  const documents = createLRUCache<DocumentNode>({ max: 100, ttl: 0 });
  return {
    documentCache: {
      get: (text: string) => documents.get(text),
      set(text: string, document: DocumentNode) {
        if (text.length <= longestText) documents.set(text, document);
      },
    },
    errorCache: createLRUCache({ max: 50, ttl: 0 }),
    // `useValidationCache` does this work faster.
    validationCache: false,
  };
}

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
        setValidationFn(validateUpToMostErrors);
        return ({ result }) => void validated.set(documentAST, result);
      }
      setResult(found);
      return undefined;
    },
  };
}

/** Validates a document, but does not look for more errors than the server sends, because the search is slow. */
function validateUpToMostErrors(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[] | undefined,
): readonly GraphQLError[] {
  const errors = validate(schema, document, rules, { maxErrors: mostErrors - 1 });
  if (errors.length < mostErrors) return errors;
  // GraphQL.js adds an error that says that there are more.
  return [...errors.slice(0, -1), new GraphQLError(moreErrors)];
}
