/** What policies are made of: times, pauses, and times of the calendar. */
import { z } from 'zod';
import { calendarProblem } from './schedule.ts';

export const milliseconds = z.number().int().nonnegative();
export const minutes = (n: number) => n * 60_000;
export const hours = (n: number) => n * 3_600_000;

export const backoffSchema = z.strictObject({ initialMs: milliseconds.min(1), maxMs: milliseconds.min(1) });

/** Times of the calendar on the clocks of a time zone. */
export const calendarSchema = z
  .strictObject({ cron: z.string(), timeZone: z.string() })
  .superRefine((times, context) => {
    const problem = calendarProblem(times);
    if (problem) context.addIssue({ code: 'custom', path: [problem.member], message: problem.why });
  });

/** At most so many within a rolling window. */
export const budgetSchema = z.strictObject({ max: z.number().int().min(1), windowMs: milliseconds.min(1) });
