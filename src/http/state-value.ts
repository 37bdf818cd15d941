/** The state value of an integration, read apart: which state each region is in, and the ids of all active states. */
import { z } from 'zod';
import type { InstanceRecord } from '../core/record.ts';

const valueSchema = z.object({
  connection: z.object({ status: z.enum(['connected', 'warning', 'disconnected', 'lost']), probing: z.string() }),
  synchronization: z.object({
    run: z.union([z.string(), z.object({ running: z.object({ phase: z.string(), pace: z.string() }) })]),
    check: z.string(),
  }),
  escalation: z.string(),
});

export type IntegrationValue = z.infer<typeof valueSchema>;

export function regionStates({ snapshot }: InstanceRecord): IntegrationValue {
  return valueSchema.parse(snapshot.value);
}

/** The ids of the active states, outer before inner: `integration@3.connection.status.connected`. */
export function activeStates({ machine, snapshot }: InstanceRecord): string[] {
  const walk = (path: string, value: unknown): string[] => {
    if (typeof value === 'string') return [`${path}.${value}`];
    return Object.entries(value as { readonly [state: string]: unknown }).flatMap(([state, inner]) => {
      const id = `${path}.${state}`;
      const isLeaf = typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0;
      return isLeaf ? [id] : [id, ...walk(id, inner)];
    });
  };
  return [machine, ...walk(machine, snapshot.value)];
}
