import { z } from 'zod';
import { instantExamples, parseInstant } from '../../shared/instant.ts';
import { limits } from '../../domain/input.ts';
import { AuthenticationSettingsError } from './errors.ts';
import { roles } from '../../domain/principal.ts';

const name = z.string().trim().min(1).max(limits.agent);

const entry = z
  .strictObject({
    name,
    sha256: z.string().regex(/^[0-9a-f]{64}$/i, { error: 'is not a SHA-256 in 64 hexadecimal digits' }),
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
    error: 'belong to the role agent only: a viewer changes nothing, an orchestrator acts for every agent',
  });

const file = z.strictObject({ tokens: z.array(entry) }).superRefine(({ tokens }, context) => {
  for (const key of ['name', 'sha256'] as const)
    for (const [index, token] of tokens.entries())
      if (tokens.findIndex((other) => other[key].toLowerCase() === token[key].toLowerCase()) < index)
        context.addIssue({ code: 'custom', path: ['tokens', index, key], message: 'is there twice' });
});

/** A token, as the file has it: who it is for, and not what it is. */
export type TokenEntry = z.output<typeof entry>;

/** Reads the text of a file of tokens. Throws AuthenticationSettingsError, which names every fault. */
export function parseTokenFile(path: string, text: string): readonly TokenEntry[] {
  const result = file.safeParse(parseJson(path, text));
  if (result.success) return result.data.tokens;
  throw new AuthenticationSettingsError(
    [
      `The file of tokens ${path} cannot be used:`,
      ...result.error.issues.map((issue) => `  ${issue.path.join('.') || 'The file'} ${issue.message}`),
    ].join('\n'),
  );
}

export function formatTokenFile(tokens: readonly TokenEntry[]): string {
  return `${JSON.stringify({ tokens }, null, 2)}\n`;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AuthenticationSettingsError(
      `The file of tokens ${path} is not JSON. Make it with 'shark token', or correct it by hand: { "tokens": [ … ] }`,
    );
  }
}
