/** Hides secrets in what programs and endpoints say, before any of it is kept. */

export interface Redactor {
  (text: string): string;
  /** The text without what may be the first half of a secret at its end: a half is not recognized as one. */
  withoutHalfAtEnd(text: string): string;
  /** The text without what may be the second half of a secret at its beginning. */
  withoutHalfAtStart(text: string): string;
}

/** Names of environment variables whose values are nobody's business. */
const secretName = /PASS|PWD_|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)KEY|KEY$/i;

/** Shorter values would tear holes into ordinary words, and are no secrets anyway. */
const secretLengthMin = 6;

/** Hides the secret values of an environment. */
export function redactorOf(variables: NodeJS.ProcessEnv): Redactor {
  const named = Object.entries(variables).filter(([name]) => secretName.test(name));
  return redactorFor(named.map(([name, value]) => [name, value ?? '']));
}

/** Hides these values, each behind its name. */
export function redactorFor(secrets: readonly (readonly [name: string, value: string])[]): Redactor {
  // The longer one first: a secret may be part of another.
  const hidden = secrets
    .filter(([, value]) => value.length >= secretLengthMin)
    .sort(([, one], [, other]) => other.length - one.length);
  const values = hidden.map(([, value]) => value);
  const redact = (text: string) =>
    hidden.reduce((rest, [name, value]) => rest.replaceAll(value, `[${name} hidden]`), text);
  return Object.assign(redact, {
    withoutHalfAtEnd(text: string) {
      const longest = halfOf(values, (value, length) => text.endsWith(value.slice(0, length)));
      return text.slice(0, text.length - longest);
    },
    withoutHalfAtStart: (text: string) =>
      text.slice(halfOf(values, (value, length) => text.startsWith(value.slice(-length)))),
  });
}

/** Length of the longest half of any value that is found; 0 for none. */
function halfOf(values: readonly string[], isFound: (value: string, length: number) => boolean): number {
  let longest = 0;
  for (const value of values)
    for (let length = value.length - 1; length > longest; length--) if (isFound(value, length)) longest = length;
  return longest;
}
