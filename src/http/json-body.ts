/** Bodies are JSON or nothing: an empty one counts as `{}`, so that a command without options needs no body. */
import type { App } from './app-options.ts';

export function takeJson(app: App): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, {});
    return parse(request, String(body), done);
  });
}
