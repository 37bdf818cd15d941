/** The connection in one sentence; every status but `connected` carries its reason. */
import type { IntegrationView } from '../../http/api.ts';

export function connectionSentence({ status, reason }: IntegrationView['connection']): string {
  if (reason !== null) return reason.message;
  return status === 'connected' ? 'Both systems answer.' : 'No reason is known.';
}
