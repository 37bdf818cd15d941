/** Who asks, for the record. */
import { z } from 'zod';

export const requesterSchema = z.string().min(1).max(100).default('operator');
