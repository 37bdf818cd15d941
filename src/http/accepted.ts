/** What a request that changes something is answered: that it is durable, not that it is done. */
import { z } from 'zod';
import { problemSchema } from './api.ts';

/** `task` is the id of the task that was made of it. */
export const acceptedSchema = z.object({ accepted: z.literal(true), task: z.string().optional() });

export const accepted = { accepted: true } as const;

/** Answers of such a route. */
export const acceptedResponse = {
  202: acceptedSchema,
  400: problemSchema,
  404: problemSchema,
  409: problemSchema,
  429: problemSchema,
};
