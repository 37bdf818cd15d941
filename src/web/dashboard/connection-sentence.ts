/** The connection in one sentence; every status but `connected` carries its reason. */
import type { IntegrationView } from '../../http/api.ts';

export function connectionSentence({ status, reason, source, target }: IntegrationView['connection']): string {
  if (reason !== null) return reason.message;
  if (status !== 'connected') return 'No reason is known.';
  const failing = [source?.ok === false ? 'source' : '', target?.ok === false ? 'target' : ''].filter(Boolean);
  // One failed probe is no lost connection; saying that all answer would be a lie all the same.
  return failing.length === 0
    ? 'Both systems answer.'
    : `The last probe of the ${failing.join(' and ')} failed; several in a row count as a loss.`;
}
