/** Names of components: the same in every integration, so that two never act on one at once. */
import { z } from 'zod';

/** Becomes part of a file name, on file systems that tell upper from lower case and on those that do not. */
export const componentSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, 'lower case letters, digits and . _ -, at most 64');
