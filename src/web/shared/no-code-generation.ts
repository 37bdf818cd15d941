/** Keeps zod from compiling its schemas: the content security policy forbids it. Must be imported before any schema. */
import { config } from 'zod';

config({ jitless: true });
