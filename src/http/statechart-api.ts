/** The shape of a statechart in the HTTP API. */
import { z } from 'zod';

const point = z.object({ x: z.number(), y: z.number() });

/** A statechart with its layout, so that a page can draw it without a layout engine. */
export const statechartSchema = z.object({
  machine: z.string(),
  width: z.number(),
  height: z.number(),
  nodes: z.array(
    z.object({
      /** The state's id, for example `integration@3.connection.status.connected`. */
      id: z.string(),
      label: z.string(),
      kind: z.enum(['atomic', 'compound', 'parallel', 'final', 'history', 'initial']),
      parent: z.string().nullable(),
      /** Top left corner and size, absolute, in the units of width and height. */
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      /** Names of the effects that run while the state is active. */
      invokes: z.array(z.string()),
    }),
  ),
  edges: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      target: z.string(),
      /** Event, guard, delay: `check.answered [differs]`. */
      label: z.string(),
      points: z.array(point),
      labelBox: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
    }),
  ),
});
export type Statechart = z.infer<typeof statechartSchema>;
