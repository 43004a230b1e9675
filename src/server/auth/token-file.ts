import * as z from 'zod';
import { instantExamples, parseInstant } from '../../shared/instant.ts';
import { problemList } from '../../shared/problem-list.ts';
import { parseJson } from '../../shared/json-text.ts';
import { limits } from '../../domain/input.ts';
import { AuthenticationSettingsError } from './errors.ts';
import { roles } from '../../domain/principal.ts';

const name = z.string().trim().min(1).max(limits.agent);

const entry = z
  .strictObject({
    name,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, { error: 'is not a SHA-256 hash: write 64 hexadecimal digits' }),
    role: z.enum(roles, { error: ({ input }) => `is ${JSON.stringify(input)}: write ${roles.join(', ')}` }),
    agentIds: z.array(name).min(1).optional(),
    expiresAt: z
      .string()
      .transform((text, context) => {
        try {
          return parseInstant(text);
        } catch {
          context.addIssue({
            code: 'custom',
            message: `is ${JSON.stringify(text)}: write ${instantExamples}`,
          });
          return z.NEVER;
        }
      })
      .optional(),
  })
  .refine(({ role, agentIds }) => agentIds === undefined || role === 'agent', {
    path: ['agentIds'],
    error:
      "has a list of agents, but its role is not 'agent'. Remove the list: a viewer changes nothing, and an orchestrator may act for every agent",
  });

const file = z.strictObject({ tokens: z.array(entry) }).superRefine(({ tokens }, context) => {
  for (const key of ['name', 'sha256'] as const)
    for (const [index, token] of tokens.entries())
      if (tokens.findIndex((other) => other[key].toLowerCase() === token[key].toLowerCase()) < index)
        context.addIssue({
          code: 'custom',
          path: ['tokens', index, key],
          message: `is a duplicate: each token needs its own ${key}`,
        });
});

/** An entry of the token file. It contains the token's hash, not the token. */
export type TokenEntry = z.output<typeof entry>;

/** Parses a token file. Throws an AuthenticationSettingsError that lists all errors in the file. */
export function parseTokenFile(path: string, text: string): readonly TokenEntry[] {
  const result = file.safeParse(readJson(path, text));
  if (result.success) return result.data.tokens;
  throw new AuthenticationSettingsError(
    problemList(
      `The token file ${path} is invalid:`,
      result.error.issues.map((issue) => `${issue.path.join('.') || 'The file'} ${issue.message}`),
    ),
  );
}

export function formatTokenFile(tokens: readonly TokenEntry[]): string {
  return `${JSON.stringify({ tokens }, null, 2)}\n`;
}

function readJson(path: string, text: string): unknown {
  const parsed = parseJson(text);
  if ('json' in parsed) return parsed.json;
  throw new AuthenticationSettingsError(
    `The token file ${path} cannot be used: ${parsed.problem}. Correct the file, or create a new one with 'shark token'`,
  );
}
