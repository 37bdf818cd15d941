/** Values for environment variables that are not set: nothing of the outside is called, so that nothing needs them. */
import { unsetIn } from '../../supervise/environment.ts';

/** Under a name that resolves nowhere. */
const nowhere = 'https://not-set.invalid';

/** By variable, for each that the text of a configuration needs and the environment lacks. */
export function placeholdersFor(text: string, environment: NodeJS.ProcessEnv): { readonly [name: string]: string } {
  const isAddress = (name: string) => new RegExp(`url["']?\\s*:\\s*["']?\\$\\{${name}\\}`, 'i').test(text);
  return Object.fromEntries(unsetIn(text, environment).map((name) => [name, isAddress(name) ? nowhere : 'not-set']));
}
