/** Environment variables in a configuration: `${NAME}`, and `${NAME:-default}`. */
import { CodedError } from '../core/errors.ts';

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * The same value with every reference in its strings filled in.
 *
 * @throws CodedError SW_CONFIG_INVALID when a variable without default is not set
 */
export function fillIn(value: unknown, environment: NodeJS.ProcessEnv, doing: string): unknown {
  if (typeof value === 'string') return fillInText(value, environment, doing);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, environment, doing));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, environment, doing)]));
}

/** Variables that a text refers to, that have no default there, and that are not set. */
export function unsetIn(text: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const all = [...text.matchAll(reference)];
  const unset = all.filter(([, name = '', fallback]) => fallback === undefined && environment[name] === undefined);
  return [...new Set(unset.map(([, name = '']) => name))];
}

function fillInText(text: string, environment: NodeJS.ProcessEnv, doing: string): string {
  return text.replace(reference, (_, name: string, fallback: string | undefined) => {
    const found = environment[name] ?? fallback;
    if (found !== undefined) return found;
    throw new CodedError('SW_CONFIG_INVALID', {
      doing,
      expected: `the environment variable ${name}`,
      found: 'that it is not set',
      todo: `Set ${name}, or write \${${name}:-default}`,
    });
  });
}
