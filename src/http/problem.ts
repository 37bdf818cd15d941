/** Errors as answers: a status by code, and a body with code and sentence; never a stack trace. */
import type { FastifyError, FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { CodedError, type ErrorCode } from '../core/errors.ts';
import type { Problem } from './api.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  SW_NOT_FOUND: 404,
  SW_INSTANCE_UNKNOWN: 404,
  SW_EVENT_INVALID: 400,
  SW_EVENT_RESERVED: 400,
  SW_USAGE: 400,
  SW_REFUSED: 409,
  SW_MAILBOX_FULL: 429,
  SW_RUNTIME_STOPPED: 503,
  SW_STORE_FAILED: 503,
  SW_UNREACHABLE: 502,
};

export function answerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 'SW_NOT_FOUND', message: `There is nothing at ${request.url.split('?')[0]}.` }),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, problem } = problemOf(error);
    if (status >= 500) request.log.error({ err: error }, 'A request failed.');
    return reply.code(status).send(problem);
  });
}

function problemOf(error: FastifyError): { status: number; problem: Problem } {
  if (error instanceof CodedError)
    return { status: statuses[error.code] ?? 500, problem: { code: error.code, message: error.message } };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const message = `The ${error.validationContext ?? 'request'} is not valid: ${issue?.instancePath ?? ''} ${issue?.message ?? ''}`;
    return { status: 400, problem: { code: 'SW_USAGE', message: message.replace(/\s+/g, ' ').trim() } };
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return { status, problem: { code: 'SW_USAGE', message: error.message } };
  return {
    status: 500,
    problem: { code: 'SW_INTERNAL', message: 'The request failed inside Syncwarden; its log says why.' },
  };
}

export function notFound(doing: string, expected: string, found: string): CodedError {
  return new CodedError('SW_NOT_FOUND', { doing, expected, found, todo: 'Check the name' });
}
