/** The id of a transition as people read it. */
import { shortEventName } from '../shared/step-sentence.ts';

/** `connection.status.connected on probe.judged`, of `integration@3.connection.status.connected|probe.judged|0`. */
export function edgeText(edge: string): string {
  const [source = edge, event] = edge.split('|');
  const path = source.split('.').slice(1).join('.') || source;
  if (event === undefined) return path;
  if (event === '') return `${path}, at once`;
  return `${path} on ${shortEventName(event)}`;
}
