/** Errors as answers: a status by code, and a body with code and sentence; never a stack trace. */
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { CodedError, type ErrorCode } from '../core/errors.ts';
import type { Problem } from './api.ts';
import type { App } from './app-options.ts';
import { shownText } from './disclosure.ts';

/** The status of an answer by its code; what is not listed is a failure of our own. */
const statuses: Partial<Record<ErrorCode, number>> = {
  SW_USAGE: 400,
  SW_EVENT_INVALID: 400,
  SW_EVENT_RESERVED: 400,
  SW_NOT_FOUND: 404,
  SW_INSTANCE_UNKNOWN: 404,
  SW_NOT_NOW: 409,
  SW_RUN_LEASED: 409,
  SW_MAILBOX_FULL: 429,
  SW_SERVER_FAILED: 502,
  SW_REPLY_UNEXPECTED: 502,
  SW_UNREACHABLE: 502,
  SW_UNAUTHORISED: 502,
  SW_TLS_UNTRUSTED: 502,
  SW_SESSION_LOST: 502,
  SW_SESSION_BUSY: 502,
  SW_LICENCE: 502,
  SW_WALK_INCOMPLETE: 502,
  SW_PLUGIN_STOPPED: 503,
  SW_PLUGIN_UNRESPONSIVE: 504,
  SW_RUNTIME_STOPPED: 503,
  SW_STORE_FAILED: 503,
  SW_TIMEOUT: 504,
};

/** Lets every error of the application be answered as a Problem. */
export function answerProblems(app: App): void {
  app.setNotFoundHandler((request, reply) => {
    const path = shownText(request.url.split('?')[0] ?? '');
    return reply.code(404).send({ code: 'SW_NOT_FOUND', message: `There is nothing at ${request.method} ${path}.` });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, problem } = problemOf(error);
    if (status >= 500) request.log.error({ err: error, url: request.url }, 'A request failed.');
    return reply.code(status).send(problem);
  });
}

/** The status and the body of an error's answer. */
export function problemOf(error: FastifyError): { status: number; problem: Problem } {
  if (error instanceof CodedError)
    return {
      status: statuses[error.code] ?? 500,
      problem: { code: error.code, message: shownText(error.message) },
    };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const found = error.validation.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`.trim());
    const message = `The ${error.validationContext ?? 'request'} is not valid: ${found.join('; ')}.`;
    return { status: 400, problem: { code: 'SW_USAGE', message: shownText(message) } };
  }
  const status = error.statusCode ?? 500;
  // What fastify itself refuses (no JSON, too large) says so in its message.
  if (status >= 400 && status < 500)
    return { status, problem: { code: 'SW_USAGE', message: shownText(error.message) } };
  return {
    status: 500,
    problem: { code: 'SW_INTERNAL', message: 'The request failed inside Syncwarden; its log says why.' },
  };
}
