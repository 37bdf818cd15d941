/** Removes an entity that carries the marker of another one. */
import type { Target } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';

/** False when the target refuses: it stays, no run is ended by it, and every proof goes on naming it. */
export async function removeDuplicate(target: Target, type: string, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await target.remove(type, id, signal);
    return true;
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_REFUSED') throw error;
    return false;
  }
}
